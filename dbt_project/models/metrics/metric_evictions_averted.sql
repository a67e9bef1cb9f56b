{#
    An order counts if it was given before placement and still undecided at enrolment.
#}
with households as (

    select
        household_id,
        enrolled_on,
        placed_on,
        died_on,
        {{ months_after('placed_on', 12) }} as horizon_on
    from {{ ref('enrolled_households') }}

),

orders as (

    select
        households.household_id,
        min(evictions.ordered_on) as ordered_on,
        min(case when evictions.outcome = 'executed' then evictions.outcome_on end) as executed_on
    from households
    inner join {{ ref('stg_municipality__evictions') }} as evictions
        on
            households.household_id = evictions.household_id
            and coalesce(households.placed_on > evictions.ordered_on, true)
            and coalesce(households.enrolled_on <= evictions.outcome_on, true)
    group by households.household_id

),

last_days as (

    select households.household_id
    from households
    inner join {{ ref('household_spells') }} as spells
        on
            households.household_id = spells.household_id
            and spells.is_stably_housed
            and households.horizon_on > spells.started_on
            and households.horizon_on <= spells.ended_on

),

followed as (

    select
        households.*,
        orders.ordered_on,
        coalesce(orders.executed_on < households.horizon_on, false) as is_executed,
        last_days.household_id is not null as is_stable_on_last_day
    from households
    left join orders on households.household_id = orders.household_id
    left join last_days on households.household_id = last_days.household_id

),

judged as (

    select
        *,
        case
            when ordered_on is null then 'no_order_before_placement'
            else {{ exclusion_reason('horizon_on') }}
        end as exclusion_reason
    from followed

),

answered as (

    select
        *,
        exclusion_reason is null and is_stable_on_last_day and not is_executed as is_averted
    from judged

)

select
    'evictions_averted' as metric_id,
    cast(null as integer) as metric_version,
    household_id,
    cast(null as varchar) as dwelling_id,
    coalesce(placed_on, enrolled_on) as counted_on,
    cast(null as varchar) as wave,
    exclusion_reason is null as in_denominator,
    is_averted as in_numerator,
    exclusion_reason,
    cast(case when exclusion_reason is null then cast(is_averted as integer) end as decimal(18, 4)) as value,
    cast(case when exclusion_reason is null then 1 end as decimal(18, 4)) as weight,
    case when is_averted then horizon_on end as achieved_on,
    'ordered on ' || ordered_on || coalesce(', placed on ' || placed_on, ', not placed') as evidence
from answered
