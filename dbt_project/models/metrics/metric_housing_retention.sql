{%- set metric_ids = metric_ids_by_months('housing_retention', retention_months()) -%}

with allowed_gaps as (

    {{ parameter_of_metrics('retention_max_gap_days', 'integer', metric_ids) }}

),

households as (

    select
        household_id,
        enrolled_on,
        placed_on,
        died_on,
        unnest({{ retention_months() }}) as months
    from {{ ref('enrolled_households') }}

),

windows as (

    select
        *,
        'housing_retention_' || months || 'm' as metric_id,
        {{ months_after('placed_on', 'months') }} as horizon_on
    from households

),

stable_days as (

    select
        windows.household_id,
        windows.months,
        sum(least(spells.ended_on, windows.horizon_on) - greatest(spells.started_on, windows.placed_on)) as days,
        bool_or(spells.ended_on >= windows.horizon_on) as is_stable_on_last_day
    from windows
    inner join {{ ref('household_spells') }} as spells
        on
            windows.household_id = spells.household_id
            and spells.is_stably_housed
            and windows.placed_on < spells.ended_on
            and windows.horizon_on > spells.started_on
    group by windows.household_id, windows.months

),

followed as (

    select
        windows.*,
        allowed_gaps.metric_version,
        stable_days.is_stable_on_last_day,
        windows.horizon_on - windows.placed_on - stable_days.days > allowed_gaps.value as has_lost_housing
    from windows
    inner join allowed_gaps
        on
            windows.metric_id = allowed_gaps.metric_id
            and {{ binds_on('allowed_gaps', 'coalesce(windows.horizon_on, windows.enrolled_on)') }}
    left join stable_days
        on
            windows.household_id = stable_days.household_id
            and windows.months = stable_days.months

),

judged as (

    select
        *,
        {{ exclusion_reason('horizon_on') }} as exclusion_reason
    from followed

),

answered as (

    select
        *,
        exclusion_reason is null and is_stable_on_last_day and not has_lost_housing as is_retained
    from judged

)

select
    metric_id,
    metric_version,
    household_id,
    cast(null as varchar) as dwelling_id,
    coalesce(placed_on, enrolled_on) as counted_on,
    cast(null as varchar) as wave,
    exclusion_reason is null as in_denominator,
    is_retained as in_numerator,
    exclusion_reason,
    cast(case when exclusion_reason is null then cast(is_retained as integer) end as decimal(18, 4)) as value,
    cast(case when exclusion_reason is null then 1 end as decimal(18, 4)) as weight,
    case when is_retained then horizon_on end as achieved_on,
    case when is_retained then 'stably housed from ' || placed_on || ' to ' || horizon_on end as evidence
from answered
