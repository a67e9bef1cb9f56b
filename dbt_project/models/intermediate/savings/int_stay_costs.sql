{#
    Every stay is paid, so stays are not merged here; a night costs what its month's price factor makes of it. Where no
    base year is set, prices do not differ by month, and a stay is one row.
#}
with stays as (

    select
        household_id,
        stay_id,
        checked_in_on as started_on,
        coalesce(checked_out_on, {{ observed_until() }}) as ended_on,
        nightly_cost_eur - household_copayment_eur as night_cost_eur
    from {{ ref('stg_municipality__temporary_stays') }}

),

by_month as (

    select
        stays.household_id,
        stays.stay_id,
        stays.started_on,
        stays.ended_on,
        stays.night_cost_eur,
        base.price_base_year is null as is_whole,
        cast(unnest(generate_series(
            date_trunc('month', stays.started_on),
            case
                when base.price_base_year is null then date_trunc('month', stays.started_on)
                else cast(stays.ended_on - 1 as timestamp)
            end,
            interval 1 month
        )) as date) as month
    from stays
    cross join {{ ref('int_price_base') }} as base
    where stays.started_on < stays.ended_on

)

select
    by_month.household_id,
    by_month.stay_id,
    greatest(by_month.started_on, by_month.month) as started_on,
    case
        when by_month.is_whole then by_month.ended_on
        else least(by_month.ended_on, {{ months_after('by_month.month', '1') }})
    end as ended_on,
    case
        when prices.price_factor = 1 then cast(by_month.night_cost_eur as decimal(24, 10))
        else cast(cast(by_month.night_cost_eur as decimal(28, 4)) * prices.price_factor as decimal(24, 10))
    end as night_cost_eur
from by_month
inner join {{ ref('int_price_factors') }} as prices on by_month.month = prices.month
