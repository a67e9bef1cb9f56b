{#
    Both sides of the comparison. Where a trial has enrolled a comparison arm, this arm is the comparison: it is followed
    from enrolment, and alike are those enrolled in the same quarter. Otherwise it is the households never enrolled, each
    from a lag after the sign of its need; alike are those with the same need, economic capacity, size band and quarter.
    A household that is not enrolled stands for every day in [open_from, open_until).
#}
with trial as (

    select coalesce(bool_or(arm = 'comparison'), false) as is_trial
    from {{ ref('enrolled_households') }}

),

enrolled as (

    select
        enrolled.household_id,
        enrolled.household_key,
        enrolled.arm,
        trial.is_trial,
        case when trial.is_trial then 'trial' else needs.need end as need,
        case when trial.is_trial then enrolled.enrolled_on else needs.index_on end as index_on,
        enrolled.enrolled_on as open_from,
        enrolled.enrolled_on + 1 as open_until,
        least(enrolled.follow_up_ends_on, known.priced_until) as follow_up_ends_on,
        enrolled.economic_capacity,
        enrolled.household_size_band,
        enrolled.district,
        enrolled.members,
        enrolled.minors,
        enrolled.members_with_disability,
        needs.priority_points
    from {{ ref('enrolled_households') }} as enrolled
    cross join trial
    cross join {{ ref('int_prices_known') }} as known
    left join {{ ref('int_household_needs') }} as needs
        on
            enrolled.household_id = needs.household_id
            and enrolled.enrolled_on >= needs.started_on
            and enrolled.enrolled_on < needs.ended_on

),

never_enrolled as (

    select
        households.household_id,
        follow_up.household_key,
        'comparison' as arm,
        false as is_trial,
        needs.need,
        needs.index_on,
        needs.started_on as open_from,
        needs.ended_on as open_until,
        least(follow_up.follow_up_ends_on, known.priced_until) as follow_up_ends_on,
        households.economic_capacity,
        bands.household_size_band,
        households.district,
        households.members,
        households.minors,
        households.members_with_disability,
        needs.priority_points
    from {{ ref('int_households_described') }} as households
    inner join trial on not trial.is_trial
    cross join {{ ref('int_prices_known') }} as known
    inner join {{ ref('int_household_needs') }} as needs on households.household_id = needs.household_id
    inner join {{ ref('int_household_follow_up') }} as follow_up on households.household_id = follow_up.household_id
    left join {{ ref('int_household_size_bands') }} as bands
        on
            households.members >= bands.members_from
            and households.members <= coalesce(bands.members_to, households.members)
    where households.enrolment_id is null

)

select
    *,
    need || '|' || year(index_on) || 'Q' || quarter(index_on)
    || case when is_trial then '' else '|' || economic_capacity || '|' || household_size_band end as stratum
from enrolled
union all
select
    *,
    need || '|' || year(index_on) || 'Q' || quarter(index_on) || '|' || economic_capacity || '|' || household_size_band
        as stratum
from never_enrolled
