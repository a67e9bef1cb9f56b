"""Which months of the survival curves may be shown: between two of them, and after the last, nobody is told apart.

A curve tells of every month what happened since the one before. So months are put together until the events, and
those who enter or are followed no longer, are none or enough; the months of a breakdown are the same for all of its
categories, and among those of all. Nor may a month tell of few who came, or died, since an earlier release. Pure; what
is then shown of a month stands in `disclosure`.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

Group = tuple[str, str]
# The month at which all are kept who are ever at risk on a curve.
BEFORE = -1


@dataclass(frozen=True)
class Month:
    """A month of a curve's category, with what happened in it."""

    curve: str
    category: str
    months: int
    at_risk: int
    events: int
    censored: int
    died: int = 0


@dataclass(frozen=True)
class EarlierCurve:
    """What an earlier release said of a category of a curve: by month those at risk, and events and deaths up to it."""

    at_risk: Mapping[int, int] = field(default_factory=dict)
    events: Mapping[int, int] = field(default_factory=dict)
    died: Mapping[int, int] = field(default_factory=dict)

    @cached_property
    def event_stretches(self) -> NDArray[np.int64]:
        """Of which it told how many events they had."""
        return stretches(self.events)

    @cached_property
    def death_stretches(self) -> NDArray[np.int64]:
        """Of which it told how many died in them."""
        return stretches(self.died)


def shown_months(
    rows: Sequence[Month],
    limit: int,
    told: Mapping[Group, Collection[int]],
    earlier: Mapping[Group, Sequence[EarlierCurve]] | None = None,
) -> set[tuple[str, str, int]]:
    """The (curve, category, months) that may be shown.

    Args:
        told: by curve and breakdown, the months up to which other figures tell the events of a category.
        earlier: by curve and category, what each earlier release said.
    """
    curves: dict[Group, dict[str, list[Month]]] = defaultdict(lambda: defaultdict(list))
    for row in sorted(rows, key=lambda row: row.months):
        curves[row.curve, row.category.partition(":")[0]][row.category].append(row)
    shown: set[tuple[str, str, int]] = set()
    for (curve, breakdown), categories in sorted(curves.items()):
        last = max(row.months for own in categories.values() for row in own)
        among = {months for name, category, months in shown if (name, category) == (curve, "all")}
        candidates = range(last + 1) if breakdown == "all" else sorted(among)
        then = [(earlier or {}).get((curve, category), ()) for category in categories]
        grid = _grid(list(categories.values()), then, candidates, sorted(told.get((curve, breakdown), ())), limit)
        shown |= {(curve, category, months) for category in categories for months in grid}
    return shown


def _grid(
    categories: Sequence[Sequence[Month]],
    earlier: Sequence[Sequence[EarlierCurve]],
    candidates: Sequence[int],
    told: Sequence[int],
    limit: int,
) -> list[int]:
    """The months that all categories may show, one after the other."""
    grid: list[int] = []
    for months in candidates:
        if all(_is_step(rows, grid[-1] if grid else -1, months, told, limit) for rows in categories) and not any(
            _has_grown_by_few(rows, then, grid, months, told, limit)
            for rows, then in zip(categories, earlier, strict=True)
        ):
            grid.append(months)
    return grid


def _is_step(rows: Sequence[Month], start: int, end: int, told: Sequence[int], limit: int) -> bool:
    """Whether from one month to another neither events nor those who enter or are followed no longer are few.

    Nor those left or still to enter, nor the events from or to any month of which they are told elsewhere.
    """
    stops = sorted({start, end, *(months for months in told if start < months)})
    counts = [sum(row.events for row in rows if low < row.months <= high) for low, high in pairwise(stops)]
    counts.append(sum(row.censored for row in rows if start < row.months <= end))
    counts += [row.at_risk for row in rows if row.months == end]
    entered = _entered(rows, end)
    counts += [entered - _entered(rows, start), _entered(rows, rows[-1].months) - entered]
    return not any(0 < count < limit for count in counts)


def _entered(rows: Sequence[Month], month: int) -> int:
    """How many had entered by a month: those at risk then, and all who had gone."""
    until = [row for row in rows if row.months <= month]
    return sum(row.events + row.censored for row in until) + (until[-1].at_risk if until else 0)


def _has_grown_by_few(
    rows: Sequence[Month], earlier: Sequence[EarlierCurve], grid: Sequence[int], month: int, told: Sequence[int],
    limit: int,
) -> bool:  # fmt: skip
    """Whether a month beside an earlier release tells of few who are newly at risk, or of few new events.

    Who was at risk at a month then is so now, and at all earlier ones by which everybody has entered. Any month tells
    how many there are in all, whom the ledger keeps as at risk before the beginning.
    """
    if not earlier:
        return False
    in_all = _entered(rows, rows[-1].months)
    at_risk = {BEFORE: in_all} | {row.months: row.at_risk for row in rows if row.months == month}
    is_whole = _entered(rows, month) == in_all
    events = _up_to({row.months: row.events for row in rows}, {*grid, *told, month})
    return any(
        any(
            (first == last or (first < last and (first == BEFORE or is_whole))) and 0 < abs(now - count) < limit
            for first, now in at_risk.items()
            for last, count in then.at_risk.items()
        )
        or _is_few_between(events, then.event_stretches, month, limit)
        for then in earlier
    )


def _up_to(counts: Mapping[int, int], months: Collection[int]) -> dict[int, int]:
    """How many up to each of the months."""
    return {end: sum(count for month, count in counts.items() if month <= end) for end in months}


def stretches(up_to: Mapping[int, int]) -> NDArray[np.int64]:
    """How many from the beginning or any month to a later one; columns first, last, count.

    Args:
        up_to: by month, how many up to it.
    """
    points = sorted({-1: 0, **up_to}.items())
    pairs = [(first, last, more - fewer) for (first, fewer), (last, more) in combinations(points, 2)]
    return np.array(pairs, dtype=np.int64).reshape(-1, 3)


def _is_few_between(now: Mapping[int, int], then: NDArray[np.int64], month: int, limit: int) -> bool:
    """Whether from or to a month few happened besides what an earlier release told of the same stretch or a part of it.

    Args:
        now: by month, how many up to it.
        then: the stretches of which the earlier release told.
    """
    whole = stretches(now)
    first, last, count = whole[(whole[:, :2] == month).any(axis=1)].T[:, :, None]
    more = np.abs(count - then[:, 2])
    return bool(((first <= then[:, 0]) & (then[:, 1] <= last) & (more > 0) & (more < limit)).any())


def few_died(
    rows: Sequence[Month],
    shown: Collection[tuple[str, str, int]],
    limit: int,
    earlier: Mapping[Group, Sequence[EarlierCurve]],
) -> set[tuple[str, str, int]]:
    """The first (curve, category, months) of each curve whose incidence beside an earlier release tells of few dead."""
    curves: dict[Group, dict[int, int]] = defaultdict(dict)
    for row in rows:
        curves[row.curve, row.category][row.months] = row.died
    found: set[tuple[str, str, int]] = set()
    for (curve, category), died in curves.items():
        months = sorted(months for name, own, months in shown if (name, own) == (curve, category))
        for number, month in enumerate(months):
            now = _up_to(died, months[: number + 1])
            if any(
                _is_few_between(now, then.death_stretches, month, limit) for then in earlier.get((curve, category), ())
            ):
                found.add((curve, category, month))
                break
    return found
