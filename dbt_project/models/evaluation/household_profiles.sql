{#
    A profile that fewer than `minimum_group` households share loses its last quasi-identifier, and the rest is counted
    anew, until enough are alike. Households that are too few even by arm and period of enrolment are left out.
#}
{{ config(materialized='table') }}
{%- set known = quasi_identifiers() %}
with profiles as (

    select
        household_id,
        arm,
        {{ coarsened('enrolled_on') }} as enrolled_in,
        pathway,
        economic_capacity,
        household_size_band,
        cast(district as varchar) as district,
        {{ coarsened('waiting_since') }} as waiting_since_in,
        {{ coarsened('placed_on') }} as placed_in,
        {{ coarsened('follow_up_ends_on - 1') }} as follow_up_ends_in,
        died_on is not null as has_died
    from {{ ref('enrolled_households') }}

),
{%- for kept in range(known | length, -1, -1) %}

told_{{ kept }} as (

    select
        *,
        count(*) over (partition by {{ (['arm', 'enrolled_in'] + known[:kept]) | join(', ') }}) as alike
    from {% if loop.first %}profiles{% else %}few_{{ kept + 1 }}{% endif %}

),
{%- if kept > 0 %}

few_{{ kept }} as (

    select * exclude (alike) replace ('withheld' as {{ known[kept - 1] }})
    from told_{{ kept }}
    where alike < (select terms.minimum_group from {{ ref('release_terms') }} as terms)

),
{%- endif %}
{%- endfor %}

enough as (
    {%- for kept in range(known | length, -1, -1) %}
    select * from told_{{ kept }}
    where alike >= (select terms.minimum_group from {{ ref('release_terms') }} as terms)
    {%- if not loop.last %}
    union all by name
    {%- endif %}
    {%- endfor %}

)

select
    household_id,
    arm,
    enrolled_in,
    pathway,
    economic_capacity,
    household_size_band,
    district,
    waiting_since_in,
    placed_in,
    follow_up_ends_in,
    has_died
from enough
