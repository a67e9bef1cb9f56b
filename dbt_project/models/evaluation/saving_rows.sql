select
    savings.household_id,
    savings.method,
    savings.window_months,
    savings.is_complete,
    savings.observed_days,
    savings.window_days,
    savings.observed_nights,
    savings.observed_cost_eur,
    savings.counterfactual_cost_eur,
    savings.comparison_households,
    savings.gross_saving_eur,
    savings.adjusted_saving_eur,
    savings.illustrative
from {{ ref('household_savings') }} as savings
inner join {{ ref('household_profiles') }} as profiles
    on savings.household_id = profiles.household_id
