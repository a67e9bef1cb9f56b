with source as (

    {{ by_household(source('raw_municipality', 'temporary_stays'), 'checked_in_on') }}

),

renamed as (

    select
        stay_id,
        household_id,
        accommodation_type,
        ethos_code,
        cast(checked_in_on as date) as checked_in_on,
        cast(checked_out_on as date) as checked_out_on,
        cast(persons as integer) as persons,
        cast(nightly_cost_eur as decimal(18, 4)) as nightly_cost_eur,
        cast(household_copayment_eur as decimal(18, 4)) as household_copayment_eur,
        _delivery_id,
        cast(_row as integer) as _row
    from source

)

select
    stay_id,
    household_id,
    accommodation_type,
    ethos_code,
    checked_in_on,
    {{ seen_by_as_of('checked_out_on', half_open('municipality', 'temporary_stays', 'checked_out_on')) }}
        as checked_out_on,
    persons,
    nightly_cost_eur,
    household_copayment_eur,
    _delivery_id,
    _row
from renamed
where checked_in_on <= {{ as_of() }}
