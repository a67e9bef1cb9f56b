with source as (

    {{ by_household(source('raw_support', 'support_activities'), 'performed_on') }}

),

renamed as (

    select
        activity_id,
        household_id,
        cast(performed_on as date) as performed_on,
        activity_type,
        cast(hours as decimal(9, 2)) as hours,
        _delivery_id,
        cast(_row as integer) as _row
    from source

)

select
    activity_id,
    household_id,
    performed_on,
    activity_type,
    hours,
    _delivery_id,
    _row
from renamed
where performed_on <= {{ as_of() }}
