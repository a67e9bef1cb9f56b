{{ config(materialized='table') }}

with delivered as (

    select
        {{ as_of() }} as as_of,
        {{ parameter_or('evaluation_date_precision', 'varchar', "'quarter'") }} as date_precision,
        {{ parameter_or('evaluation_minimum_group', 'integer', 5) }} as minimum_group

)

select
    as_of,
    case
        when date_precision in ('month', 'quarter', 'year') then date_precision
        else error('measurement parameter evaluation_date_precision is none of month, quarter, year')
    end as date_precision,
    case
        when minimum_group >= 3 then minimum_group
        else error('measurement parameter evaluation_minimum_group is below 3')
    end as minimum_group
from delivered
