-- Stays and tenancies that say of one household, for the same whole calendar month, that it was in both: by delivery
-- and line. Days around a move are left alone: check-outs are often recorded after the keys were handed over.
with stays as (

    select
        household_id,
        checked_in_on as started_on,
        coalesce(checked_out_on, {{ observed_until() }}) as ended_on,
        _delivery_id,
        _row
    from {{ ref('stg_municipality__temporary_stays') }}

),

tenancies as (

    select
        household_id,
        started_on,
        coalesce(ended_on, {{ observed_until() }}) as ended_on,
        _delivery_id,
        _row
    from {{ ref('stg_provider__tenancies') }}

),

in_both as (

    select
        stays._delivery_id as stay_delivery_id,
        stays._row as stay_row,
        tenancies._delivery_id as tenancy_delivery_id,
        tenancies._row as tenancy_row,
        greatest(stays.started_on, tenancies.started_on) as started_on,
        least(stays.ended_on, tenancies.ended_on) as ended_on
    from stays
    inner join tenancies on stays.household_id = tenancies.household_id

),

for_a_month as (

    select *
    from in_both
    where date_trunc('month', started_on + interval 1 month - interval 1 day) + interval 1 month <= ended_on

)

select
    stay_delivery_id as _delivery_id,
    stay_row as _row
from for_a_month
union
select
    tenancy_delivery_id as _delivery_id,
    tenancy_row as _row
from for_a_month
