with stable_days as (

    select
        households.household_id,
        sum(spells.ended_on - greatest(spells.started_on, households.placed_on)) as days,
        max(spells.ended_on) - 1 as last_day
    from {{ ref('enrolled_households') }} as households
    inner join {{ ref('household_spells') }} as spells
        on
            households.household_id = spells.household_id
            and spells.is_stably_housed
            and households.placed_on < spells.ended_on
    group by households.household_id

)

select
    'stable_days' as metric_id,
    cast(null as integer) as metric_version,
    households.household_id,
    cast(null as varchar) as dwelling_id,
    coalesce(households.placed_on, households.enrolled_on) as counted_on,
    cast(null as varchar) as wave,
    households.placed_on is not null as in_denominator,
    households.placed_on is not null as in_numerator,
    case
        when households.placed_on is not null then null
        when households.died_on is not null then 'died_before_placement'
        else 'not_yet_placed'
    end as exclusion_reason,
    cast(stable_days.days as decimal(18, 4)) as value,
    cast(case when households.placed_on is not null then 1 end as decimal(18, 4)) as weight,
    stable_days.last_day as achieved_on,
    stable_days.days || ' days from ' || households.placed_on || ' to ' || stable_days.last_day as evidence
from {{ ref('enrolled_households') }} as households
left join stable_days on households.household_id = stable_days.household_id
