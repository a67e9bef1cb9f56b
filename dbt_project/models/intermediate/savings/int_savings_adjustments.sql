{# `kept_share` is what deadweight, attribution and displacement, shares taken off one after the other, leave. #}
with delivered as (

    select
        {{ parameter_or('price_base_year', 'varchar', "'none'") }} as price_base_year,
        {{ parameter_or('discount_rate_yearly', 'decimal(9, 6)', 0) }} as discount_rate_yearly,
        {{ parameter_or('deadweight', 'decimal(9, 6)', 0) }} as deadweight,
        {{ parameter_or('attribution', 'decimal(9, 6)', 0) }} as attribution,
        {{ parameter_or('displacement', 'decimal(9, 6)', 0) }} as displacement,
        {{ parameter_or('drop_off', 'decimal(9, 6)', 0) }} as drop_off

),

checked as (

    select
        case
            when price_base_year = 'none' then null
            else coalesce(
                    try_cast(price_base_year as integer),
                    error('measurement parameter price_base_year is neither a year nor none')
                )
        end as price_base_year,
        {{ within('discount_rate_yearly', 0, 1, 'discount_rate_yearly') }} as discount_rate_yearly,
    {%- for share in ['deadweight', 'attribution', 'displacement', 'drop_off'] %}
    {{ within(share, 0, 1, share) }} as {{ share }}{{ ',' if not loop.last }}
    {%- endfor %}
    from delivered

)

select
    price_base_year,
    discount_rate_yearly,
    deadweight,
    attribution,
    displacement,
    drop_off,
    cast(
        cast(1 - deadweight as decimal(20, 6))
        * cast(1 - attribution as decimal(7, 6))
        * cast(1 - displacement as decimal(7, 6))
        as decimal(19, 18)
    ) as kept_share
from checked
