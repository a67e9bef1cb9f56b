{%- set counts = {
    'households_enrolled': '1',
    'people_enrolled': 'members',
    'minors_enrolled': 'minors',
    'people_with_disability_enrolled': 'members_with_disability',
} -%}

with households as (

    select
        household_id,
        enrolment_id,
        enrolled_on,
        members,
        minors,
        members_with_disability
    from {{ ref('enrolled_households') }}

),

counted as (

    {%- for metric_id, number in counts.items() %}
    select
        '{{ metric_id }}' as metric_id,
        household_id,
        enrolment_id,
        enrolled_on,
        {{ number }} as number
    from households
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

)

select
    metric_id,
    cast(null as integer) as metric_version,
    household_id,
    cast(null as varchar) as dwelling_id,
    enrolled_on as counted_on,
    cast(null as varchar) as wave,
    true as in_denominator,
    number > 0 as in_numerator,
    cast(null as varchar) as exclusion_reason,
    cast(number as decimal(18, 4)) as value,
    cast(1 as decimal(18, 4)) as weight,
    case when number > 0 then enrolled_on end as achieved_on,
    'enrolment ' || enrolment_id as evidence
from counted
