{# Codes that an outcome event may show, one a row: the Chamber's parameter outcome_codes, the latest valid. #}
{% macro outcome_codes() -%}
    select unnest(string_split(latest.value, ';')) as outcome_code
    from (
        select parameters.value
        from {{ ref('stg_chamber__measurement_parameters') }} as parameters
        where parameters.name = 'outcome_codes'
        order by parameters.valid_from desc
        limit 1
    ) as latest
{%- endmacro %}
