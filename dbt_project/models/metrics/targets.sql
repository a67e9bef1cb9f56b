-- What the Chamber set out to reach; a target holds no count of anybody.
with targets as (

    select
        metric_id,
        period,
        target
    from {{ ref('stg_chamber__metric_targets') }}

),

periods as (

    select
        period_type,
        period,
        period_start
    from {{ ref('reporting_periods') }}

)

select
    targets.metric_id,
    targets.period,
    periods.period_type,
    periods.period_start,
    targets.target
from targets
left join periods
    on targets.period = periods.period
order by targets.metric_id, targets.period
