{%- set families = [
    'metric_enrolments',
    'metric_homes',
    'metric_waiting_days',
    'metric_rent_saving',
    'metric_temporary_nights',
    'metric_housing_retention',
    'metric_settled_rate',
] -%}

{%- for family in families %}
select
    metric_id,
    household_id,
    counted_on,
    wave,
    in_denominator,
    in_numerator,
    exclusion_reason,
    value,
    weight,
    achieved_on,
    evidence
from {{ ref(family) }}
{%- if not loop.last %}
union all
{%- endif %}
{%- endfor %}
