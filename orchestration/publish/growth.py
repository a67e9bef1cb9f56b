"""Which groups have grown by few since an earlier release counted them: who keeps both files can tell the few.

`ledger` asks what of an earlier release is still true; this asks how far its counts are from today's. It weighs what
goes on from release to release: the programme to date, periods that had not ended, curves, savings, payments that are
not certified yet, the rows of registers. A period that had ended is not weighed: whatever moves in it is a correction.
Nor is a certified payment: it is an account.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from orchestration.publish.curves import EarlierCurve, Group
from orchestration.publish.disclosure import DEFINING, INCIDENCE, MAY_BE_PUBLISHED, ROW, is_small, judged_results
from orchestration.publish.ledger import COUNTS, UNTIL

COHORT, AT_RISK, EVENTS, DIED = "cohort", "at_risk", "events", "died"
# By the same names, when a row shows its counts.
SHOWN = {
    "metrics.results": "metrics.results where denominator is not null",
    "metrics.survival_curves": "metrics.survival_curves where at_risk is not null",
    INCIDENCE: "metrics.survival_curves where incidence is not null",
    "savings.by_method": "savings.by_method where households is not null",
    "savings.match_quality": "savings.match_quality where programme_households is not null",
    "payments.lines": "payments.lines where claims is not null",
    "provenance.deliveries": 'provenance.deliveries where "rows" is not null',
}


@dataclass(frozen=True)
class Earlier:
    """A count that an earlier release has shown."""

    release: str
    subject: str
    measure: str
    month: int
    until: date | None
    count: int


def write_counts(con: duckdb.DuckDBPyConnection, limit: int) -> None:
    """Make `counts`, shown or not: by row of a published table what it counts of a subject, of a curve at a month.

    `until` is the day up to which a period had been seen, null for what goes on without an end. Survival to a horizon
    counts the events of its curve up to that month, and is weighed against them too.
    """
    category = "case when breakdown = 'all' then 'all' else breakdown || ':' || category end"
    con.execute(f"""
        create temp table counts as
        with results as (
            select *, {ROW["metrics.results"]} as named,
                case when period_type <> 'programme_to_date' then {UNTIL} end as until
            from ({judged_results(limit)}) where {MAY_BE_PUBLISHED}
        ),
        curves as (
            select curve, category, months, at_risk, {ROW["metrics.survival_curves"]} as named,
                sum(events) over upward as events, sum(competing) over upward as died
            from metrics.survival_curves
            window upward as (partition by curve, category order by months)
        ),
        counted (table_name, named, subject, measure, month, until, count) as (
            select 'metrics.results', named, named, unnest(['{COHORT}', 'units']), 0, until,
                unnest([whole + excluded, whole])
            from (select *, case when is_of_units then denominator else units end as whole from results)
            union all
            select 'metrics.results', named, named, 'counted', 0, until, numerator
            from results where is_of_units or is_counted
            union all
            select 'metrics.results', named, concat_ws(' ', 'housing_survival', {category}), '{EVENTS}',
                regexp_extract(metric_id, '_([0-9]+)m$', 1)::integer, until, numerator
            from results where formula = 'survival' and period_type = 'programme_to_date'
            union all
            select 'metrics.survival_curves', named, concat_ws(' ', curve, category),
                unnest(['{AT_RISK}', '{EVENTS}']), months, null, unnest([at_risk, events])
            from curves
            union all
            select '{INCIDENCE}', named, concat_ws(' ', curve, category), '{DIED}', months, null, died from curves
            union all
            select 'savings.by_method', {ROW["savings.by_method"]}, {ROW["savings.by_method"]}, 'households', 0, null,
                households
            from savings.by_method
            union all
            select 'savings.match_quality', {ROW["savings.match_quality"]}, window_months::varchar,
                unnest(['enrolled', 'matched', 'matched within the district']), 0, null,
                unnest([programme_households, matched_households, matched_within_district])
            from savings.match_quality
            union all
            select 'payments.lines', {ROW["payments.lines"]}, {ROW["payments.lines"]}, 'claims', 0, null, claims
            from payments.lines where period_start not in (select period_start from payments.statements)
            union all
            select 'provenance.deliveries', delivery_id, concat_ws(' ', source, extract), 'rows', 0, null, "rows"
            from provenance.deliveries where source <> {DEFINING}
        )
        select table_name, named, subject, measure, month, until, count::bigint as count
        from counted where count is not null
    """)


def write_grown(con: duckdb.DuckDBPyConnection, limit: int) -> None:
    """Make `grown_rows`: what is few away from what an earlier release said of the same.

    The months of curves are not among them: they are chosen in `curves`, together.
    """
    con.execute(f"""
        create temp table grown_rows as
        select table_name, named, bool_or(counts.measure = '{COHORT}') as has_grown_cohort
        from counts
        inner join earlier_counts as earlier
            on counts.subject = earlier.subject and counts.measure = earlier.measure
            -- Who had died up to a month has so up to all later ones.
            and (counts.month = earlier.month or (counts.measure = '{DIED}' and counts.month > earlier.month))
        where table_name <> 'metrics.survival_curves' and {is_small("abs(counts.count - earlier.count)", limit)}
            and (earlier.until is null or earlier.until is distinct from counts.until)
        group by all
    """)


def grown(table: str) -> str:
    """SQL of the rows of a table that have grown by few."""
    return f"select named from grown_rows where table_name = '{table}'"


def write_told(con: duckdb.DuckDBPyConnection, file: Path) -> None:
    """Put down the counts that the candidate attached as `release` shows."""
    shown = " union all ".join(f"select '{name}', {ROW[name]} from release.{rows}" for name, rows in SHOWN.items())
    con.execute(f"""
        copy (
            with shown (table_name, named) as ({shown})
            select distinct subject, measure, month, until, count
            from counts inner join shown using (table_name, named) order by all
        ) to '{file}' (format parquet)
    """)


def load_earlier(con: duckdb.DuckDBPyConnection, ledger: Path) -> list[Earlier]:
    """Make `earlier_counts`, what earlier releases have counted, each release by itself; returns its rows."""
    con.execute("""
        create temp table earlier_counts
        (release varchar, subject varchar, measure varchar, month integer, until date, count bigint)
    """)
    if any((ledger / COUNTS).glob("*.parquet")):
        con.execute(f"""
            insert into earlier_counts
            select filename, subject, measure, month, until, count
            from read_parquet('{ledger / COUNTS}/*.parquet', filename = true)
        """)
    return [Earlier(*row) for row in con.execute("from earlier_counts order by all").fetchall()]


def earlier_curves(earlier: Sequence[Earlier]) -> dict[Group, list[EarlierCurve]]:
    """By curve and category, what each release that showed it said."""
    found: dict[tuple[str, str], dict[str, dict[int, int]]] = defaultdict(lambda: {AT_RISK: {}, EVENTS: {}})
    for one in earlier:
        if one.measure in (AT_RISK, EVENTS):
            found[one.release, one.subject][one.measure][one.month] = one.count
    curves: dict[Group, list[EarlierCurve]] = defaultdict(list)
    for (_, subject), then in found.items():
        curve, category = subject.split(" ", 1)
        curves[curve, category].append(EarlierCurve(then[AT_RISK], then[EVENTS]))
    return curves
