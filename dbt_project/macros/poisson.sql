{#
    How often a household counts in a replicate, less the once that it does: a Poisson draw of mean 1 from a number of 16
    bits, by the distribution function times 65,536, rounded.
#}
{% macro poisson_change(draw) -%}
    {%- set thresholds = [24109, 48219, 60273, 64292, 65296, 65497, 65531, 65535] -%}
    case
        {%- for threshold in thresholds %}
        when {{ draw }} < {{ threshold }} then {{ loop.index0 - 1 }}
        {%- endfor %}
        else {{ thresholds | length - 1 }}
    end
{%- endmacro %}


{# Bits 16 x number to 16 x number + 15 of a whole number. #}
{% macro sixteen_bits(bits, number) -%}
    cast(({{ bits }} >> {{ 16 * number }}) & 65535 as integer)
{%- endmacro %}
