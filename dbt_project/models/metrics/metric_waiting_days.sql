{#
    The mean is of the households placed, by placement. The median is read from a survival curve, by enrolment, so that
    those who still wait, or died waiting, stand in it with the days they have waited so far.
#}
with waits as (

    select
        households.household_id,
        households.enrolled_on,
        households.waiting_since,
        households.placed_on,
        waits.duration,
        case
            when households.placed_on is not null then null
            when households.died_on is not null then 'died_before_placement'
            else 'not_yet_placed'
        end as exclusion_reason
    from {{ ref('enrolled_households') }} as households
    inner join {{ ref('int_times_to_event') }} as waits
        on households.household_id = waits.household_id and waits.curve = 'waiting'

)

select
    'waiting_days_mean' as metric_id,
    cast(null as integer) as metric_version,
    household_id,
    cast(null as varchar) as dwelling_id,
    coalesce(placed_on, enrolled_on) as counted_on,
    cast(null as varchar) as wave,
    placed_on is not null as in_denominator,
    placed_on is not null as in_numerator,
    exclusion_reason,
    case when placed_on is not null then duration end as value,
    cast(case when placed_on is not null then 1 end as decimal(18, 4)) as weight,
    placed_on as achieved_on,
    'waiting since ' || waiting_since || ', placed on ' || placed_on as evidence
from waits
union all
select
    'waiting_days_median' as metric_id,
    cast(null as integer) as metric_version,
    household_id,
    cast(null as varchar) as dwelling_id,
    enrolled_on as counted_on,
    cast(null as varchar) as wave,
    true as in_denominator,
    placed_on is not null as in_numerator,
    cast(null as varchar) as exclusion_reason,
    duration as value,
    cast(1 as decimal(18, 4)) as weight,
    placed_on as achieved_on,
    'waiting since ' || waiting_since || coalesce(', placed on ' || placed_on, ', not placed') as evidence
from waits
