with households as (

    select
        household_id,
        enrolled_on,
        waiting_since,
        placed_on,
        case
            when placed_on is not null then null
            when died_on is not null then 'died_before_placement'
            else 'not_yet_placed'
        end as exclusion_reason
    from {{ ref('enrolled_households') }}

)

select
    'waiting_days_mean' as metric_id,
    household_id,
    coalesce(placed_on, enrolled_on) as counted_on,
    cast(null as varchar) as wave,
    placed_on is not null as in_denominator,
    placed_on is not null as in_numerator,
    exclusion_reason,
    cast(placed_on - waiting_since as decimal(18, 4)) as value,
    cast(case when placed_on is not null then 1 end as decimal(18, 4)) as weight,
    placed_on as achieved_on,
    'waiting since ' || waiting_since || ', placed on ' || placed_on as evidence
from households
