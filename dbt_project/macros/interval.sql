{# 95 % intervals of what is not a survival curve; `bound` is low or high; none without a denominator. #}

{# Wilson's score interval of numerator out of denominator; none for what is no share. #}
{% macro wilson(numerator, denominator, bound) -%}
    {%- set z = '1.959963984540054' -%}
    {%- set n -%} nullif(cast({{ denominator }} as double), 0) {%- endset -%}
    {%- set p -%} (cast({{ numerator }} as double) / {{ n }}) {%- endset -%}
    {%- set variance -%} {{ p }} * (1 - {{ p }}) / {{ n }} + {{ z }} * {{ z }} / (4 * {{ n }} * {{ n }}) {%- endset -%}
    {%- set middle -%} {{ p }} + {{ z }} * {{ z }} / (2 * {{ n }}) {%- endset -%}
    {%- set sign = '-' if bound == 'low' else '+' -%}
    cast(
        case
            when {{ p }} between 0 and 1
                then ({{ middle }} {{ sign }} {{ z }} * sqrt({{ variance }})) / (1 + {{ z }} * {{ z }} / {{ n }})
        end
        as decimal(18, 4)
    )
{%- endmacro %}


{# Normal interval of a mean: mean -/+ z s / sqrt(n), s from the sum and the sum of squares; none for a single value. #}
{% macro normal_of_mean(total, squares, n, bound) -%}
    {%- set total -%} cast({{ total }} as double) {%- endset -%}
    {%- set n -%} cast({{ n }} as double) {%- endset -%}
    {%- set scatter -%} greatest(0, cast({{ squares }} as double) - {{ total }} * {{ total }} / {{ n }}) {%- endset -%}
    {%- set sign = '-' if bound == 'low' else '+' -%}
    cast(
        case
            when {{ n }} > 1
                then {{ total }} / {{ n }} {{ sign }} 1.959963984540054 * sqrt({{ scatter }} / ({{ n }} - 1) / {{ n }})
        end
        as decimal(18, 4)
    )
{%- endmacro %}
