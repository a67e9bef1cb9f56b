{# An amount per household of `totals`, in cents. #}
{% macro per_household(amount) -%}
    {{ quotient(amount, 'totals.households', scale=2, numerator_scale=4, denominator_scale=0) }}
{%- endmacro %}
