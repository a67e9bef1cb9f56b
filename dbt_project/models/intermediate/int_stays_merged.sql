with stays as (

    select
        household_id,
        stay_id,
        checked_in_on as started_on,
        coalesce(checked_out_on, {{ observed_until() }}) as ended_on
    from {{ ref('stg_municipality__temporary_stays') }}

),

nights as (

    select
        household_id,
        stay_id,
        started_on,
        ended_on,
        max(ended_on) over (
            partition by household_id
            order by started_on, ended_on, stay_id
            rows between unbounded preceding and 1 preceding
        ) as occupied_until
    from stays
    where started_on < ended_on

),

numbered as (

    select
        household_id,
        started_on,
        ended_on,
        sum(case when started_on <= occupied_until then 0 else 1 end) over (
            partition by household_id
            order by started_on, ended_on, stay_id
            rows between unbounded preceding and current row
        ) as merged_number
    from nights

)

select
    household_id,
    min(started_on) as started_on,
    max(ended_on) as ended_on,
    cast(count(*) as integer) as stays
from numbered
group by household_id, merged_number
