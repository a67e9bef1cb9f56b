with source as (

    {{ by_household(source('raw_municipality', 'evictions'), 'ordered_on') }}

),

renamed as (

    select
        eviction_id,
        household_id,
        cast(ordered_on as date) as ordered_on,
        outcome,
        cast(outcome_on as date) as outcome_on,
        _delivery_id,
        cast(_row as integer) as _row
    from source

)

select
    eviction_id,
    household_id,
    ordered_on,
    case when outcome_on > {{ as_of() }} then 'pending' else outcome end as outcome,
    {{ seen_by_as_of('outcome_on') }} as outcome_on,
    _delivery_id,
    _row
from renamed
where ordered_on <= {{ as_of() }}
