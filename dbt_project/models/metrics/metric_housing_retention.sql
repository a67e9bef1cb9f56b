with households as (

    select
        household_id,
        enrolled_on,
        placed_on,
        died_on,
        follow_up_ends_on,
        unnest({{ retention_months() }}) as months
    from {{ ref('enrolled_households') }}

),

windows as (

    select
        *,
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

allowed_gaps as (

    {%- for months in retention_months() %}
    select
        {{ months }} as months,
        {{ parameter('retention_max_gap_days', 'integer', metric_id='housing_retention_' ~ months ~ 'm') }}
            as max_gap_days
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

followed as (

    select
        windows.*,
        stable_days.is_stable_on_last_day,
        windows.horizon_on <= windows.follow_up_ends_on as is_fully_observed,
        least(windows.horizon_on, windows.follow_up_ends_on) - windows.placed_on - stable_days.days
        > allowed_gaps.max_gap_days as has_lost_housing
    from windows
    inner join allowed_gaps on windows.months = allowed_gaps.months
    left join stable_days
        on
            windows.household_id = stable_days.household_id
            and windows.months = stable_days.months

),

judged as (

    select
        *,
        is_fully_observed and is_stable_on_last_day and not has_lost_housing as is_retained,
        case
            when placed_on is null and died_on is not null then 'died_before_placement'
            when placed_on is null then 'not_yet_placed'
            when is_fully_observed or has_lost_housing then null
            when died_on < horizon_on then 'died_in_window'
            else 'not_yet_observed'
        end as exclusion_reason
    from followed

)

select
    'housing_retention_' || months || 'm' as metric_id,
    household_id,
    coalesce(placed_on, enrolled_on) as counted_on,
    cast(null as varchar) as wave,
    exclusion_reason is null as in_denominator,
    exclusion_reason is null and is_retained as in_numerator,
    exclusion_reason,
    cast(case when exclusion_reason is null then cast(is_retained as integer) end as decimal(18, 4)) as value,
    cast(case when exclusion_reason is null then 1 end as decimal(18, 4)) as weight,
    case when is_retained then horizon_on end as achieved_on,
    case when is_retained then 'stably housed from ' || placed_on || ' to ' || horizon_on end as evidence
from judged
