{#
    Whole years since enrolment count from 0: year n is discounted by (1 + rate)^n, and of its saving (1 - drop_off)^n
    lasts, at the rates that bind the day on which the window is measured. Powers and factors are held to ten decimals.
#}
with recursive years as (

    select
        valid_from,
        valid_until,
        discount_rate_yearly,
        drop_off,
        0 as window_year,
        cast(1 as decimal(18, 10)) as growth,
        cast(1 as decimal(18, 10)) as lasting_share
    from {{ ref('int_savings_adjustments') }}
    union all
    select
        years.valid_from,
        years.valid_until,
        years.discount_rate_yearly,
        years.drop_off,
        years.window_year + 1 as window_year,
        cast(cast(years.growth as decimal(20, 10)) * (1 + years.discount_rate_yearly) as decimal(18, 10))
            as growth,
        cast(cast(years.lasting_share as decimal(20, 10)) * (1 - years.drop_off) as decimal(18, 10))
            as lasting_share
    from years
    where (years.window_year + 1) * 12
        < (select max(windows.window_months) from {{ ref('int_savings_windows') }} as windows)

),

factors as (

    select
        valid_from,
        valid_until,
        window_year,
        {{ quotient('1', 'growth', scale=10, numerator_scale=0, denominator_scale=10) }} as discount_factor,
        cast(1 - lasting_share as decimal(18, 10)) as dropped_share
    from years

),

dated as (

    select
        windows.household_id,
        windows.household_key,
        windows.window_months,
        windows.window_start,
        windows.observed_until,
        factors.window_year,
        factors.discount_factor,
        cast(cast(factors.discount_factor as decimal(20, 10)) * factors.dropped_share as decimal(18, 10))
            as dropped_factor,
        {{ months_after('windows.window_start', 'cast(12 * factors.window_year as integer)') }} as started_on,
        least(
            {{ months_after('windows.window_start', 'cast(12 * factors.window_year + 12 as integer)') }},
            windows.observed_until
        ) as ended_on
    from {{ ref('int_savings_windows') }} as windows
    inner join factors
        on
            windows.window_months > 12 * factors.window_year
            and {{ binds_on('factors', 'windows.measured_on') }}

)

select
    household_id,
    household_key,
    window_months,
    cast(window_year as integer) as window_year,
    started_on,
    ended_on,
    cast(started_on - window_start as integer) as first_day,
    cast(ended_on - window_start as integer) as last_day,
    cast(ended_on - started_on as integer) as days,
    discount_factor,
    dropped_factor
from dated
where started_on < ended_on
