"""Primary disclosure control: which counts are too small to show, and what is withheld with them.

Counts of 1..threshold-1, and every value computed from them, are withheld (measurement model, section 7).
Each rule is SQL over one table of the build, in the shape of the published table. No file is opened here. What may be
shown of savings and payments is in `disclosure_money`.
"""

# Units in which a numerator is a number of persons or things, and formulas whose numerator is part of the denominator.
COUNTED_UNITS = "'households', 'people', 'homes', 'dwellings', 'adults', 'evictions'"
OF_UNITS = "'rate', 'survival', 'median_survival'"
NOTHING = "select null where false"  # SQL of no rows
NO_MONTHS = "select null, null, null where false"
WHOLE_CURVE = 9999  # the month up to which a median of waiting counts
DEFINING = "'chamber'"  # its definitions, prices and parameters hold no household
KEY = "metric_id, metric_version, period_type, period_start, breakdown, category"
# By published table, SQL of what names a row; incidence stands among the curves and is shown by itself.
INCIDENCE = "incidence"
ROW = {
    "metrics.results": f"concat_ws(' ', {KEY})",
    "metrics.survival_curves": "concat_ws(' ', curve, category, months)",
    INCIDENCE: "concat_ws(' ', curve, category, months)",
    "savings.by_method": "concat_ws(' ', method, window_months)",
    "savings.match_quality": "concat_ws(' ', window_months, covariate)",
    "payments.lines": "concat_ws(' ', tariff_id, tariff_valid_from, period, unit_price_eur, share)",
    "payments.limits_applied": "concat_ws(' ', tariff_id, period, step)",
    "provenance.deliveries": "delivery_id",
}
# Categories are shown by phase and to date: their months, quarters and years are mostly small, and would hide the rest.
MAY_BE_PUBLISHED = """(
    breakdown = 'all' or period_type = 'programme_to_date'
    or (period_type = 'phase' and breakdown <> 'cohort_quarter')
)"""


def is_small(count: str, limit: int) -> str:
    """SQL that is true when a count (an SQL expression) must be withheld."""
    return f"({count} > 0 and {count} < {limit})"


def horizon(metric_id: str) -> str:
    """SQL of the months up to which a survival metric follows."""
    return f"try_cast(regexp_extract({metric_id}, '_([0-9]+)m$', 1) as integer)"


def turn(months: str) -> str:
    """SQL: events in 12 months are shown before those up to other horizons, that may be a few more or less."""
    return f"coalesce(nullif(list_position([12, 24, 6], {months}), 0), {months} + 3)"


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
        judged as (
            select *,
                {is_small("units", limit)}
                or {is_small("excluded", limit)}
                or (is_counted and {is_small("abs(numerator)", limit)})
                or (is_of_units and {is_small("denominator - numerator", limit)}) as is_small
            from counted
        ),
        survivals as (select * from judged where formula = 'survival'),
        few_apart as (
            select one.metric_id, one.metric_version, one.period_type, one.period_start, one.breakdown, one.category
            from survivals as one
            inner join survivals as other
                using (period_type, period_start, breakdown, category, units_key)
            where not other.is_small and {turn(horizon("other.metric_id"))} < {turn(horizon("one.metric_id"))}
                and {is_small("abs(other.numerator - one.numerator)", limit)}
        )
        select *, is_small or is_few_apart as is_withheld
        from (select *, ({KEY}) in (from few_apart) as is_few_apart from judged)
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
        select * replace ({shown}, case when is_hidden then 'suppressed' else status end as status)
        from hidden
    """


def survival_curves(limit: int, months: str, few_died: str = NO_MONTHS) -> str:
    """metrics.survival_curves: the months that `months` names, with what happened since the one shown before.

    Nobody at risk is 0 and is shown; empty counts are withheld ones. Incidence beside survival tells how many have
    died so far: since the month shown before, neither those who died nor the other censored may be few.

    Args:
        months: SQL of the (curve, category, months) that may be shown.
        few_died: SQL of those from which on incidence beside an earlier release tells of few dead.
    """
    is_few = " or ".join(is_small(count, limit) for count in ("died", "censored - died"))
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
                bool_or(is_shown and ({is_few} or (curve, category, months) in ({few_died}))) over (
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


def deliveries(limit: int, grown: str = NOTHING) -> str:
    """provenance.deliveries: few rows are few households, and few more than another delivery had are few as well.

    So rows are counted of the deliveries in use alone. What the Chamber defines holds no household.

    Args:
        grown: SQL of the deliveries with few rows more or less than an earlier release told.
    """
    return f"""
        select * replace (
            case
                when source = {DEFINING} or not (not is_used or {is_small('"rows"', limit)} or delivery_id in ({grown}))
                    then "rows"
            end as "rows"
        )
        from provenance.deliveries"""


def checks(table: str) -> str:
    """provenance.checks: rows are counted of published tables alone; those of a delivery tell of its households.

    That a check passed is said of every check, and never within what it let pass: a correction that a change rule
    tolerates is of few rows.
    """
    return f"""
        select * replace (
            case when stage = 'release' then rows_checked end as rows_checked,
            case when stage = 'release' then rows_failed when passed then 0 end as rows_failed
        )
        from {table}"""
