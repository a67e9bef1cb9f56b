{#
    What the life tables say of each survival metric: survival of N months is read just before the horizon, since a home
    lost on the horizon day has completed its months; the median is the first day by which half are placed.
#}
with tables as (

    select
        curve,
        period_type,
        period_start,
        breakdown,
        category,
        {%- for months in retention_months() %}
        coalesce(sum(events) filter (where duration < {{ months }}), 0) as events_{{ months }},
        coalesce(sum(events + censored) filter (where duration >= {{ months }}), 0) as at_risk_{{ months }},
        coalesce(min(survival) filter (where duration < {{ months }}), 1) as survival_{{ months }},
        arg_max(ci_low, duration) filter (where duration < {{ months }}) as ci_low_{{ months }},
        arg_max(ci_high, duration) filter (where duration < {{ months }}) as ci_high_{{ months }},
        {%- endfor %}
        sum(events) as events,
        min(duration) filter (where survival <= 0.5) as median,
        min(duration) filter (where ci_low <= 0.5) as median_low,
        min(duration) filter (where ci_high <= 0.5) as median_high
    from {{ ref('int_survival_steps') }}
    group by curve, period_type, period_start, breakdown, category

)

{%- for months in retention_months() %}

select
    'housing_survival_{{ months }}m' as metric_id,
    period_type,
    period_start,
    breakdown,
    category,
    cast(events_{{ months }} as bigint) as events,
    cast(
        case when at_risk_{{ months }} > 0 or survival_{{ months }} = 0 then survival_{{ months }} end
        as decimal(18, 4)
    ) as value,
    cast(case when at_risk_{{ months }} > 0 then ci_low_{{ months }} end as decimal(18, 4)) as ci_low,
    cast(case when at_risk_{{ months }} > 0 then ci_high_{{ months }} end as decimal(18, 4)) as ci_high
from tables
where curve = 'housing_survival'
union all
{%- endfor %}
select
    'waiting_days_median' as metric_id,
    period_type,
    period_start,
    breakdown,
    category,
    cast(events as bigint) as events,
    cast(median as decimal(18, 4)) as value,
    cast(median_low as decimal(18, 4)) as ci_low,
    cast(median_high as decimal(18, 4)) as ci_high
from tables
where curve = 'waiting'
