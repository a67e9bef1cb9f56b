"""Where survival curves and metrics.results tell of each other: rows to date whose events are those of a curve.

Any month of a curve tells how many were followed from its beginning. The events of a row are those up to its horizon,
so the months about it tell between what they lie; those followed no longer have no event up to any horizon.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import duckdb

from orchestration.publish.attack import WIDTH
from orchestration.publish.counts import EVENTS, HOUSEHOLDS, PART
from orchestration.publish.curves import Group, Month, few_died, shown_months
from orchestration.publish.disclosure import MAY_BE_PUBLISHED, ROW, WHOLE_CURVE, horizon, judged_results
from orchestration.publish.growth import Earlier, earlier_curves

# So far a month that is shown keeps, on either side, from what a withheld row counts.
APART = int(WIDTH)


def write_followed(con: duckdb.DuckDBPyConnection, limit: int) -> None:
    """Make `followed`: the rows of metrics.results whose events are those of a curve up to a horizon."""
    con.execute(f"""
        create temp table followed as
        select {ROW["metrics.results"]} as named, breakdown, is_withheld as is_small, numerator::bigint as events,
            denominator::bigint as followed,
            case when formula = 'survival' then 'housing_survival' else 'waiting' end as curve,
            case when breakdown = 'all' then 'all' else breakdown || ':' || category end as category,
            case when formula = 'survival' then {horizon("metric_id")} else {WHOLE_CURVE} end as horizon
        from ({judged_results(limit)})
        where {MAY_BE_PUBLISHED} and formula in ('survival', 'median_survival') and period_type = 'programme_to_date'
            and horizon is not null
    """)


def write_months(con: duckdb.DuckDBPyConnection, limit: int, earlier: Sequence[Earlier]) -> None:
    """Make `shown_months`, what may be shown of the curves, and `followed_least`, what it tells at least of the rows.

    Grain of the latter: a row of metrics.results. A month that tells too closely of one is `near` it; it is shown all
    the same beside a row that is small by itself, which the curve hides as well, unless it has grown since.
    """
    told: dict[Group, set[int]] = defaultdict(set)
    for curve, breakdown, months in con.execute(f"""
        select curve, breakdown, horizon from followed
        where not is_small and named not in ({_grown_by(EVENTS, PART)})
    """).fetchall():
        told[curve, breakdown].add(months)
    _write(con, "shown_months", shown_months(_months(con), limit, told, earlier_curves(earlier)))
    con.execute(f"""
        create temp table followed_least as
        with curves as (
            select curve, category, months, sum(events) over upward as events, sum(censored) over upward as censored
            from metrics.survival_curves
            window upward as (partition by curve, category order by months)
        ),
        told as (
            select named, months, followed.events, followed - followed.events as rest,
                not is_small or named in (
                    select named from grown_rows where table_name = 'metrics.results' and measures <> ['{PART}']
                ) as keeps_apart,
                named in ({_grown_by(HOUSEHOLDS)}) as is_hidden_whole,
                case when months <= horizon then curves.events else 0 end as least_events,
                greatest(censored, case when months >= horizon then followed - curves.events else 0 end) as least_rest
            from followed inner join curves using (curve, category)
            inner join shown_months using (curve, category, months)
        ),
        judged as (
            select *,
                is_hidden_whole
                or (
                    keeps_apart
                    and (least_events > greatest(0, events - {APART}) or least_rest > greatest(0, rest - {APART}))
                ) as is_near
            from told
        )
        select named, coalesce(max(least_events) filter (not is_near), 0)::bigint as least_events,
            coalesce(max(least_rest) filter (not is_near), 0)::bigint as least_rest,
            list(months) filter (is_near) as near
        from judged
        group by named
    """)


def keep_apart(con: duckdb.DuckDBPyConnection, limit: int, earlier: Sequence[Earlier]) -> None:
    """Show no month that is near a row in `withheld_results`, and make `few_died`, from where on deaths are not told.

    The categories of a breakdown share their months, which are among those of all.
    """
    con.execute(f"""
        delete from shown_months using (
            select distinct curve, breakdown, unnest(near) as months
            from followed_least inner join followed using (named)
            where named in (select {ROW["metrics.results"]} from withheld_results)
        ) as near
        where shown_months.curve = near.curve and shown_months.months = near.months
            and near.breakdown in ('all', split_part(shown_months.category, ':', 1))
    """)
    shown = set(con.execute("from shown_months").fetchall())
    _write(con, "few_died", few_died(_months(con), shown, limit, earlier_curves(earlier)))


def _grown_by(*measures: str) -> str:
    """SQL of the rows of metrics.results that have grown by any of the measures."""
    names = ", ".join(f"'{name}'" for name in measures)
    return f"""
        select named from grown_rows
        where table_name = 'metrics.results' and list_has_any(measures, [{names}])
    """


def _months(con: duckdb.DuckDBPyConnection) -> list[Month]:
    query = "select curve, category, months, at_risk, events, censored, competing from metrics.survival_curves"
    return [Month(*row) for row in con.execute(query).fetchall()]


def _write(con: duckdb.DuckDBPyConnection, table: str, months: Iterable[tuple[str, str, int]]) -> None:
    """Put down months of curves."""
    con.execute(f"create temp table {table} (curve varchar, category varchar, months integer)")
    if rows := sorted(months):
        con.executemany(f"insert into {table} values (?, ?, ?)", rows)
