with source as (

    {{ one_row_a_household(source('raw_municipality', 'households_history'), by=['_reference_date']) }}

),

renamed as (

    select
        household_id,
        _reference_date as reference_date,
        cast(registered_on as date) as registered_on,
        cast(composition_valid_from as date) as composition_valid_from,
        referral_channel,
        cast(members as integer) as members,
        cast(minors as integer) as minors,
        cast(members_with_disability as integer) as members_with_disability,
        economic_capacity,
        isee_band,
        cast(district as integer) as district,
        _delivery_id,
        cast(_row as integer) as _row
    from source

)

select
    household_id,
    reference_date,
    registered_on,
    composition_valid_from,
    referral_channel,
    members,
    minors,
    members_with_disability,
    economic_capacity,
    isee_band,
    district,
    _delivery_id,
    _row
from renamed
where registered_on <= {{ as_of() }}
