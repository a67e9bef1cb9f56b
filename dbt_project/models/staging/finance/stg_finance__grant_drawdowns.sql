with source as (

    select * from {{ source('raw_finance', 'grant_drawdowns') }}

),

renamed as (

    select
        drawdown_id,
        cast(received_on as date) as received_on,
        cast(amount_eur as decimal(18, 2)) as amount_eur,
        cast(ceiling_eur as decimal(18, 2)) as ceiling_eur,
        _delivery_id,
        cast(_row as integer) as _row
    from source

)

select
    drawdown_id,
    received_on,
    amount_eur,
    ceiling_eur,
    _delivery_id,
    _row
from renamed
where received_on <= {{ as_of() }}
