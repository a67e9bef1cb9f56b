with source as (

    select * from {{ source('raw_provider', 'dwellings') }}

),

renamed as (

    select
        dwelling_id,
        cast(acquired_on as date) as acquired_on,
        provenance,
        cast(vacant_since as date) as vacant_since,
        cast(available_from as date) as available_from,
        cast(withdrawn_on as date) as withdrawn_on,
        cast(district as integer) as district,
        cast(floor_area_m2 as decimal(9, 2)) as floor_area_m2,
        cast(rooms as integer) as rooms,
        cast(market_rent_eur_month as decimal(18, 2)) as market_rent_eur_month,
        _delivery_id,
        cast(_row as integer) as _row
    from source

)

select
    dwelling_id,
    acquired_on,
    provenance,
    {{ seen_by_as_of('vacant_since') }} as vacant_since,
    {{ seen_by_as_of('available_from') }} as available_from,
    {{ seen_by_as_of('withdrawn_on', half_open('provider', 'dwellings', 'withdrawn_on')) }} as withdrawn_on,
    district,
    floor_area_m2,
    rooms,
    market_rent_eur_month,
    _delivery_id,
    _row
from renamed
where acquired_on <= {{ as_of() }}
