with source as (

    select * from {{ source('raw_chamber', 'unit_costs') }}

),

renamed as (

    select
        cost_code,
        cast(household_size_min as integer) as household_size_min,
        cast(household_size_max as integer) as household_size_max,
        cast(eur as decimal(18, 4)) as eur,
        per,
        cast(valid_from as date) as valid_from,
        cast(valid_to as date) as valid_to,
        source,
        cast(illustrative as boolean) as illustrative,
        _delivery_id,
        cast(_row as integer) as _row
    from source

)

select
    cost_code,
    household_size_min,
    household_size_max,
    eur,
    per,
    valid_from,
    valid_to,
    source,
    illustrative,
    _delivery_id,
    _row
from renamed
where valid_from <= {{ as_of() }}
