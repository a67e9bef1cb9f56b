"""What a release counts, and of whom: kept beside it in the ledger, so that later releases are weighed against it.

It is of what goes on from release to release: the programme to date, periods that had not ended, curves, savings,
payments that are not certified yet, the rows of registers. In a period that had ended whatever moves is a correction;
a certified payment is an account. What few more or less tell is said in `growth`.
"""

from pathlib import Path

import duckdb

from orchestration.publish.curves import BEFORE
from orchestration.publish.disclosure import (
    DEFINING,
    INCIDENCE,
    MAY_BE_PUBLISHED,
    ROW,
    judged_results,
)
from orchestration.publish.ledger import UNTIL

COHORT, UNITS, COUNTED, EXCLUDED, REST = "cohort", "units", "counted", "excluded", "rest"
AT_RISK, EVENTS, DIED = "at_risk", "events", "died"
HOUSEHOLDS = "households"
PART = "part"  # what is not of the same, but of a part of it
# By published table, the rows that show their counts.
SHOWN = {
    "metrics.results": "metrics.results where denominator is not null",
    "metrics.survival_curves": "metrics.survival_curves where at_risk is not null",
    INCIDENCE: "metrics.survival_curves where incidence is not null",
    "savings.by_method": "savings.by_method where households is not null",
    "savings.match_quality": "savings.match_quality where programme_households is not null",
    "payments.lines": "payments.lines where claims is not null",
    "payments.limits_applied": "payments.limits_applied where claims is not null",
    "provenance.deliveries": 'provenance.deliveries where "rows" is not null',
}


def write_counts(con: duckdb.DuckDBPyConnection, limit: int) -> None:
    """Make `counts`, shown or not: by row of a published table what it counts of a subject, of a curve at a month.

    `until` is the day up to which a period had been seen, null for what goes on without an end. Who is followed to
    date is at risk before the beginning of a curve, and whose event is counted has it up to the horizon; groups of
    enrolled households lie one within the other, and have one subject. What curves tell of was found by
    `followed.write_followed`.
    """
    is_open = "period_start not in (select period_start from payments.statements)"
    con.execute(f"""
        create temp table counts as
        with results as (
            select *, {ROW["metrics.results"]} as named,
                case when is_of_units then denominator else units end as whole,
                case when period_type <> 'programme_to_date' then {UNTIL} end as until
            from ({judged_results(limit)}) where {MAY_BE_PUBLISHED}
        ),
        curves as (
            select curve, category, months, at_risk, concat_ws(' ', curve, category) as subject,
                {ROW["metrics.survival_curves"]} as named, sum(events) over upward as events,
                sum(competing) over upward as died, (sum(events + censored) over whole)::bigint as followed
            from metrics.survival_curves
            window upward as (partition by curve, category order by months),
                whole as (partition by curve, category)
        ),
        windows as (select distinct window_months, 'savings ' || window_months as subject from savings.by_method),
        counted (table_name, named, subject, measure, month, until, count) as (
            select 'metrics.results', named, named, unnest(['{COHORT}', '{UNITS}', '{EXCLUDED}']), 0, until,
                unnest([whole + excluded, whole, excluded])
            from results
            union all
            select 'metrics.results', named, named, '{COUNTED}', 0, until, numerator
            from results where is_of_units or is_counted
            union all
            select 'metrics.results', named, named, '{REST}', 0, until, denominator - numerator
            from results where is_of_units
            union all
            select 'metrics.results', named, concat_ws(' ', curve, category), unnest(['{AT_RISK}', '{EVENTS}']),
                unnest([{BEFORE}, horizon]), null, unnest([followed, events])
            from followed
            union all
            select 'metrics.results', named, subject, '{HOUSEHOLDS}', 0, null, numerator
            from results cross join windows
            where metric_id = 'households_enrolled' and period_type = 'programme_to_date' and breakdown = 'all'
            union all
            select 'metrics.survival_curves', named, subject, unnest(['{AT_RISK}', '{EVENTS}', '{AT_RISK}']),
                unnest([months, months, {BEFORE}]), null, unnest([at_risk, events, followed])
            from curves
            union all
            select 'metrics.survival_curves', curves.named, windows.subject, '{HOUSEHOLDS}', 0, null, followed
            from curves cross join windows
            where curve = 'waiting' and category = 'all'
            union all
            select 'metrics.results', named, subject, '{HOUSEHOLDS}', 0, null, followed
            from followed cross join windows
            where curve = 'waiting' and category = 'all'
            union all
            select '{INCIDENCE}', named, subject, '{DIED}', months, null, died from curves
            union all
            select 'savings.by_method', {ROW["savings.by_method"]}, subject, '{HOUSEHOLDS}', 0, null, households
            from savings.by_method inner join windows using (window_months)
            union all
            select 'savings.match_quality', {ROW["savings.match_quality"]}, subject, '{HOUSEHOLDS}', 0, null,
                unnest([programme_households, matched_households, matched_within_district])
            from savings.match_quality inner join windows using (window_months)
            union all
            select 'payments.lines', {ROW["payments.lines"]}, {ROW["payments.lines"]}, 'claims', 0, null, claims
            from payments.lines where {is_open}
            union all
            select 'payments.limits_applied', {ROW["payments.limits_applied"]},
                'limits ' || {ROW["payments.limits_applied"]}, 'claims', 0, null, claims
            from payments.limits_applied where {is_open}
            union all
            select 'provenance.deliveries', delivery_id, concat_ws(' ', source, extract), 'rows', 0, null, "rows"
            from provenance.deliveries where source <> {DEFINING}
        )
        select table_name, named, subject, measure, month, until, count::bigint as count
        from counted where count is not null and month is not null
    """)


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
