{# cost x days / of_days, exact, rounded once to `scale` decimals; days may be weighted, with ten decimals. #}
{% macro pro_rata(cost, days, of_days, scale) -%}
    {{ quotient(
        'cast(' ~ cost ~ ' * cast(' ~ days ~ ' as decimal(20, 10)) as decimal(38, 14))',
        of_days, scale=scale, numerator_scale=14, denominator_scale=0
    ) }}
{%- endmacro %}
