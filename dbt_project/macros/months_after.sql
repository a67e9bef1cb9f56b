{# The same day `months` later (earlier, if negative), clamped to the month's end. #}
{% macro months_after(day, months) -%}
    cast({{ day }} + to_months({{ months }}) as date)
{%- endmacro %}
