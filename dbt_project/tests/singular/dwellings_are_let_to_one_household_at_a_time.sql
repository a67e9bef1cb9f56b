-- Tenancies of one dwelling by two households on the same day: by delivery and line.
with tenancies as (

    select
        tenancy_id,
        household_id,
        dwelling_id,
        started_on,
        coalesce(ended_on, {{ observed_until() }}) as ended_on,
        _delivery_id,
        _row
    from {{ ref('stg_provider__tenancies') }}
    where dwelling_id is not null

)

select distinct
    tenancies._delivery_id,
    tenancies._row
from tenancies
inner join tenancies as others
    on
        tenancies.dwelling_id = others.dwelling_id
        and tenancies.household_id <> others.household_id
        and greatest(tenancies.started_on, others.started_on) < least(tenancies.ended_on, others.ended_on)
