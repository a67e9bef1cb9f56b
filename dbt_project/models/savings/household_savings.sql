{% set of_method = {
    'contract_baseline': ['temporary_probability', 'expected_nights', 'unit_cost_eur', 'illustrative'],
    'pre_post': ['prior_cost_eur', 'prior_days'],
    'comparison_group': ['comparison_households'],
} %}
with counterfactuals as (

    {%- for method in savings_methods() %}
    select
        {%- for column in of_method.values() | sum(start=[]) %}
        {{ column if column in of_method[method] else 'null' }} as {{ column }},
        {%- endfor %}
        household_id,
        '{{ method }}' as method,
        window_months,
        counterfactual_cost_eur,
        counterfactual_dropped_eur
    from {{ ref('int_counterfactual_' ~ method) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

amounts as (

    select
        counterfactuals.*,
        windows.window_start,
        windows.window_end,
        windows.observed_until,
        windows.observed_days,
        windows.window_days,
        windows.is_complete,
        observed.observed_nights,
        observed.overlapping_nights,
        {{ round_eur('observed.observed_cost_eur') }} as observed_cost_eur,
        counterfactuals.counterfactual_dropped_eur - observed.observed_dropped_eur as dropped_eur,
        adjustments.kept_share
    from counterfactuals
    inner join {{ ref('int_savings_windows') }} as windows
        on
            counterfactuals.household_id = windows.household_id
            and counterfactuals.window_months = windows.window_months
    inner join {{ ref('int_savings_observed') }} as observed
        on
            counterfactuals.household_id = observed.household_id
            and counterfactuals.window_months = observed.window_months
    inner join {{ ref('int_savings_adjustments') }} as adjustments
        on {{ binds_on('adjustments', 'windows.measured_on') }}

)

select
    household_id,
    method,
    window_months,
    window_start,
    window_end,
    observed_until,
    observed_days,
    window_days,
    is_complete,
    observed_nights,
    overlapping_nights,
    observed_cost_eur,
    temporary_probability,
    expected_nights,
    unit_cost_eur,
    prior_cost_eur,
    prior_days,
    comparison_households,
    counterfactual_cost_eur,
    cast(counterfactual_cost_eur - observed_cost_eur as decimal(18, 2)) as gross_saving_eur,
    {{ round_eur(
        'cast(counterfactual_cost_eur - observed_cost_eur - dropped_eur as decimal(19, 10)) * kept_share'
    ) }} as adjusted_saving_eur,
    coalesce(illustrative, false) as illustrative
from amounts
