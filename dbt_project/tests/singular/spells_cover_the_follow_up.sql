-- Spells that leave a gap, overlap, repeat a state, or do not run from first contact to the end of follow-up.
with spells as (

    select
        household_id,
        state,
        started_on,
        ended_on,
        lag(state) over household_order as previous_state,
        lag(ended_on) over household_order as previous_ended_on
    from {{ ref('household_spells') }}
    window household_order as (partition by household_id order by started_on)

),

extents as (

    select
        household_id,
        min(started_on) as started_on,
        max(ended_on) as ended_on
    from spells
    group by household_id

)

select 'spells: gap, overlap or repeated state' as _subject
from spells
where started_on >= ended_on or previous_ended_on <> started_on or previous_state = state
union all
select 'spells: not from first contact to end of follow-up' as _subject
from {{ ref('int_household_follow_up') }} as follow_up
full outer join extents on follow_up.household_id = extents.household_id
where
    follow_up.first_contact_on < follow_up.follow_up_ends_on
    and (
        follow_up.first_contact_on is distinct from extents.started_on
        or follow_up.follow_up_ends_on is distinct from extents.ended_on
    )
union all
select 'spells: household without follow-up' as _subject
from extents
where extents.household_id not in (select follow_up.household_id from {{ ref('int_household_follow_up') }} as follow_up)
