{#
    `kept_share` is what deadweight, attribution and displacement, shares taken off one after the other, leave. What is not
    delivered is neutral.
#}
{%- set shares = ['discount_rate_yearly', 'deadweight', 'attribution', 'displacement', 'drop_off'] -%}

with
{%- for share in shares %}
{{ share }} as (

    {{ parameter_through_time(share, 'decimal(9, 6)', neutral=0) }}

),
{%- endfor %}

changes as (

    {%- for share in shares %}
    select {{ share }}.valid_from
    from {{ share }}
    {%- if not loop.last %}
    union
    {%- endif %}
    {%- endfor %}

),

stretches as (

    select
        valid_from,
        lead(valid_from) over (order by valid_from) as valid_until
    from changes

),

checked as (

    select
        {%- for share in shares %}
        {{ within(share ~ '.value', 0, 1, share) }} as {{ share }},
        {%- endfor %}
        stretches.valid_from,
        stretches.valid_until
    from stretches
    {% for share in shares -%}
    inner join {{ share }} on {{ binds_on(share, 'stretches.valid_from') }}
    {% endfor %}
)

select
    valid_from,
    valid_until,
    discount_rate_yearly,
    deadweight,
    attribution,
    displacement,
    drop_off,
    cast(
        cast(1 - deadweight as decimal(20, 6))
        * cast(1 - attribution as decimal(7, 6))
        * cast(1 - displacement as decimal(7, 6))
        as decimal(19, 18)
    ) as kept_share
from checked
