"""Primary disclosure control: which counts are too small to show, and what is withheld with them.

Counts of 1..threshold-1, and every value computed from them, are withheld (measurement model, section 7).
Each rule is SQL over one table of the build, in the shape of the published table. No file is opened here.
"""

LEGAL_FLOOR = 3
# Units in which a numerator is a number of persons or things, and formulas whose numerator is part of the denominator.
COUNTED_UNITS = "'households', 'people', 'homes', 'dwellings', 'adults', 'evictions'"
OF_UNITS = "'rate', 'survival', 'median_survival'"
DEFINING = "'chamber'"  # its definitions, prices and parameters hold no household
KEY = "metric_id, metric_version, period_type, period_start, breakdown, category"
# Categories are shown by phase and to date: their months, quarters and years are mostly small, and would hide the rest.
MAY_BE_PUBLISHED = """(
    breakdown = 'all' or period_type = 'programme_to_date'
    or (period_type = 'phase' and breakdown <> 'cohort_quarter')
)"""


def threshold(parameter: int) -> int:
    """The threshold in force: the Chamber's parameter, never below the legal floor."""
    return max(parameter, LEGAL_FLOOR)


def is_small(count: str, limit: int) -> str:
    """SQL that is true when a count (an SQL expression) must be withheld."""
    return f"({count} > 0 and {count} < {limit})"


def _turn(row: str) -> str:
    """Of events up to several horizons those in 12 months are shown first; a few more or less by another are few."""
    return f"list_position(['12', '24', '6'], regexp_extract({row}.metric_id, '_([0-9]+)m$', 1))"


def judged_results(limit: int) -> str:
    """metrics.results with what is small: the units counted, a count in the numerator, the rest, and those excluded.

    Of a survival metric the numerator is the events. A gain in adults is a number of people, up or down. A ratio has
    euros or days on both sides; `units` says how many households or dwellings they are of.
    """
    return f"""
        with counted as (
            select results.*, definitions.formula,
                definitions.unit in ({COUNTED_UNITS}) or definitions.formula in ({OF_UNITS}) as is_counted,
                definitions.formula in ({OF_UNITS}) or definitions.formula = 'count' as is_of_units
            from metrics.results as results
            left join metrics.definitions as definitions
                on definitions.metric_id = results.metric_id and definitions.version = results.metric_version
        ),
        survivals as (select * from counted where formula = 'survival'),
        few_apart as (
            select one.metric_id, one.metric_version, one.period_type, one.period_start, one.breakdown, one.category
            from survivals as one
            inner join survivals as other
                using (period_type, period_start, breakdown, category, units_key)
            where {_turn("other")} < {_turn("one")} and {is_small("abs(other.numerator - one.numerator)", limit)}
        )
        select *,
            {is_small("units", limit)}
            or {is_small("excluded", limit)}
            or (is_counted and {is_small("abs(numerator)", limit)})
            or (is_of_units and {is_small("denominator - numerator", limit)})
            or ({KEY}) in (from few_apart) as is_withheld
        from counted
    """


def results(limit: int, pattern: str) -> str:
    """metrics.results: what is small is withheld, and so are the rows that `pattern` names to hide it.

    Args:
        pattern: SQL of the further rows, with the key of metrics.results.
    """
    shown = ", ".join(
        f'case when not is_hidden then "{name}" end as "{name}"'
        for name in ("numerator", "denominator", "excluded", "value", "ci_low", "ci_high", "interval_method")
    )
    return f"""
        with judged as ({judged_results(limit)}),
        hidden as (select *, is_withheld or ({KEY}) in ({pattern}) as is_hidden from judged where {MAY_BE_PUBLISHED})
        select * exclude (formula) replace ({shown}, case when is_hidden then 'suppressed' else status end as status)
        from hidden
    """


def survival_curves(limit: int, months: str) -> str:
    """metrics.survival_curves: the months that `months` names, with what happened since the one shown before.

    Nobody at risk is 0 and is shown; empty counts are withheld ones. Incidence beside survival tells how many have
    died so far: since the month shown before, neither those who died nor the other censored may be few.

    Args:
        months: SQL of the (curve, category, months) that may be shown.
    """
    few_died = " or ".join(is_small(count, limit) for count in ("died", "censored - died"))
    return f"""
        with kept as (
            select *, (curve, category, months) in ({months}) as is_shown from metrics.survival_curves
        ),
        stretched as (
            select *,
                count(*) filter (is_shown) over (
                    partition by curve, category order by months desc
                ) as stretch
            from kept
        ),
        put_together as (
            select * replace (sum(events) over stretches as events, sum(censored) over stretches as censored),
                sum(competing) over stretches as died
            from stretched
            window stretches as (partition by curve, category, stretch)
        ),
        judged as (
            select *,
                bool_or(is_shown and ({few_died})) over (
                    partition by curve, category order by months
                ) as has_few_died
            from put_together
        )
        select curve, category, months,
            case when is_shown then at_risk end as at_risk,
            case when is_shown then events end as events,
            case when is_shown then censored end as censored,
            case when is_shown then survival end as survival,
            case when is_shown then ci_low end as ci_low,
            case when is_shown then ci_high end as ci_high,
            case when is_shown and not has_few_died then incidence end as incidence
        from judged
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
    """payments.lines: households and claims are counts; an improvement rests on the counts of its two values.

    A line whose limits cut few claims is withheld too: before and after limits it would tell what was cut.
    """
    few_cut = f"""
        (tariff_id, period) in (
            select tariff_id, period from payments.limits_applied
            where {_is_few_paid(limit)} group by all having {is_small("sum(claims)", limit)}
        )
    """
    return _paid(
        "payments.lines", ("claims", "quantity", "amount_before_limits_eur", "amount_eur"), limit, "period", few_cut
    )


def limits_applied(limit: int) -> str:
    """payments.limits_applied: the households whose claims were cut are a count, and what was cut tells of them."""
    amounts = ("claims", "amount_before_eur", "amount_after_eur", "amount_cut_eur")
    return _paid("payments.limits_applied", amounts, limit)


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


def deliveries(limit: int) -> str:
    """provenance.deliveries: few rows are few households, but for what the Chamber defines, which holds none."""
    return f"""
        select * replace (
            case when source = {DEFINING} or not {is_small('"rows"', limit)} then "rows" end as "rows"
        )
        from provenance.deliveries"""
