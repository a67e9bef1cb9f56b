with source as (

    {{ by_household(source('raw_municipality', 'waiting_list'), 'applied_on') }}

),

renamed as (

    select
        application_id,
        household_id,
        list_type,
        cast(applied_on as date) as applied_on,
        status,
        cast(closed_on as date) as closed_on,
        cast(priority_points as decimal(9, 2)) as priority_points,
        _delivery_id,
        cast(_row as integer) as _row
    from source

)

select
    application_id,
    household_id,
    list_type,
    applied_on,
    case when closed_on > {{ as_of() }} then 'waiting' else status end as status,
    {{ seen_by_as_of('closed_on', half_open('municipality', 'waiting_list', 'closed_on')) }} as closed_on,
    priority_points,
    _delivery_id,
    _row
from renamed
where applied_on <= {{ as_of() }}
