{#
    Vacant means known to be vacant before it became available. A tenancy that began before the dwelling was said to be
    available let it at once.
#}
with first_tenancies as (

    select
        dwelling_id,
        min(started_on) as first_let_on
    from {{ ref('stg_provider__tenancies') }}
    where dwelling_id is not null
    group by dwelling_id

),

dwellings as (

    select
        dwellings.dwelling_id,
        dwellings.vacant_since,
        dwellings.available_from,
        tenancies.first_let_on,
        coalesce(dwellings.available_from, dwellings.acquired_on) as counted_on,
        case
            when dwellings.available_from is null or dwellings.withdrawn_on <= dwellings.available_from
                then 'not_yet_available'
        end as unavailable_reason,
        dwellings.withdrawn_on
    from {{ ref('stg_provider__dwellings') }} as dwellings
    left join first_tenancies as tenancies on dwellings.dwelling_id = tenancies.dwelling_id

),

judged as (

    select
        'dwellings_mobilised' as metric_id,
        dwelling_id,
        counted_on,
        case
            when unavailable_reason is not null then unavailable_reason
            when vacant_since is null or vacant_since >= available_from then 'not_vacant_before'
        end as exclusion_reason,
        1 as number,
        available_from as achieved_on,
        'vacant since ' || vacant_since || ', available from ' || available_from as evidence
    from dwellings
    union all
    select
        'vacancy_to_let_days_mean' as metric_id,
        dwelling_id,
        counted_on,
        case
            when unavailable_reason is not null then unavailable_reason
            when first_let_on is not null then null
            when withdrawn_on is not null then 'withdrawn_before_let'
            else 'not_yet_let'
        end as exclusion_reason,
        greatest(first_let_on - available_from, 0) as number,
        first_let_on as achieved_on,
        'available from ' || available_from || ', let on ' || first_let_on as evidence
    from dwellings

)

select
    metric_id,
    cast(null as integer) as metric_version,
    cast(null as varchar) as household_id,
    dwelling_id,
    counted_on,
    cast(null as varchar) as wave,
    exclusion_reason is null as in_denominator,
    exclusion_reason is null as in_numerator,
    exclusion_reason,
    cast(case when exclusion_reason is null then number end as decimal(18, 4)) as value,
    cast(case when exclusion_reason is null then 1 end as decimal(18, 4)) as weight,
    case when exclusion_reason is null then achieved_on end as achieved_on,
    evidence
from judged
