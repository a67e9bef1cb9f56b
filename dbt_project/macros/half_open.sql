{# An end date as the day after the last one, also where the contract of an extract says that it is the last one. #}
{% macro half_open(source_name, extract, column) -%}
    {{ column }} + (
        select cast(count(*) as integer)
        from {{ source('provenance', 'inclusive_ends') }} as ends
        where ends.source = '{{ source_name }}' and ends.extract = '{{ extract }}' and ends.column_name = '{{ column }}'
    )
{%- endmacro %}
