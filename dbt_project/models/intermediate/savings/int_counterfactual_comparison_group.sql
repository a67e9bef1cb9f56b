select
    household_id,
    window_months,
    {{ quotient(
        'cast(sum(cost_eur) as decimal(28, 10))', 'max(comparison_households)',
        scale=2, numerator_scale=10, denominator_scale=0
    ) }} as counterfactual_cost_eur,
    {{ quotient(
        'cast(sum(dropped_eur) as decimal(28, 10))', 'max(comparison_households)',
        scale=10, numerator_scale=10, denominator_scale=0
    ) }} as counterfactual_dropped_eur,
    max(comparison_households) as comparison_households
from {{ ref('int_comparison_costs') }}
group by household_id, window_months
