with tenancies as (

    select
        household_id,
        tenancy_id,
        started_on,
        previous_rent_eur_month - monthly_rent_eur as saving_eur_month
    from {{ ref('stg_provider__tenancies') }}
    qualify
        row_number() over (
            partition by household_id
            order by previous_rent_eur_month is null, started_on, tenancy_id
        ) = 1

),

households as (

    select
        households.household_id,
        households.enrolled_on,
        tenancies.tenancy_id,
        tenancies.started_on,
        tenancies.saving_eur_month,
        case
            when tenancies.tenancy_id is null then 'no_tenancy_yet'
            when tenancies.saving_eur_month is null then 'previous_rent_unknown'
        end as exclusion_reason
    from {{ ref('enrolled_households') }} as households
    left join tenancies on households.household_id = tenancies.household_id

)

select
    'rent_saving_eur_month_mean' as metric_id,
    cast(null as integer) as metric_version,
    household_id,
    cast(null as varchar) as dwelling_id,
    coalesce(started_on, enrolled_on) as counted_on,
    cast(null as varchar) as wave,
    exclusion_reason is null as in_denominator,
    exclusion_reason is null as in_numerator,
    exclusion_reason,
    cast(saving_eur_month as decimal(18, 4)) as value,
    cast(case when exclusion_reason is null then 1 end as decimal(18, 4)) as weight,
    case when exclusion_reason is null then started_on end as achieved_on,
    'tenancy ' || tenancy_id as evidence
from households
