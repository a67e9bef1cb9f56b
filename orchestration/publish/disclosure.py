"""Primary disclosure control: which counts are too small to show, and what is withheld with them.

Counts of 1..threshold-1, and every value computed from them, are withheld (measurement model, section 7).
Each rule is SQL over one table of the build, in the shape of the published table. No file is opened here.
"""

LEGAL_FLOOR = 3
# Units in which a numerator is a number of persons or things, and formulas whose numerator is part of the denominator.
COUNTED_UNITS = "'households', 'people', 'homes', 'dwellings', 'adults', 'evictions'"
OF_UNITS = "'rate', 'survival', 'median_survival'"


def threshold(parameter: int) -> int:
    """The threshold in force: the Chamber's parameter, never below the legal floor."""
    return max(parameter, LEGAL_FLOOR)


def is_small(count: str, limit: int) -> str:
    """SQL that is true when a count (an SQL expression) must be withheld."""
    return f"({count} > 0 and {count} < {limit})"


def results(limit: int) -> str:
    """metrics.results: the units counted, a count in the numerator, and the rest of the units are all counts.

    Of a survival metric the numerator is the events. A gain in adults is a number of people, up or down. A ratio has
    euros or days on both sides; `units` says how many households or dwellings they are of.
    """
    return f"""
        with counted as (
            select results.*,
                definitions.unit in ({COUNTED_UNITS}) or definitions.formula in ({OF_UNITS}) as is_counted,
                definitions.formula in ({OF_UNITS}) or definitions.formula = 'count' as is_of_units
            from metrics.results as results
            left join metrics.definitions as definitions
                on definitions.metric_id = results.metric_id and definitions.version = results.metric_version
        ),
        judged as (
            select *,
                {is_small("units", limit)}
                or (is_counted and {is_small("abs(numerator)", limit)})
                or (is_of_units and {is_small("denominator - numerator", limit)}) as is_withheld,
                {is_small("excluded", limit)} as is_excluded_withheld
            from counted
        )
        select * replace (
            case when not is_withheld then numerator end as numerator,
            case when not is_withheld then denominator end as denominator,
            case when not (is_withheld or is_excluded_withheld) then excluded end as excluded,
            case when not is_withheld then "value" end as "value",
            case when not is_withheld then ci_low end as ci_low,
            case when not is_withheld then ci_high end as ci_high,
            case when not is_withheld then interval_method end as interval_method,
            case
                when is_withheld then 'suppressed'
                when is_excluded_withheld and status = 'published' then 'excluded_suppressed'
                else status
            end as status
        )
        from judged
    """


def survival_curves(limit: int) -> str:
    """metrics.survival_curves: who is at risk, whom the event befell and who was followed no longer are counts.

    Nobody at risk is 0 and is shown; empty counts are withheld ones. Incidence beside survival tells how many have
    died so far: the deaths of the month, those up to it, and the month's censored who did not die must not be few.
    """
    small = " or ".join(is_small(count, limit) for count in ("at_risk", "events", "censored"))
    few_died = " or ".join(
        is_small(count, limit) for count in ("competing", "competing_so_far", "(censored - competing)")
    )
    shown = ", ".join(
        f"case when not ({small}) then {name} end as {name}"
        for name in ("at_risk", "events", "censored", "survival", "ci_low", "ci_high")
    )
    return f"""
        with counted as (
            select *, sum(competing) over (partition by curve, category order by months) as competing_so_far
            from metrics.survival_curves
        )
        select * exclude (competing, competing_so_far) replace (
            {shown}, case when not ({small} or {few_died}) then incidence end as incidence
        )
        from counted
    """


# What rests on the households of a row of savings.by_method.
SAVINGS_FIGURES = (
    "households",
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


def savings(limit: int) -> str:
    """savings.by_method: households are the count, all euros rest on them, and the rest of a count is one too.

    A method that lacks a counterfactual for a few households would tell their cost by the difference from the others.
    """
    lacking = "max(households) over (partition by window_months) - households"
    complete = " or ".join(is_small(n, limit) for n in ("households_complete", "households - households_complete"))
    shown = ", ".join(f"case when not is_withheld then {name} end as {name}" for name in SAVINGS_FIGURES)
    return f"""
        with judged as (
            select *, {is_small("households", limit)} or {is_small(lacking, limit)} as is_withheld
            from savings.by_method
        )
        select * exclude (is_withheld) replace (
            {shown},
            case when not (is_withheld or {complete}) then households_complete end as households_complete,
            case when is_withheld then 'suppressed' else status end as status
        )
        from judged
    """


def match_quality(limit: int) -> str:
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
        with judged as (select *, {small} as is_withheld from savings.match_quality)
        select * exclude (is_withheld) replace (
            {shown}, case when is_withheld then 'suppressed' else status end as status
        )
        from judged
    """


def payment_lines(limit: int) -> str:
    """payments.lines: households and claims are counts; an improvement rests on the counts of its two values."""
    return _paid("payments.lines", ("claims", "quantity", "amount_before_limits_eur", "amount_eur"), limit)


def limits_applied(limit: int) -> str:
    """payments.limits_applied: the households whose claims were cut are a count, and what was cut tells of them."""
    amounts = ("claims", "amount_before_eur", "amount_after_eur", "amount_cut_eur")
    return _paid("payments.limits_applied", amounts, limit)


def _paid(table: str, amounts: tuple[str, ...], limit: int) -> str:
    small = " or ".join(is_small(count, limit) for count in ("units", "claims", "smallest_count"))
    shown = ", ".join(f"case when not is_withheld then {name} end as {name}" for name in amounts)
    return f"""
        with judged as (select *, coalesce({small}, false) as is_withheld from {table})
        select * replace ({shown}, case when is_withheld then 'suppressed' else status end as status)
        from judged
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


def adjustments(limit: int) -> str:
    """payments.adjustments: the households whose claims were adjusted are a count, and the difference tells of them."""
    small = " or ".join(is_small(count, limit) for count in ("units", "claims", "smallest_count"))
    return f"""
        with judged as (select *, coalesce({small}, false) as is_withheld from payments.adjustments)
        select * replace (
            case when not is_withheld then claims end as claims,
            case when not is_withheld then quantity_difference end as quantity_difference,
            case when not is_withheld then difference_eur end as difference_eur,
            case when is_withheld then 'suppressed' else status end as status
        )
        from judged
    """
