{# What households are broken down by, and how a query that groups by each in turn says by which. #}

{# The columns of enrolled households that are a breakdown of their own. #}
{% macro household_breakdowns() -%}
    {{ return(['cohort_quarter', 'pathway', 'economic_capacity', 'household_size_band', 'district']) }}
{%- endmacro %}


{# Grouping sets of some columns alone, and of these with each breakdown. #}
{% macro grouping_sets(columns, breakdowns) -%}
    {%- set columns = columns | join(', ') -%}
    grouping sets (
        ({{ columns }})
        {%- for breakdown in breakdowns %},
        ({{ columns }}, {{ breakdown }})
        {%- endfor %}
    )
{%- endmacro %}


{# The columns `breakdown` and `category` of such a query: the breakdown of the row's set and its value, or all. #}
{% macro breakdown_and_category(breakdowns) -%}
    case
        {%- for breakdown in breakdowns %}
        when grouping({{ breakdown }}) = 0 then '{{ breakdown }}'
        {%- endfor %}
        else 'all'
    end as breakdown,
    case
        {%- for breakdown in breakdowns %}
        when grouping({{ breakdown }}) = 0 then {{ breakdown }}
        {%- endfor %}
        else 'all'
    end as category
{%- endmacro %}
