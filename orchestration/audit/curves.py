"""What the survival curves tell: few in a step, few who came since an earlier release, and how many were followed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import duckdb
import numpy as np

from orchestration.audit.cells import BEFORE, Cell, is_small
from orchestration.audit.earlier import Said, is_few_away
from orchestration.publish.growth import Earlier

# By curve and category, and by measure: at which shown month how many.
Curves = Mapping[str, Mapping[str, Mapping[int, int]]]


def shown_curves(con: duckdb.DuckDBPyConnection) -> Curves:
    """Those at risk at the months shown, and who up to them entered, had the event, was censored or died, if told.

    Any month tells how many are `followed` in all.
    """
    found: dict[str, dict[str, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    for subject, month, measure, count in con.execute("""
        with truth as (
            select curve, category, months, at_risk, sum(events) over upward as events,
                sum(censored) over upward as censored, sum(competing) over upward as died,
                sum(events + censored) over whole as followed
            from metrics.survival_curves
            window upward as (partition by curve, category order by months), whole as (partition by curve, category)
        )
        select curve || ' ' || category, months,
            unnest(['at_risk', 'followed', 'entered', 'events', 'censored', 'died']),
            unnest([
                truth.at_risk, truth.followed, truth.at_risk + truth.events + truth.censored, truth.events,
                truth.censored,
                case when shown.incidence is not null then truth.died end
            ])
        from truth inner join release.metrics.survival_curves as shown using (curve, category, months)
        where shown.at_risk is not null or shown.survival is not null
        order by all
    """).fetchall():
        if count is not None:
            found[subject][measure][month] = int(count)
    return found


def exposed_by_curves(curves: Curves, threshold: int) -> list[str]:
    """The months of the survival curves since whose predecessor few entered, had the event or were followed no longer.

    And those at which few are left, or still to enter.
    """
    return [
        f"{subject}, month {month}"
        for subject, told in sorted(curves.items())
        for month, count in told["at_risk"].items()
        if is_small(count, threshold)
        or is_small(told["followed"][month] - told["entered"][month], threshold)
        or any(
            is_small(since_the_last(told[measure], month), threshold) for measure in ("entered", "events", "censored")
        )
    ]


def since_the_last(counts: Mapping[int, int], month: int) -> int:
    """How many more than at the month shown before."""
    return counts[month] - max((count for earlier, count in counts.items() if earlier < month), default=0)


def exposed_by_later_curves(curves: Curves, rows: Sequence[Cell], threshold: int, said: Said) -> list[str]:
    """The curves that beside an earlier release tell of few: newly at risk, with a new event, or dead.

    The events of a metric that is shown are those of a month of its curve.
    """
    told = {
        f"{subject}, at risk at month {month} beside an earlier release"
        for subject, counts in curves.items()
        for measure in ("at_risk", "followed")
        for month, count in counts[measure].items()
        if is_few_away(
            said,
            threshold,
            subject,
            "at_risk",
            count,
            month if measure == "at_risk" else BEFORE,
            of_parts=measure == "followed" or counts["entered"][month] == counts["followed"][month],
        )
    }
    events: dict[str, dict[int, int]] = defaultdict(dict)
    for subject, counts in curves.items():
        events[subject] |= counts["events"]
    for row in rows:
        if row.curve and not row.is_withheld:
            events[row.curve][row.horizon] = int(row.counts["in"])
    for measure, by_subject in (("events", events), ("died", {name: each["died"] for name, each in curves.items()})):
        told |= {
            f"{subject}, {measure} up to month {month} beside an earlier release"
            for subject, now in by_subject.items()
            for then in by_release(said.get((subject, measure), ()))
            for month in few_besides(now, then, threshold)
        }
    return sorted(told)


def by_release(earlier: Sequence[Earlier]) -> list[dict[int, int]]:
    """What each release said, by month; the same said twice stands once."""
    found: dict[str, dict[int, int]] = defaultdict(dict)
    for one in earlier:
        found[one.release][one.month] = one.count
    return [dict(said) for said in {tuple(sorted(each.items())) for each in found.values()}]


def few_besides(now: Mapping[int, int], then: Mapping[int, int], threshold: int) -> set[int]:
    """The months that end a stretch in which few were counted besides those that were told of it, or of a part."""
    parts = between(then)
    found: set[int] = set()
    for start, end, count in between(now):
        away = np.abs(count - parts[(parts[:, 0] >= start) & (parts[:, 1] <= end), 2])
        if ((away > 0) & (away < threshold)).any():
            found.add(int(end))
    return found


def between(counts: Mapping[int, int]) -> np.ndarray:
    """How many between the beginning or any month and a later one: start, end and count."""
    months, totals = np.array(sorted({-1: 0, **counts}.items())).T
    start, end = np.triu_indices(len(months), 1)
    return np.column_stack([months[start], months[end], totals[end] - totals[start]])
