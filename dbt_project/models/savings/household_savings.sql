with amounts as (

    select
        observed.household_id,
        observed.window_months,
        observed.window_start,
        observed.window_end,
        observed.observed_until,
        observed.observed_days,
        observed.window_days,
        observed.is_complete,
        observed.observed_nights,
        observed.overlapping_nights,
        reference.temporary_probability,
        reference.expected_nights,
        reference.unit_cost_eur,
        reference.illustrative,
        {{ round_eur('observed.observed_cost_eur') }} as observed_cost_eur,
        {{ quotient(
            'cast(reference.temporary_probability * reference.expected_nights as decimal(24, 8))'
            ~ ' * reference.unit_cost_eur * observed.observed_days',
            'observed.window_days',
            scale=2, numerator_scale=12, denominator_scale=0
        ) }} as counterfactual_cost_eur
    from {{ ref('int_savings_observed') }} as observed
    inner join {{ ref('int_savings_references') }} as reference
        on
            observed.household_id = reference.household_id
            and observed.window_months = reference.window_months

)

select
    household_id,
    'contract_baseline' as method,
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
    counterfactual_cost_eur,
    cast(counterfactual_cost_eur - observed_cost_eur as decimal(18, 2)) as gross_saving_eur,
    -- No adjustment is set yet: deadweight, attribution, displacement and drop-off are neutral.
    cast(counterfactual_cost_eur - observed_cost_eur as decimal(18, 2)) as adjusted_saving_eur,
    illustrative
from amounts
