{# Codes that an outcome event may show, one a row, with the days that the Chamber's list of outcome_codes binds. #}
{% macro outcome_codes() -%}
    select
        lists.valid_from,
        lists.valid_until,
        unnest(string_split(lists.value, ';')) as outcome_code
    from ({{ parameter_through_time('outcome_codes', 'varchar', neutral='') }}) as lists
{%- endmacro %}
