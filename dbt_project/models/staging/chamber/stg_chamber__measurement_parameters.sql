with source as (

    select * from {{ source('raw_chamber', 'measurement_parameters') }}

),

renamed as (

    select
        name,
        metric_id,
        cast(metric_version as integer) as metric_version,
        value,
        unit,
        cast(valid_from as date) as valid_from,
        note,
        _delivery_id,
        cast(_row as integer) as _row
    from source

)

select
    name,
    metric_id,
    metric_version,
    value,
    unit,
    valid_from,
    note,
    _delivery_id,
    _row
from renamed
where valid_from <= {{ as_of() }}
