with source as (

    select * from {{ source('raw_chamber', 'metric_definitions') }}

),

renamed as (

    select
        metric_id,
        cast(version as integer) as version,
        title_it,
        title_en,
        description_it,
        description_en,
        outcome,
        unit,
        direction,
        formula,
        standard_ref,
        cast(minimum_denominator as integer) as minimum_denominator,
        cast(valid_from as date) as valid_from,
        cast(valid_to as date) as valid_to,
        _delivery_id,
        cast(_row as integer) as _row
    from source

)

select
    metric_id,
    version,
    title_it,
    title_en,
    description_it,
    description_en,
    outcome,
    unit,
    direction,
    formula,
    standard_ref,
    minimum_denominator,
    valid_from,
    valid_to,
    _delivery_id,
    _row
from renamed
where valid_from <= {{ as_of() }}
