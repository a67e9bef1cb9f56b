with sums as (

    select
        household_key,
        window_months,
        cast(sum(cost_eur) as decimal(28, 10)) as cost_eur,
        cast(sum(dropped_eur) as decimal(28, 10)) as dropped_eur,
        max(comparison_households) as comparison_households
    from {{ ref('int_comparison_costs') }}
    group by household_key, window_months

)

select
    follow_up.household_id,
    sums.window_months,
    {{ quotient(
        'sums.cost_eur', 'sums.comparison_households', scale=2, numerator_scale=10, denominator_scale=0
    ) }} as counterfactual_cost_eur,
    {{ quotient(
        'sums.dropped_eur', 'sums.comparison_households', scale=10, numerator_scale=10, denominator_scale=0
    ) }} as counterfactual_dropped_eur,
    sums.comparison_households
from sums
inner join {{ ref('int_household_follow_up') }} as follow_up on sums.household_key = follow_up.household_key
