with households as (

    select
        household_id,
        enrolled_on,
        {{ months_after('enrolled_on', -12) }} as before_on,
        {{ months_after('enrolled_on', 12) }} as after_on,
        died_on
    from {{ ref('enrolled_households') }}

),

windows as (

    select
        'temporary_nights_12m_before' as metric_id,
        household_id,
        before_on as starts_on,
        enrolled_on as ends_on
    from households
    union all
    select
        'temporary_nights_12m_after' as metric_id,
        household_id,
        enrolled_on as starts_on,
        after_on as ends_on
    from households

),

nights_spent as (

    select
        windows.metric_id,
        windows.household_id,
        sum(least(stays.ended_on, windows.ends_on) - greatest(stays.started_on, windows.starts_on)) as nights
    from windows
    inner join {{ ref('int_stays_merged') }} as stays
        on
            windows.household_id = stays.household_id
            and windows.starts_on < stays.ended_on
            and windows.ends_on > stays.started_on
    group by windows.metric_id, windows.household_id

),

observed as (

    select
        windows.metric_id,
        windows.household_id,
        households.enrolled_on,
        households.after_on,
        coalesce(nights_spent.nights, 0) as nights,
        case
            when households.after_on > {{ observed_until() }} then 'not_yet_observed'
            when households.died_on < households.after_on then 'died_in_window'
        end as exclusion_reason
    from windows
    inner join households on windows.household_id = households.household_id
    left join nights_spent
        on
            windows.metric_id = nights_spent.metric_id
            and windows.household_id = nights_spent.household_id

)

select
    metric_id,
    cast(null as integer) as metric_version,
    household_id,
    cast(null as varchar) as dwelling_id,
    enrolled_on as counted_on,
    cast(null as varchar) as wave,
    exclusion_reason is null as in_denominator,
    exclusion_reason is null as in_numerator,
    exclusion_reason,
    cast(case when exclusion_reason is null then nights end as decimal(18, 4)) as value,
    cast(case when exclusion_reason is null then 1 end as decimal(18, 4)) as weight,
    case when exclusion_reason is null then after_on end as achieved_on,
    case when exclusion_reason is null then nights || ' nights, 12 months around ' || enrolled_on end as evidence
from observed
