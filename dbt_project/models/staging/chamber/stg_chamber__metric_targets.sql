with source as (

    select * from {{ source('raw_chamber', 'metric_targets') }}

),

renamed as (

    select
        metric_id,
        period,
        cast(target as decimal(18, 4)) as target,
        _delivery_id,
        cast(_row as integer) as _row
    from source

)

select
    metric_id,
    period,
    target,
    _delivery_id,
    _row
from renamed
