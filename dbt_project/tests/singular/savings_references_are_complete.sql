-- What the Chamber gives for a counterfactual that is missing, or there twice, for some enrolled household.
select distinct
    case when baselines_found = 0 then 'missing' else 'ambiguous' end || ' savings baseline: '
    || economic_capacity || ', ' || household_size_band || ', ' || pathway || ', ' || window_months || ' months'
        as _subject
from {{ ref('int_savings_references') }}
where baselines_found <> 1
union all
select distinct
    case when unit_costs_found = 0 then 'missing' else 'ambiguous' end || ' unit cost of a night: '
    || cost_code || ', ' || household_size_band as _subject
from {{ ref('int_savings_references') }}
where baselines_found = 1 and unit_costs_found <> 1
