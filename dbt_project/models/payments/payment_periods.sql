with payment as (

    select {{ parameter('payment_period', 'varchar') }} as period_type

)

select
    periods.period_type,
    periods.period,
    periods.period_start,
    periods.period_end
from {{ ref('reporting_periods') }} as periods
inner join payment on periods.period_type = payment.period_type
