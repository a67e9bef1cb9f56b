"""Counts rounded to a base, where the Chamber asks for it: a veil over what `disclosure` has already found fit to show.

Each rule is SQL over what would be published of one table. Estimates that come from counts come from the rounded ones,
or are shown with fewer digits; what would tell a count exactly by division is left out. Payments are accounts: what is
paid is claims times price, and stays exact.
"""

from collections.abc import Mapping

from orchestration.publish.disclosure import DEFINING

ESTIMATE_DIGITS = 2


def rounded(queries: Mapping[str, str], base: int) -> dict[str, str]:
    """The SQL of the published tables, with every count that tells of households or homes rounded.

    Args:
        queries: by table, as `release.sources` makes them.
        base: counts become its nearest multiple; 0 leaves everything as it is.
    """
    if not base:
        return dict(queries)
    rules = {
        "metrics.results": results,
        "metrics.survival_curves": survival_curves,
        "savings.by_method": savings,
        "savings.match_quality": match_quality,
        "provenance.deliveries": deliveries,
    }
    return {table: rules[table](query, base) if table in rules else query for table, query in queries.items()}


def nearest(count: str, base: int) -> str:
    """SQL of a count (an SQL expression) rounded to the nearest multiple."""
    return f"(round({count} / {base}) * {base})"


def results(query: str, base: int) -> str:
    """metrics.results: rates from rounded counts and without intervals, means without their sums.

    A ratio has euros or days on both sides, and no count.
    """
    numerator, denominator = nearest("numerator", base), nearest("denominator", base)
    return f"""
        with exact as (select *, formula in ('survival', 'median_survival') as is_estimate from ({query})),
        kinds as (select *, is_counted or is_estimate as is_of_counts, formula <> 'ratio' as has_units from exact)
        select * replace (
            case
                when is_of_counts then {numerator}
                when formula <> 'mean' then numerator
            end as numerator,
            case when has_units then {denominator} else denominator end as denominator,
            {nearest("excluded", base)} as excluded,
            case
                when value is null then null
                when formula = 'survival' then round(value, {ESTIMATE_DIGITS})
                when is_estimate or not is_counted then value
                when formula in ('count', 'sum') then {numerator}
                else {numerator} / nullif({denominator}, 0)
            end as value,
            case when not is_of_counts then ci_low end as ci_low,
            case when not is_of_counts then ci_high end as ci_high,
            case when not is_of_counts then interval_method end as interval_method
        )
        from kinds
    """


def survival_curves(query: str, base: int) -> str:
    """metrics.survival_curves: estimates with fewer digits, and without intervals."""
    return f"""
        select * replace (
            {_nearest(("at_risk", "events", "censored"), base)},
            round(survival, {ESTIMATE_DIGITS}) as survival,
            round(incidence, {ESTIMATE_DIGITS}) as incidence,
            null as ci_low,
            null as ci_high
        )
        from ({query})
    """


def savings(query: str, base: int) -> str:
    """savings.by_method: the euros stay, what they are per household would tell how many households there are."""
    per_household = ("gross_saving", "ci_low", "ci_high", "net_saving")
    left_out = ", ".join(f"null as {name}_per_household_eur" for name in per_household)
    return f"""
        select * replace ({nearest("households", base)} as households, {left_out})
        from ({query})
    """


def match_quality(query: str, base: int) -> str:
    """savings.match_quality: the sizes of the groups."""
    sizes = (
        "programme_households",
        "matched_households",
        "matched_within_district",
        "comparison_households",
        "effective_sample_size",
    )
    return f"select * replace ({_nearest(sizes, base)}) from ({query})"


def deliveries(query: str, base: int) -> str:
    """provenance.deliveries: a file with a row per household tells how many there are; the Chamber's holds none."""
    count = '"rows"'
    return f"""
        select * replace (case when source = {DEFINING} then {count} else {nearest(count, base)} end as {count})
        from ({query})
    """


def _nearest(counts: tuple[str, ...], base: int) -> str:
    return ", ".join(f"{nearest(count, base)} as {count}" for count in counts)
