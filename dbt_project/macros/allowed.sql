{# A word that must be one of some; another one stops the run by name. #}
{% macro one_of(value, words, name) -%}
    case
        when {{ value }} in ('{{ words | join("', '") }}') then {{ value }}
        else error('measurement parameter {{ name }} must be one of {{ words | join(", ") }}')
    end
{%- endmacro %}


{# A value that must lie within bounds; another one stops the run by name. #}
{% macro within(value, low, high, name) -%}
    case
        when {{ value }} between {{ low }} and {{ high }} then {{ value }}
        else error('measurement parameter {{ name }} must be from {{ low }} to {{ high }}')
    end
{%- endmacro %}
