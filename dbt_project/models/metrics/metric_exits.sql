with exits as (

    select
        households.household_id,
        households.enrolled_on,
        households.died_on,
        enrolments.enrolment_id,
        enrolments.exited_on,
        coalesce({{ is_permanent('enrolments.exit_destination') }}, false) as is_exit_to_permanent,
        case
            when enrolments.exit_reason = 'deceased' then 'deceased'
            when households.died_on <= coalesce(enrolments.exited_on, households.died_on) then 'deceased'
            when enrolments.exited_on is null then 'still_enrolled'
        end as exclusion_reason
    from {{ ref('enrolled_households') }} as households
    inner join {{ ref('stg_provider__enrolments') }} as enrolments
        on households.enrolment_id = enrolments.enrolment_id

)

select
    'exits_to_permanent_rate' as metric_id,
    cast(null as integer) as metric_version,
    household_id,
    cast(null as varchar) as dwelling_id,
    case
        when exclusion_reason = 'deceased' then coalesce(exited_on, died_on)
        else coalesce(exited_on, enrolled_on)
    end as counted_on,
    cast(null as varchar) as wave,
    exclusion_reason is null as in_denominator,
    exclusion_reason is null and is_exit_to_permanent as in_numerator,
    exclusion_reason,
    cast(
        case when exclusion_reason is null then cast(is_exit_to_permanent as integer) end as decimal(18, 4)
    ) as value,
    cast(case when exclusion_reason is null then 1 end as decimal(18, 4)) as weight,
    case when exclusion_reason is null and is_exit_to_permanent then exited_on end as achieved_on,
    'enrolment ' || enrolment_id || ', exit on ' || exited_on as evidence
from exits
