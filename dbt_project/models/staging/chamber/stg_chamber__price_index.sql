with source as (

    select * from {{ source('raw_chamber', 'price_index') }}

),

renamed as (

    select
        cast(month as date) as month,
        index_code,
        cast(index_value as decimal(18, 4)) as index_value,
        base,
        _delivery_id,
        cast(_row as integer) as _row
    from source

)

select
    month,
    index_code,
    index_value,
    base,
    _delivery_id,
    _row
from renamed
where month <= {{ as_of() }}
