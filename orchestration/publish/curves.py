"""Which months of the survival curves may be shown: between two of them, and after the last, nobody is told apart.

A curve tells of every month what happened since the one before. So months are put together until the events, and
those followed no longer, are none or enough; the months of a breakdown are the same for all of its categories, and
among those of all. Pure; what is then shown of a month stands in `disclosure`.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

Group = tuple[str, str]


@dataclass(frozen=True)
class Month:
    """A month of a curve's category, with what happened in it."""

    curve: str
    category: str
    months: int
    at_risk: int
    events: int
    censored: int


def shown_months(rows: Sequence[Month], limit: int, told: Mapping[Group, Collection[int]]) -> set[tuple[str, str, int]]:
    """The (curve, category, months) that may be shown.

    Args:
        told: by curve and breakdown, the months up to which other figures tell the events of a category.
    """
    curves: dict[Group, dict[str, list[Month]]] = defaultdict(lambda: defaultdict(list))
    for row in sorted(rows, key=lambda row: row.months):
        curves[row.curve, row.category.partition(":")[0]][row.category].append(row)
    shown: set[tuple[str, str, int]] = set()
    for (curve, breakdown), categories in sorted(curves.items()):
        last = max(row.months for own in categories.values() for row in own)
        among = {months for name, category, months in shown if (name, category) == (curve, "all")}
        candidates = range(last + 1) if breakdown == "all" else sorted(among)
        grid = _grid(list(categories.values()), candidates, sorted(told.get((curve, breakdown), ())), limit)
        shown |= {(curve, category, months) for category in categories for months in grid}
    return shown


def _grid(
    categories: Sequence[Sequence[Month]], candidates: Sequence[int], told: Sequence[int], limit: int
) -> list[int]:
    """The months that all categories may show, one after the other."""
    grid: list[int] = []
    for months in candidates:
        if all(_is_step(rows, grid[-1] if grid else months, months, told, limit) for rows in categories):
            grid.append(months)
    return grid


def _is_step(rows: Sequence[Month], start: int, end: int, told: Sequence[int], limit: int) -> bool:
    """Whether from one month to another neither events nor those followed no longer are few, nor those left.

    Nor the events from or to any month of which they are told elsewhere.
    """
    stops = sorted({start, end, *(months for months in told if start < months)})
    counts = [sum(row.events for row in rows if low < row.months <= high) for low, high in pairwise(stops)]
    counts.append(sum(row.censored for row in rows if start < row.months <= end))
    counts += [row.at_risk for row in rows if row.months == end]
    return not any(0 < count < limit for count in counts)
