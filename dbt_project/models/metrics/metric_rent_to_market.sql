with tenancies as (

    select
        tenancies.household_id,
        tenancies.tenancy_id,
        tenancies.started_on,
        tenancies.monthly_rent_eur,
        dwellings.market_rent_eur_month
    from {{ ref('stg_provider__tenancies') }} as tenancies
    left join {{ ref('stg_provider__dwellings') }} as dwellings
        on tenancies.dwelling_id = dwellings.dwelling_id
    where tenancies.dwelling_id is not null
    qualify
        row_number() over (
            partition by tenancies.household_id, tenancies.dwelling_id
            order by tenancies.started_on, tenancies.tenancy_id
        ) = 1

),

households as (

    select
        households.household_id,
        households.enrolled_on,
        tenancies.tenancy_id,
        tenancies.started_on,
        tenancies.monthly_rent_eur,
        tenancies.market_rent_eur_month,
        case
            when tenancies.tenancy_id is null then 'no_dwelling_yet'
            when coalesce(tenancies.market_rent_eur_month, 0) <= 0 then 'market_rent_unknown'
        end as exclusion_reason
    from {{ ref('enrolled_households') }} as households
    left join tenancies on households.household_id = tenancies.household_id

)

select
    'rent_to_market_ratio' as metric_id,
    cast(null as integer) as metric_version,
    household_id,
    cast(null as varchar) as dwelling_id,
    coalesce(started_on, enrolled_on) as counted_on,
    cast(null as varchar) as wave,
    exclusion_reason is null as in_denominator,
    exclusion_reason is null as in_numerator,
    exclusion_reason,
    cast(case when exclusion_reason is null then monthly_rent_eur end as decimal(18, 4)) as value,
    cast(case when exclusion_reason is null then market_rent_eur_month end as decimal(18, 4)) as weight,
    case when exclusion_reason is null then started_on end as achieved_on,
    'tenancy ' || tenancy_id as evidence
from households
