{#
    Whole years since enrolment count from 0: year n is discounted by (1 + rate)^n, and of its saving (1 - drop_off)^n
    lasts. Powers and factors are held to ten decimals.
#}
with recursive years as (

    select
        0 as window_year,
        cast(1 as decimal(18, 10)) as growth,
        cast(1 as decimal(18, 10)) as lasting_share
    union all
    select
        years.window_year + 1 as window_year,
        cast(cast(years.growth as decimal(20, 10)) * (1 + adjustments.discount_rate_yearly) as decimal(18, 10))
            as growth,
        cast(cast(years.lasting_share as decimal(20, 10)) * (1 - adjustments.drop_off) as decimal(18, 10))
            as lasting_share
    from years
    cross join {{ ref('int_savings_adjustments') }} as adjustments
    where (years.window_year + 1) * 12
        < (select max(windows.window_months) from {{ ref('int_savings_windows') }} as windows)

),

factors as (

    select
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
    inner join factors on windows.window_months > 12 * factors.window_year

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
