with source as (

    {{ by_household(source('raw_provider', 'tenancies'), 'started_on') }}

),

renamed as (

    select
        tenancy_id,
        household_id,
        dwelling_id,
        cast(started_on as date) as started_on,
        cast(ended_on as date) as ended_on,
        end_reason,
        cast(monthly_rent_eur as decimal(18, 2)) as monthly_rent_eur,
        cast(previous_rent_eur_month as decimal(18, 2)) as previous_rent_eur_month,
        _delivery_id,
        cast(_row as integer) as _row
    from source

)

select
    tenancy_id,
    household_id,
    dwelling_id,
    started_on,
    {{ seen_by_as_of('ended_on', half_open('provider', 'tenancies', 'ended_on')) }} as ended_on,
    {{ seen_by_as_of('ended_on', 'end_reason') }} as end_reason,
    monthly_rent_eur,
    previous_rent_eur_month,
    _delivery_id,
    _row
from renamed
where started_on <= {{ as_of() }}
