with households as (

    select
        household_id,
        enrolled_on,
        placed_on,
        died_on,
        unnest({{ retention_months() }}) as months
    from {{ ref('enrolled_households') }}

),

followed as (

    select
        households.*,
        times.duration,
        times.duration >= households.months as has_completed,
        case
            when households.placed_on is not null then null
            when households.died_on is not null then 'died_before_placement'
            else 'not_yet_placed'
        end as exclusion_reason,
        'stably housed from ' || times.started_on
        || case when times.is_event then ', lost on ' else ', followed to ' end || times.ended_on as evidence
    from households
    left join {{ ref('int_times_to_event') }} as times
        on households.household_id = times.household_id and times.curve = 'housing_survival'

)

select
    'housing_survival_' || months || 'm' as metric_id,
    cast(null as integer) as metric_version,
    household_id,
    cast(null as varchar) as dwelling_id,
    coalesce(placed_on, enrolled_on) as counted_on,
    cast(null as varchar) as wave,
    exclusion_reason is null as in_denominator,
    coalesce(has_completed, false) as in_numerator,
    exclusion_reason,
    duration as value,
    cast(case when exclusion_reason is null then 1 end as decimal(18, 4)) as weight,
    case when has_completed then {{ months_after('placed_on', 'months') }} end as achieved_on,
    evidence
from followed
