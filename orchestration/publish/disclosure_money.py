"""Primary disclosure control of savings and payments: what rests on few households, or tells of few by subtraction.

Each rule is SQL over one table of the build, in the shape of the published table; which counts are small is said in
`disclosure`. `grown` is SQL of the names of rows (see `growth`) that are few away from an earlier release.
"""

from orchestration.publish.disclosure import NOTHING, ROW, is_small

# What rests on the households of a row of savings.by_method.
SAVINGS_FIGURES = (
    "households",
    "elapsed_share",
    "observed_cost_eur",
    "counterfactual_cost_eur",
    "gross_saving_eur",
    "gross_saving_per_household_eur",
    "ci_low_eur",
    "ci_low_per_household_eur",
    "ci_high_eur",
    "ci_high_per_household_eur",
    "adjusted_saving_eur",
    "programme_costs_city_eur",
    "programme_costs_all_eur",
    "net_saving_eur",
    "net_saving_per_household_eur",
    "benefit_cost_ratio",
    "benefit_cost_ratio_all_costs",
    "cost_per_stable_household_year_eur",
)
MATCH_FIGURES = (
    "programme_households",
    "matched_households",
    "matched_within_district",
    "comparison_households",
    "effective_sample_size",
    "standardised_difference_before",
    "standardised_difference_after",
)


def savings(limit: int, grown: str = NOTHING) -> str:
    """savings.by_method: households are the count, and all that is told of a method rests on them.

    A method that lacks a counterfactual for a few households would tell their cost by the difference from the others.
    """
    shown = ", ".join(f"case when not is_withheld then {name} end as {name}" for name in SAVINGS_FIGURES)
    return f"""
        with programme as (
            select window_months, max(programme_households) as enrolled from savings.match_quality group by all
        ),
        counted as (
            select by_method.*, greatest(enrolled, max(households) over (partition by window_months)) as most
            from savings.by_method as by_method
            left join programme using (window_months)
        ),
        judged as (
            select *, {is_small("households", limit)} or {is_small("most - households", limit)}
                or {ROW["savings.by_method"]} in ({grown}) as is_withheld
            from counted
        )
        select * exclude (most, is_withheld) replace (
            {shown}, case when is_withheld then 'suppressed' else status end as status
        )
        from judged
    """


def match_quality(limit: int, grown: str = NOTHING) -> str:
    """savings.match_quality: matched, not matched, within the district and outside it, and the compared, are counts."""
    counts = (
        "programme_households",
        "matched_households",
        "programme_households - matched_households",
        "matched_within_district",
        "matched_households - matched_within_district",
        "comparison_households",
    )
    small = " or ".join(is_small(count, limit) for count in counts)
    shown = ", ".join(f"case when not is_withheld then {name} end as {name}" for name in MATCH_FIGURES)
    return f"""
        with judged as (
            select *, {small} or {ROW["savings.match_quality"]} in ({grown}) as is_withheld
            from savings.match_quality
        )
        select * exclude (is_withheld) replace (
            {shown}, case when is_withheld then 'suppressed' else status end as status
        )
        from judged
    """


def payment_lines(limit: int, grown: str = NOTHING, grown_limits: str = NOTHING) -> str:
    """payments.lines: households and claims are counts; an improvement rests on the counts of its two values.

    A line whose limits cut few claims is withheld too: before and after limits it would tell what was cut.
    """
    few_cut = f"""
        (tariff_id, period) in (
            select tariff_id, period from payments.limits_applied
            where {_is_few_paid(limit)} group by all having {is_small("sum(claims)", limit)}
        )
        or (tariff_id, period) in (
            select (tariff_id, period) from payments.limits_applied
            where {ROW["payments.limits_applied"]} in ({grown_limits})
        )
        or {ROW["payments.lines"]} in ({grown})
    """
    return _paid(
        "payments.lines", ("claims", "quantity", "amount_before_limits_eur", "amount_eur"), limit, "period", few_cut
    )


def limits_applied(limit: int, grown: str = NOTHING) -> str:
    """payments.limits_applied: the households whose claims were cut are a count, and what was cut tells of them."""
    amounts = ("claims", "amount_before_eur", "amount_after_eur", "amount_cut_eur")
    return _paid("payments.limits_applied", amounts, limit, besides=f"{ROW['payments.limits_applied']} in ({grown})")


def adjustments(limit: int) -> str:
    """payments.adjustments: the households whose claims were adjusted are a count, and the difference tells of them."""
    return _paid("payments.adjustments", ("claims", "quantity_difference", "difference_eur"), limit, "statement_id")


def _is_few_paid(limit: int) -> str:
    return (
        "coalesce("
        + " or ".join(is_small(count, limit) for count in ("units", "claims", "smallest_count"))
        + ", false)"
    )


def _paid(table: str, amounts: tuple[str, ...], limit: int, total: str = "", besides: str = "false") -> str:
    """Rows of few claims withheld; where rows add up to a `total` that is published, another hides the few.

    Args:
        total: the column by which the rows add up, if they do.
        besides: SQL of what else withholds a row.
    """
    shown = ", ".join(f"case when not is_withheld then {name} end as {name}" for name in amounts)
    hides = (
        f"""
        or ({is_small(f"sum(claims) filter (is_few) over (partition by {total})", limit)} and not is_few
            and row_number() over (partition by {total}, is_few order by claims, all_columns) = 1)
    """
        if total
        else ""
    )
    return f"""
        with judged as (
            select paid.*, {_is_few_paid(limit)} or {besides} as is_few, paid::varchar as all_columns
            from {table} as paid
        ),
        hidden as (select *, coalesce(is_few {hides}, false) as is_withheld from judged)
        select * exclude (is_few, all_columns, is_withheld) replace (
            {shown}, case when is_withheld then 'suppressed' else status end as status
        )
        from hidden
    """


def statements(limit: int) -> str:
    """payments.statements: claims and adjustments each rest on a count of households; the total rests on both."""
    small_claims = " or ".join(is_small(count, limit) for count in ("units", "claims", "smallest_count"))
    small_adjustments = " or ".join(is_small(count, limit) for count in ("adjusted_units", "adjustments"))
    return f"""
        with judged as (
            select *,
                coalesce({small_claims}, false) as is_withheld,
                coalesce({small_adjustments}, false) as is_adjusted_withheld
            from payments.statements
        )
        select * replace (
            case when not is_withheld then claims end as claims,
            case when not is_withheld then claims_eur end as claims_eur,
            case when not is_adjusted_withheld then adjustments end as adjustments,
            case when not is_adjusted_withheld then adjustments_eur end as adjustments_eur,
            case when not (is_withheld or is_adjusted_withheld) then total_eur end as total_eur,
            case when is_withheld or is_adjusted_withheld then 'suppressed' else status end as status
        )
        from judged
    """
