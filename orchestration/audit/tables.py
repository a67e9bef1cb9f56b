"""Which small counts the other published tables tell: by subtraction within a table, or between two."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from itertools import combinations

import duckdb

from orchestration.audit.cells import COUNTED, SHARES, Cell, is_small


def exposed_by_payments(con: duckdb.DuckDBPyConnection, threshold: int) -> list[str]:
    """Totals of payments, and lines before and after their limits, that tell of a part with few claims."""
    hidden_parts = """
        select 'lines of ' || truth.period, truth.claims
        from payments.lines as truth
        inner join release.payments.lines as shown
            on truth.tariff_id = shown.tariff_id and truth.tariff_valid_from = shown.tariff_valid_from
            and truth.period = shown.period and truth.unit_price_eur is not distinct from shown.unit_price_eur
            and truth.share is not distinct from shown.share
        where shown.amount_eur is null
            and truth.period_start in (
                select period_start from release.payments.statements where claims_eur is not null
            )
        union all
        select 'adjustments of ' || truth.statement_id, truth.claims
        from payments.adjustments as truth
        inner join release.payments.adjustments as shown
            using (statement_id, tariff_id, adjusted_period, reason, caused_by)
        where shown.difference_eur is null
            and truth.statement_id in (
                select statement_id from release.payments.statements where adjustments_eur is not null
            )
        union all
        select 'limits of ' || truth.tariff_id || ' in ' || truth.period, truth.claims
        from payments.limits_applied as truth
        inner join release.payments.limits_applied as shown using (tariff_id, period, step)
        where shown.amount_cut_eur is null
            and (truth.tariff_id, truth.period) in (
                select tariff_id, period from release.payments.lines where amount_before_limits_eur is not null
            )
    """
    sums = con.execute(
        f"with parts (name, claims) as ({hidden_parts}) select name, sum(claims) from parts group by all"
    )
    return sorted(name for name, claims in sums.fetchall() if is_small(claims, threshold))


def exposed_by_horizons(rows: Sequence[Cell], threshold: int) -> list[str]:
    """Survival to two horizons of the very same households, by few events apart."""
    events: dict[tuple[int, str, date, str], list[Cell]] = defaultdict(list)
    for row in rows:
        if not row.is_withheld and row.metric.startswith("housing_survival_"):
            events[row.same_units, row.kind, row.start, row.breakdown].append(row)
    return [
        one.name
        for same in events.values()
        for one, other in combinations(same, 2)
        if one.category == other.category and is_small(one.counts["in"] - other.counts["in"], threshold)
    ]


def exposed_by_savings(con: duckdb.DuckDBPyConnection, threshold: int) -> list[str]:
    """Groups of enrolled households that are shown by the savings, each within the next, by few households apart."""
    told = con.execute("""
        with groups as (
            select window_months, method as name, truth.households
            from savings.by_method as truth
            inner join release.savings.by_method as shown using (method, window_months)
            where shown.households is not null or shown.gross_saving_eur is not null
            union all
            select distinct window_months, unnest(['matched', 'matched within the district', 'enrolled']),
                unnest([truth.matched_households, truth.matched_within_district, truth.programme_households])
            from savings.match_quality as truth
            inner join release.savings.match_quality as shown using (window_months, covariate)
            where shown.programme_households is not null
            union all
            select distinct windows.window_months, 'enrolled to date', truth.numerator::bigint
            from metrics.results as truth
            inner join release.metrics.results as shown
                using (metric_id, metric_version, period_type, period_start, breakdown, category)
            cross join savings.by_method as windows
            where shown.numerator is not null and truth.metric_id = 'households_enrolled'
                and truth.period_type = 'programme_to_date' and truth.breakdown = 'all'
            union all
            select distinct window_months, 'nobody', 0 from savings.by_method
        )
        select window_months, name, households from groups order by all
    """).fetchall()
    return sorted(
        f"{name} and {other}, window of {window} months"
        for (window, name, count), (same, other, of) in combinations(told, 2)
        if window == same and is_small(count - of, threshold)
    )


def not_rounded(con: duckdb.DuckDBPyConnection, base: int) -> list[str]:
    """Tables with counts that are no multiple of the base, or with what would tell a count exactly."""
    if not base:
        return []
    units, formulas = (", ".join(f"'{name}'" for name in sorted(names)) for names in (COUNTED, SHARES))
    sums = con.execute(f"""
        with results as (
            select results.*, definitions.formula,
                definitions.unit in ({units}) or definitions.formula in ({formulas}) as has_count
            from release.metrics.results as results
            inner join metrics.definitions as definitions
                on results.metric_id = definitions.metric_id and results.metric_version = definitions.version
        ),
        counts (name, count) as (
            select metric_id, numerator from results where has_count
            union all select metric_id, denominator from results where formula <> 'ratio'
            union all select metric_id, excluded from results
            union all select metric_id, value from results where formula = 'count' or (has_count and formula = 'sum')
            union all select curve, unnest([at_risk, events, censored]) from release.metrics.survival_curves
            union all select method, households from release.savings.by_method
            union all
            select 'match quality',
                unnest([programme_households, matched_households, matched_within_district, comparison_households])
            from release.savings.match_quality
            union all select file_name, "rows" from release.provenance.deliveries where source <> 'chamber'
        )
        select distinct name || ' (a count)' from counts where count % {base} <> 0
        union
        select metric_id || ' (its estimate)' from results
        where (has_count and ci_low is not null)
            or (formula = 'rate' and abs(value - numerator / denominator) > 0.0001)
            or (formula = 'mean' and not has_count and numerator is not null)
            or (formula = 'survival' and value <> round(value, 2))
        order by all
    """).fetchall()
    return [f"not rounded: {name}" for (name,) in sums]
