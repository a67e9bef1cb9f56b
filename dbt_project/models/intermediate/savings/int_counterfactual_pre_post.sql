{# A day of the window costs what a day of the equal window before enrolment did on average. #}
with weighted_days as (

    select
        household_id,
        window_months,
        sum(days * discount_factor) as days,
        sum(days * dropped_factor) as dropped_days
    from {{ ref('int_savings_window_years') }}
    group by household_id, window_months

),

costs_before as (

    select
        windows.household_id,
        windows.window_months,
        {{ cost_of_nights('windows.prior_start', 'windows.window_start', '1') }} as cost_eur
    from {{ ref('int_savings_windows') }} as windows
    inner join {{ ref('int_stay_costs') }} as stays
        on
            windows.household_id = stays.household_id
            and windows.prior_start < stays.ended_on
            and windows.window_start > stays.started_on
    group by windows.household_id, windows.window_months

),

costs as (

    select
        windows.household_id,
        windows.window_months,
        windows.prior_days,
        coalesce(costs_before.cost_eur, 0) as prior_cost_eur,
        coalesce(weighted_days.days, 0) as days,
        coalesce(weighted_days.dropped_days, 0) as dropped_days
    from {{ ref('int_savings_windows') }} as windows
    left join costs_before
        on windows.household_id = costs_before.household_id and windows.window_months = costs_before.window_months
    left join weighted_days
        on windows.household_id = weighted_days.household_id and windows.window_months = weighted_days.window_months

)

select
    household_id,
    window_months,
    {{ pro_rata('cast(prior_cost_eur as decimal(20, 10))', 'days', 'prior_days', 2) }} as counterfactual_cost_eur,
    {{ pro_rata('cast(prior_cost_eur as decimal(20, 10))', 'dropped_days', 'prior_days', 10) }}
        as counterfactual_dropped_eur,
    {{ round_eur('prior_cost_eur') }} as prior_cost_eur,
    prior_days
from costs
