with source as (

    select * from {{ source('raw_chamber', 'savings_baselines') }}

),

renamed as (

    select
        economic_capacity,
        cast(household_size_min as integer) as household_size_min,
        cast(household_size_max as integer) as household_size_max,
        pathway,
        cast(window_months as integer) as window_months,
        cast(temporary_probability as decimal(9, 6)) as temporary_probability,
        cast(expected_nights as decimal(9, 2)) as expected_nights,
        cost_code,
        cast(valid_from as date) as valid_from,
        cast(valid_to as date) as valid_to,
        source,
        cast(illustrative as boolean) as illustrative,
        _delivery_id,
        cast(_row as integer) as _row
    from source

)

select
    economic_capacity,
    household_size_min,
    household_size_max,
    pathway,
    window_months,
    temporary_probability,
    expected_nights,
    cost_code,
    valid_from,
    valid_to,
    source,
    illustrative,
    _delivery_id,
    _row
from renamed
where valid_from <= {{ as_of() }}
