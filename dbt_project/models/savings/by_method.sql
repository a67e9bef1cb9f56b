with totals as (

    select
        method,
        window_months,
        count(*) as households,
        count(*) filter (where is_complete) as households_complete,
        cast(sum(observed_cost_eur) as decimal(18, 2)) as observed_cost_eur,
        cast(sum(counterfactual_cost_eur) as decimal(18, 2)) as counterfactual_cost_eur,
        cast(sum(gross_saving_eur) as decimal(18, 2)) as gross_saving_eur,
        bool_or(illustrative) as illustrative
    from {{ ref('household_savings') }}
    group by method, window_months

)

select
    method,
    window_months,
    households,
    households_complete,
    observed_cost_eur,
    counterfactual_cost_eur,
    gross_saving_eur,
    {{ quotient('gross_saving_eur', 'households', scale=2, numerator_scale=2, denominator_scale=0) }}
        as gross_saving_per_household_eur,
    'published' as status,
    illustrative,
    {{ as_of() }} as as_of
from totals
order by method, window_months
