{#
    Every version tells every period, so that a series can be read under one definition; when each was in force stands in
    the definitions.
    A rate, mean or ratio is numerator / denominator. Of a survival metric the numerator is the events, and the value and
    its interval come from the life tables. A ratio of sums, and a count, has no interval.
#}
with defined as (

    select
        totals.* replace (
            case
                when definitions.formula in ('survival', 'median_survival') then coalesce(survival.events, 0)
                else totals.numerator
            end as numerator
        ),
        definitions.unit,
        definitions.formula,
        totals.denominator = 0 as is_empty,
        definitions.formula not in ('count', 'sum') and totals.units < definitions.minimum_denominator
            as is_below_minimum,
        survival.value as survival_value,
        survival.ci_low as survival_low,
        survival.ci_high as survival_high
    from {{ ref('metric_period_totals') }} as totals
    inner join {{ ref('definitions') }} as definitions
        on totals.metric_id = definitions.metric_id and totals.metric_version = definitions.version
    left join {{ ref('survival_estimates') }} as survival
        on
            totals.metric_id = survival.metric_id
            and totals.period_type = survival.period_type
            and totals.period_start = survival.period_start
            and totals.breakdown = survival.breakdown
            and totals.category = survival.category

),

estimated as (

    select
        *,
        {{ quotient('numerator', 'denominator') }} as quotient,
        {{ wilson('numerator', 'denominator', 'low') }} as wilson_low,
        {{ wilson('numerator', 'denominator', 'high') }} as wilson_high,
        {{ normal_of_mean('numerator', 'squares', 'denominator', 'low') }} as normal_low,
        {{ normal_of_mean('numerator', 'squares', 'denominator', 'high') }} as normal_high
    from defined

),

valued as (

    select
        *,
        case
            when formula in ('count', 'sum') then numerator
            when is_below_minimum then null
            when formula in ('survival', 'median_survival') then survival_value
            else quotient
        end as value,
        case
            when is_below_minimum then null
            when formula = 'rate' then wilson_low
            when formula = 'mean' then normal_low
            when formula in ('survival', 'median_survival') then survival_low
        end as ci_low,
        case
            when is_below_minimum then null
            when formula = 'rate' then wilson_high
            when formula = 'mean' then normal_high
            when formula in ('survival', 'median_survival') then survival_high
        end as ci_high
    from estimated

)

select
    metric_id,
    metric_version,
    period_type,
    period_start,
    period_end,
    breakdown,
    category,
    cast(numerator as decimal(18, 4)) as numerator,
    denominator,
    excluded,
    value,
    ci_low,
    ci_high,
    case
        when ci_low is null and ci_high is null then null
        when formula = 'rate' then 'wilson'
        when formula = 'mean' then 'normal'
        else 'log-log'
    end as interval_method,
    unit,
    case
        when is_empty then 'empty'
        when is_below_minimum then 'below_minimum_denominator'
        when value is null and formula = 'median_survival' then 'not_reached'
        when value is null and formula = 'survival' then 'not_observed'
        else 'published'
    end as status,
    -- None of these metrics rests on a price or a baseline that could be an example.
    false as illustrative,
    {{ as_of() }} as as_of,
    units,
    units_key
from valued
order by metric_id, metric_version, period_type, period_start, breakdown, category
