with enrolments as (

    select
        household_id,
        enrolment_id,
        arm,
        enrolled_on,
        pathway
    from {{ ref('stg_provider__enrolments') }}
    qualify
        row_number() over (
            partition by household_id
            order by case when arm = 'programme' then 1 else 2 end, enrolled_on, enrolment_id
        ) = 1

),

waiting as (

    select
        enrolments.household_id,
        min(applications.applied_on) as waiting_since
    from enrolments
    inner join {{ ref('stg_municipality__waiting_list') }} as applications
        on
            enrolments.household_id = applications.household_id
            and enrolments.enrolled_on >= applications.applied_on
            and (
                enrolments.enrolled_on < applications.closed_on
                or (applications.closed_on is null and applications.status = 'waiting')
            )
    group by enrolments.household_id

),

placements as (

    select
        enrolments.household_id,
        min(greatest(spells.started_on, enrolments.enrolled_on)) as placed_on
    from enrolments
    inner join {{ ref('household_spells') }} as spells
        on
            enrolments.household_id = spells.household_id
            and spells.is_stably_housed
            and enrolments.enrolled_on < spells.ended_on
    group by enrolments.household_id

)

select
    enrolments.household_id,
    follow_up.household_key,
    enrolments.enrolment_id,
    enrolments.arm,
    enrolments.enrolled_on,
    enrolments.pathway,
    year(enrolments.enrolled_on) || 'Q' || quarter(enrolments.enrolled_on) as cohort_quarter,
    households.economic_capacity,
    bands.household_size_band,
    households.district,
    households.members,
    households.minors,
    households.members_with_disability,
    coalesce(waiting.waiting_since, enrolments.enrolled_on) as waiting_since,
    placements.placed_on,
    follow_up.died_on,
    follow_up.follow_up_ends_on
from enrolments
inner join {{ ref('int_households_described') }} as households
    on enrolments.enrolment_id = households.enrolment_id
inner join {{ ref('int_household_follow_up') }} as follow_up
    on enrolments.household_id = follow_up.household_id
left join {{ ref('int_household_size_bands') }} as bands
    on
        households.members >= bands.members_from
        and households.members <= coalesce(bands.members_to, households.members)
left join waiting on enrolments.household_id = waiting.household_id
left join placements on enrolments.household_id = placements.household_id
