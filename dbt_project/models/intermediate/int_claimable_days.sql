{#
    The days on which each household may achieve what a line pays: from enrolment, or from the first day in a tenancy of the
    programme where the line requires placement, as long as it is enrolled and so many days more as the line says, and not
    beyond its death. The end day itself is one on which an outcome may fall, and no day that is paid by the day.
#}
with tenants as (

    select
        households.household_id,
        min(greatest(spells.started_on, households.enrolled_on)) as housed_on
    from {{ ref('enrolled_households') }} as households
    inner join {{ ref('household_spells') }} as spells
        on
            households.household_id = spells.household_id
            and spells.state = 'programme_tenancy'
            and households.enrolled_on < spells.ended_on
    group by households.household_id

),

lines as (

    select distinct
        tariff_id,
        valid_from,
        requires,
        pays_after_exit_days
    from {{ ref('int_tariffs_in_force') }}
    where kind <> 'limit'

),

enrolled as (

    select
        lines.tariff_id,
        lines.valid_from,
        households.household_id,
        greatest(
            enrolments.enrolled_on,
            case when lines.requires = 'placement' then tenants.housed_on end
        ) as started_on,
        least(
            coalesce(enrolments.exited_on + lines.pays_after_exit_days, date '9999-12-31'),
            households.died_on
        ) as ended_on
    from {{ ref('stg_provider__enrolments') }} as enrolments
    inner join {{ ref('enrolled_households') }} as households
        on enrolments.household_id = households.household_id
    cross join lines
    left join tenants on households.household_id = tenants.household_id
    where
        enrolments.arm = 'programme'
        and (lines.requires = 'enrolment' or tenants.housed_on is not null)

),

-- A household that enrolled again while the first enrolment went on is not counted twice.
apart as (

    select
        tariff_id,
        valid_from,
        household_id,
        greatest(
            started_on,
            max(ended_on) over (
                partition by tariff_id, valid_from, household_id
                order by started_on, ended_on
                rows between unbounded preceding and 1 preceding
            )
        ) as started_on,
        ended_on
    from enrolled

)

select
    tariff_id,
    valid_from as tariff_valid_from,
    household_id,
    started_on,
    ended_on
from apart
where started_on <= ended_on
