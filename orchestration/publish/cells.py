"""Which rows of metrics.results there are to show, with their counts: the tables that `suppress` works on.

What adds up to what is in `geometry`; what to withhold is decided in `suppress`.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import xor

import duckdb

from orchestration.publish import disclosure
from orchestration.publish.counts import AT_RISK, COHORT, COUNTED, EVENTS, EXCLUDED, HOUSEHOLDS, PART, REST, UNITS
from orchestration.publish.ledger import EARLIER, Known

# Kind, first day, day after the last.
Period = tuple[str, date, date]

# The kind of a row of what the programme to date holds beside its phases.
OUTSIDE = "outside_phases"


@dataclass(frozen=True)
class Row:
    """A row of one metric version with its counts; `unit_counts` add up to its cohort.

    One that is known is of the very same units, with the same counts, as one that an earlier release showed. One that
    has grown is few away from what an earlier release showed of it: it is small, whatever it counts.

    Attributes:
        grown: which of the counts have, the other one last; they must stay unknown.
        has_grown_cohort: whether its units have, which must stay unknown in all metrics of them.
        least: of each count, the other one last, what a reader expects at least, by earlier releases and by curves.
        least_cohort: likewise, of the units counted or excluded.
        is_on_curve: whether a curve tells how many were followed.
    """

    period_type: str
    start: date
    end: date
    breakdown: str
    category: str
    units_key: int
    unit_counts: tuple[float, ...]
    other_count: float | None
    is_small: bool
    is_known: bool = False
    grown: frozenset[int] = frozenset()
    has_grown_cohort: bool = False
    least: tuple[float, ...] = ()
    least_cohort: float = 0.0
    is_on_curve: bool = False

    @property
    def place(self) -> tuple[str, str]:
        """What it is broken down by, and its category."""
        return self.breakdown, self.category

    @property
    def key(self) -> tuple[str, date, str, str]:
        """What names the row within its metric version."""
        return self.period_type, self.start, self.breakdown, self.category


@dataclass(frozen=True)
class Table:
    """The rows of one metric version that may be published.

    Attributes:
        cohort: the same for metrics of the very same units, counted or excluded.
        is_additive: whether counts of periods add up to those of longer ones; sums of euros or days always do.
        periods: all reporting periods, with or without a row; phases may leave out days of the programme.
    """

    metric: tuple[str, int]
    cohort: tuple[bool | int, ...]
    is_additive: bool
    rows: tuple[Row, ...]
    periods: tuple[Period, ...] = ()


def tables(con: duckdb.DuckDBPyConnection, limit: int, known: Sequence[Known] = ()) -> list[Table]:
    """The rows of metrics.results that may be published, one table a metric version, in one order.

    What has grown by few was found by `growth.write_grown`, what curves tell of by `followed.write_months`.

    Args:
        known: what earlier releases have shown and is still true; what is no row of today's is one of its own.
    """
    told = {(one.metric_id, one.version, one.units_key) for one in known}
    found: dict[tuple[str, int], list[Row]] = defaultdict(list)
    shares: dict[tuple[str, int], bool] = {}
    apart: set[tuple[str, int]] = set()
    for metric_id, version, is_additive, is_of_units, *row in con.execute(f"""
        select metric_id, metric_version,
            metric_id not in (select metric_id from metrics.metric_totals where period_type is not null),
            is_of_units, period_type, period_start, period_end, breakdown, category, units_key,
            case when is_of_units then numerator else judged.units end::double, judged.excluded::double,
            case when is_of_units then (denominator - numerator)::double end,
            case when is_counted and not is_of_units then numerator::double end,
            is_withheld,
            list_concat(coalesce(grown.measures, []), case when is_few_apart then ['{EVENTS}'] else [] end),
            followed.named is not null,
            coalesce(least.cohort, 0)::double, coalesce(least.units, 0)::double,
            greatest(least.counted, least_events, 0)::double,
            greatest(case when followed.named is null then least.rest end, least_rest, 0)::double
        from ({disclosure.judged_results(limit)}) as judged
        left join grown_rows as grown
            on grown.table_name = 'metrics.results' and grown.named = {disclosure.ROW["metrics.results"]}
        left join followed_least as followed on followed.named = {disclosure.ROW["metrics.results"]}
        left join least_counts as least on least.named = {disclosure.ROW["metrics.results"]}
        where {disclosure.MAY_BE_PUBLISHED}
        order by metric_id, metric_version, period_type, period_start, breakdown, category
    """).fetchall():
        kind, start, end, breakdown, category, key, counted, excluded, rest, other, *judged = row
        is_small, measures, is_on_curve, least_cohort, *least = judged
        # What is small by itself is a few away from others of the same release.
        measures = {*measures} - ({PART} if is_small else set())
        counts = (counted, excluded) if rest is None else (counted, excluded, rest)
        is_known = (metric_id, version, key) in told
        made = Row(
            kind, start, end, breakdown, category, key, counts, other, is_small=is_small or bool(measures),
            is_known=is_known, grown=grown_counts(measures, is_of_units=is_of_units),
            has_grown_cohort=not {COHORT, HOUSEHOLDS}.isdisjoint(measures),
            least=_least(*least, is_of_units=is_of_units),
            least_cohort=least_cohort, is_on_curve=is_on_curve,
        )  # fmt: skip
        found[metric_id, version].append(made)
        shares[metric_id, version] = is_of_units
        if not is_additive:
            apart.add((metric_id, version))
    for one in known:
        metric = one.metric_id, one.version
        if one.period_type == EARLIER and metric in found and metric not in apart:
            found[metric].append(_earlier(one, is_of_units=shares[metric], like=found[metric][0]))
    periods = tuple(
        con.execute("select period_type, period_start, period_end from core.reporting_periods order by all").fetchall()
    )
    return [
        Table(
            metric, (metric not in apart, *_cohort(rows)), metric not in apart,
            (*rows, *outside_phases(rows, limit, is_additive=metric not in apart)), periods,
        )
        for metric, rows in found.items()
    ]  # fmt: skip


def outside_phases(rows: Sequence[Row], limit: int, *, is_additive: bool) -> list[Row]:
    """What the programme to date holds beside its phases, by category, if it is small: the difference would tell it.

    Of counts that do not add up over time, the sum of euros or days alone is one.
    """
    found = []
    for whole in (row for row in rows if row.period_type == "programme_to_date"):
        phases = [row for row in rows if (row.period_type, *row.place) == ("phase", *whole.place)]
        kinds = {row.period_type for row in rows if row.breakdown == whole.breakdown}
        counts = [
            count - sum(row.unit_counts[number] for row in phases) if is_additive else 0.0
            for number, count in enumerate(whole.unit_counts)
        ]
        other = whole.other_count
        if other is not None:
            other = round(other - sum(row.other_count or 0.0 for row in phases), 4)
        is_small = any(0 < abs(count) < limit for count in (*counts, *([other] if other and is_additive else [])))
        if "phase" in kinds and (is_small or (other and not is_additive)):
            key = reduce(xor, (row.units_key for row in phases), whole.units_key)
            found.append(Row(OUTSIDE, whole.start, whole.end, *whole.place, key, tuple(counts), other, is_small=True))
    return found


def grown_counts(measures: set[str], *, is_of_units: bool) -> frozenset[int]:
    """Which of a row's counts have grown; where a sum of them has and none by itself, all of the sum."""
    own = {COUNTED: 0, EVENTS: 0, EXCLUDED: 1, REST: 2} if is_of_units else {UNITS: 0, EXCLUDED: 1, COUNTED: 2}
    grown = {own[measure] for measure in measures if measure in own}
    inside = {0, 2} if is_of_units else {0}
    if not measures.isdisjoint({UNITS, AT_RISK, HOUSEHOLDS, PART}) and grown.isdisjoint(inside):
        grown |= inside
    if COHORT in measures and not grown:
        grown = inside | {1}
    return frozenset(grown)


def _least(units: float, counted: float, rest: float, *, is_of_units: bool) -> tuple[float, ...]:
    """What a reader expects, in the order of a row's counts; who was excluded may be counted later."""
    return (counted, 0.0, rest) if is_of_units else (units, 0.0, counted)


def _earlier(one: Known, *, is_of_units: bool, like: Row) -> Row:
    """A figure of an earlier release as a row beside today's."""
    counts = (
        (one.numerator, one.excluded, one.denominator - one.numerator) if is_of_units else (one.units, one.excluded)
    )
    other = None if like.other_count is None else one.numerator
    place = (one.breakdown, one.category)
    return Row(EARLIER, one.start, one.until, *place, one.units_key, counts, other, is_small=False, is_known=True)


def _cohort(rows: Sequence[Row]) -> tuple[int, ...]:
    """The keys of the programme to date: the same for metrics of the very same units."""
    return tuple(sorted({row.units_key for row in rows if row.period_type == "programme_to_date"}))
