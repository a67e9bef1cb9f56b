-- Methods with too few households are left out: they have no interval.
with savings as (

    select
        savings.method,
        savings.window_months,
        follow_up.household_key,
        savings.gross_saving_eur,
        savings.counterfactual_cost_eur,
        {{ quotient(
            'sum(savings.gross_saving_eur) over methods', 'count(*) over methods', numerator_scale=2, denominator_scale=0
        ) }} as mean_saving_eur,
        count(*) over methods as households
    from {{ ref('household_savings') }} as savings
    inner join {{ ref('int_household_follow_up') }} as follow_up on savings.household_id = follow_up.household_id
    window methods as (partition by savings.method, savings.window_months)

)

select
    method,
    window_months,
    household_key,
    counterfactual_cost_eur,
    cast(gross_saving_eur - mean_saving_eur as decimal(20, 4)) as deviation_eur
from savings
where households >= {{ parameter('bootstrap_minimum_households', 'integer') }}
