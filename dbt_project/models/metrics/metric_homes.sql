with first_tenancies as (

    select
        household_id,
        case when dwelling_id is null then 'homes_retained' else 'homes_entered' end as metric_id,
        tenancy_id,
        started_on
    from {{ ref('stg_provider__tenancies') }}
    qualify
        row_number() over (
            partition by household_id, dwelling_id is null
            order by started_on, tenancy_id
        ) = 1

),

households as (

    select
        household_id,
        enrolled_on,
        unnest(['homes_retained', 'homes_entered']) as metric_id
    from {{ ref('enrolled_households') }}

)

select
    households.metric_id,
    cast(null as integer) as metric_version,
    households.household_id,
    cast(null as varchar) as dwelling_id,
    households.enrolled_on as counted_on,
    cast(null as varchar) as wave,
    true as in_denominator,
    tenancies.tenancy_id is not null as in_numerator,
    cast(null as varchar) as exclusion_reason,
    cast(case when tenancies.tenancy_id is null then 0 else 1 end as decimal(18, 4)) as value,
    cast(1 as decimal(18, 4)) as weight,
    tenancies.started_on as achieved_on,
    'tenancy ' || tenancies.tenancy_id as evidence
from households
left join first_tenancies as tenancies
    on
        households.household_id = tenancies.household_id
        and households.metric_id = tenancies.metric_id
