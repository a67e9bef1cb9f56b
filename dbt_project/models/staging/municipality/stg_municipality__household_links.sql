with source as (

    select * from {{ source('raw_municipality', 'household_links') }}

),

renamed as (

    select
        from_household_id,
        to_household_id,
        cast(linked_on as date) as linked_on,
        kind,
        _delivery_id,
        cast(_row as integer) as _row
    from source

)

select
    from_household_id,
    to_household_id,
    linked_on,
    kind,
    _delivery_id,
    _row
from renamed
-- A new key is another name, whenever it was given; a merge or a split happens on its day.
where kind = 'new_key' or linked_on <= {{ as_of() }}
