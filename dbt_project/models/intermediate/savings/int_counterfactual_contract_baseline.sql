{#
    The baseline's nights are spread evenly over the window: a day of it costs rate / window days, in the prices of the
    month of enrolment, for which the unit cost was looked up. Where it has no price yet, no day is observed yet.
#}
with weighted_days as (

    select
        household_id,
        window_months,
        sum(days * discount_factor) as days,
        sum(days * dropped_factor) as dropped_days
    from {{ ref('int_savings_window_years') }}
    group by household_id, window_months

),

rates as (

    select
        windows.household_id,
        windows.window_months,
        windows.window_days,
        reference.illustrative,
        reference.temporary_probability,
        reference.expected_nights,
        reference.unit_cost_eur,
        coalesce(weighted_days.days, 0) as days,
        coalesce(weighted_days.dropped_days, 0) as dropped_days,
        cast(
            cast(reference.temporary_probability * reference.expected_nights as decimal(20, 8))
            * cast(
                cast(reference.unit_cost_eur as decimal(28, 4)) * coalesce(prices.price_factor, 1) as decimal(18, 10)
            )
            as decimal(20, 12)
        ) as cost_eur
    from {{ ref('int_savings_windows') }} as windows
    inner join {{ ref('int_savings_references') }} as reference
        on windows.household_id = reference.household_id and windows.window_months = reference.window_months
    inner join {{ ref('int_price_factors') }} as prices
        on date_trunc('month', windows.window_start) = prices.month
    left join weighted_days
        on windows.household_id = weighted_days.household_id and windows.window_months = weighted_days.window_months

)

select
    household_id,
    window_months,
    {{ pro_rata('cost_eur', 'days', 'window_days', 2) }} as counterfactual_cost_eur,
    {{ pro_rata('cost_eur', 'dropped_days', 'window_days', 10) }} as counterfactual_dropped_eur,
    temporary_probability,
    expected_nights,
    unit_cost_eur,
    illustrative
from rates
