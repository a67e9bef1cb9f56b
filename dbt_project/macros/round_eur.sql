{# An exact amount as money: cents, rounded half away from zero, as DuckDB casts decimals. #}
{% macro round_eur(amount) -%}
    cast({{ amount }} as decimal(18, 2))
{%- endmacro %}
