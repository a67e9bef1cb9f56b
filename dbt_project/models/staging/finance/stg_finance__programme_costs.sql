with source as (

    select * from {{ source('raw_finance', 'programme_costs') }}

),

renamed as (

    select
        cast(month as date) as month,
        category,
        cast(amount_eur as decimal(18, 2)) as amount_eur,
        funded_by,
        _delivery_id,
        cast(_row as integer) as _row
    from source

)

select
    month,
    category,
    amount_eur,
    funded_by,
    _delivery_id,
    _row
from renamed
where month <= {{ as_of() }}
