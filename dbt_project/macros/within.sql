{# A value that must lie within bounds; another one stops the run by name. #}
{% macro within(value, low, high, name) -%}
    case
        when {{ value }} between {{ low }} and {{ high }} then {{ value }}
        else error('measurement parameter {{ name }} must be from {{ low }} to {{ high }}')
    end
{%- endmacro %}
