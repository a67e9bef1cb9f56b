-- Amounts are in the prices of one year as of the day of the build: figures of different years do not add up.
with delivered as (

    select {{ parameter_or('price_base_year', 'varchar', "'none'") }} as price_base_year

)

select
    case
        when price_base_year = 'none' then null
        else coalesce(
                try_cast(price_base_year as integer),
                error('measurement parameter price_base_year is neither a year nor none')
            )
    end as price_base_year
from delivered
