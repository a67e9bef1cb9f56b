{#
    numerator / denominator, exact, rounded once, half away from zero, to `scale` decimals; null for no denominator.
    In whole numbers, since DuckDB divides decimals as doubles. The denominator may not be negative.
#}
{% macro quotient(numerator, denominator, scale=4, numerator_scale=4, denominator_scale=4) -%}
    {%- set top -%}
        cast(cast({{ numerator }} as decimal(38, {{ numerator_scale }})) * {{ 10 ** numerator_scale }} as hugeint)
    {%- endset -%}
    {%- set bottom -%}
        cast(
            cast({{ denominator }} as decimal(38, {{ denominator_scale }})) * {{ 10 ** denominator_scale }} as hugeint
        ) * {{ 10 ** numerator_scale }}
    {%- endset -%}
    cast(
        cast(
            sign({{ top }})
            * ((2 * abs({{ top }}) * {{ 10 ** (denominator_scale + scale) }} + {{ bottom }}) // nullif(2 * {{ bottom }}, 0))
            as decimal(28, 0)
        ) * cast({{ '0.' ~ '0' * (scale - 1) ~ '1' }} as decimal({{ scale }}, {{ scale }}))
        as decimal(18, {{ scale }})
    )
{%- endmacro %}
