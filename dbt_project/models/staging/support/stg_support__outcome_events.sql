with source as (

    {{ by_household(source('raw_support', 'outcome_events'), 'achieved_on') }}

),

renamed as (

    select
        event_id,
        household_id,
        outcome_code,
        cast(achieved_on as date) as achieved_on,
        evidence_ref,
        _delivery_id,
        cast(_row as integer) as _row
    from source

)

select
    event_id,
    household_id,
    outcome_code,
    achieved_on,
    evidence_ref,
    _delivery_id,
    _row
from renamed
where achieved_on <= {{ as_of() }}
