with source as (

    {{ by_household(source('raw_provider', 'enrolments'), 'enrolled_on') }}

),

renamed as (

    select
        enrolment_id,
        household_id,
        arm,
        cast(enrolled_on as date) as enrolled_on,
        pathway,
        cast(exited_on as date) as exited_on,
        exit_reason,
        exit_destination,
        _delivery_id,
        cast(_row as integer) as _row
    from source

)

select
    enrolment_id,
    household_id,
    arm,
    enrolled_on,
    pathway,
    {{ seen_by_as_of('exited_on', half_open('provider', 'enrolments', 'exited_on')) }} as exited_on,
    {{ seen_by_as_of('exited_on', 'exit_reason') }} as exit_reason,
    {{ seen_by_as_of('exited_on', 'exit_destination') }} as exit_destination,
    _delivery_id,
    _row
from renamed
where enrolled_on <= {{ as_of() }}
