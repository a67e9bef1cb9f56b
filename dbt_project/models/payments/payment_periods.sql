{#
    No day belongs to two payment periods. The rhythm of the Chamber's parameter payment_period runs from month to month; a
    change takes effect on the first day on which both the running and the wanted rhythm begin, and certified periods stay.
#}
with recursive wanted as (

    {{ parameter_through_time('payment_period', 'varchar') }}

),

months as (

    select
        months.period_start as month_on,
        row_number() over (order by months.period_start) as month_number,
        {{ one_of('wanted.value', ['month', 'quarter', 'year'], 'payment_period') }} as wanted_type,
        statements.period_type as certified_type
    from {{ ref('reporting_periods') }} as months
    inner join wanted
        on {{ binds_on('wanted', 'months.period_start') }}
    left join {{ source('certified', 'statements') }} as statements
        on months.period_start >= statements.period_start and months.period_start < statements.period_end
    where months.period_type = 'month'

),

running as (

    select
        month_on,
        month_number,
        coalesce(certified_type, wanted_type) as period_type
    from months
    where month_number = 1
    union all
    select
        months.month_on,
        months.month_number,
        case
            when months.certified_type is not null then months.certified_type
            when
                date_trunc(running.period_type, months.month_on) = months.month_on
                and date_trunc(months.wanted_type, months.month_on) = months.month_on
                then months.wanted_type
            else running.period_type
        end as period_type
    from running
    inner join months on running.month_number + 1 = months.month_number

)

select distinct
    periods.period_type,
    periods.period,
    periods.period_start,
    periods.period_end
from running
inner join {{ ref('reporting_periods') }} as periods
    on
        running.period_type = periods.period_type
        and running.month_on >= periods.period_start
        and running.month_on < periods.period_end
