with source as (

    {{ one_row_a_household(source('raw_municipality', 'households')) }}

),

renamed as (

    select
        household_id,
        cast(registered_on as date) as registered_on,
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
    registered_on,
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
