{#
    Every family of metrics, a row per metric version. A row that no parameter ties to a version is one of each version;
    a metric that the Chamber does not define keeps its rows, so that a test can name it.
#}
{%- set families = [
    'metric_enrolments',
    'metric_homes',
    'metric_waiting_days',
    'metric_temporary_nights',
    'metric_dwellings',
    'metric_occupancy',
    'metric_rent_saving',
    'metric_rent_to_market',
    'metric_overburden',
    'metric_housing_retention',
    'metric_housing_survival',
    'metric_returns',
    'metric_stable_days',
    'metric_evictions_averted',
    'metric_exits',
    'metric_support_hours',
    'metric_gains',
    'metric_settled_rate',
] -%}

with families as (

    {%- for family in families %}
    select
        metric_id,
        metric_version,
        household_id,
        dwelling_id,
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

)

select
    families.metric_id,
    definitions.version as metric_version,
    families.household_id,
    families.dwelling_id,
    families.counted_on,
    families.wave,
    families.in_denominator,
    families.in_numerator,
    families.exclusion_reason,
    families.value,
    families.weight,
    families.achieved_on,
    families.evidence
from families
left join {{ ref('definitions') }} as definitions
    on
        families.metric_id = definitions.metric_id
        and coalesce(families.metric_version, definitions.version) = definitions.version
