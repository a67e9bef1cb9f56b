{#
    What held at an enrolment is the first row delivered on or after it; of later ones only those count that say that
    they held by then, the newest first.
#}
{{ config(materialized='view') }}

with described as (

    select
        enrolments.household_id,
        enrolments.enrolment_id,
        history.referral_channel,
        history.members,
        history.minors,
        history.members_with_disability,
        history.economic_capacity,
        history.isee_band,
        history.district,
        history._delivery_id,
        history._row
    from {{ ref('stg_provider__enrolments') }} as enrolments
    inner join {{ ref('stg_municipality__households_history') }} as history
        on
            enrolments.household_id = history.household_id
            and enrolments.enrolled_on <= history.reference_date
    qualify
        row_number() over (
            partition by enrolments.enrolment_id
            order by
                coalesce(history.composition_valid_from <= enrolments.enrolled_on, false) desc,
                case
                    when history.composition_valid_from <= enrolments.enrolled_on
                        then enrolments.enrolled_on - history.reference_date
                    else history.reference_date - enrolments.enrolled_on
                end asc
        ) = 1

)

select
    households.household_id,
    described.enrolment_id,
    households.registered_on,
    described.referral_channel,
    described.members,
    described.minors,
    described.members_with_disability,
    described.economic_capacity,
    described.isee_band,
    described.district,
    described._delivery_id,
    described._row
from described
inner join {{ ref('stg_municipality__households') }} as households
    on described.household_id = households.household_id
union all
select
    household_id,
    null as enrolment_id,
    registered_on,
    referral_channel,
    members,
    minors,
    members_with_disability,
    economic_capacity,
    isee_band,
    district,
    _delivery_id,
    _row
from {{ ref('stg_municipality__households') }}
where household_id not in (
        select enrolments.household_id from {{ ref('stg_provider__enrolments') }} as enrolments
    )
