-- Spells whose days by state are not the days observed, or whose temporary days are not the nights of their stays.
with days_by_state as (

    select
        household_id,
        sum(ended_on - started_on) as days,
        coalesce(sum(ended_on - started_on) filter (where state = 'temporary'), 0) as temporary_days
    from {{ ref('household_spells') }}
    group by household_id

),

nights as (

    select
        follow_up.household_id,
        sum(least(stays.ended_on, follow_up.follow_up_ends_on) - stays.started_on) as nights
    from {{ ref('int_household_follow_up') }} as follow_up
    inner join {{ ref('int_stays_merged') }} as stays
        on follow_up.household_id = stays.household_id and follow_up.follow_up_ends_on > stays.started_on
    group by follow_up.household_id

),

observed as (

    select
        follow_up.household_id,
        greatest(0, follow_up.follow_up_ends_on - follow_up.first_contact_on) as days,
        coalesce(nights.nights, 0) as nights
    from {{ ref('int_household_follow_up') }} as follow_up
    left join nights on follow_up.household_id = nights.household_id

)

select 'spells: days by state are not the days observed' as _subject
from observed
left join days_by_state as spells on observed.household_id = spells.household_id
where coalesce(spells.days, 0) <> observed.days
union
select 'spells: temporary days are not the nights of the stays' as _subject
from observed
left join days_by_state as spells on observed.household_id = spells.household_id
where coalesce(spells.temporary_days, 0) <> observed.nights
