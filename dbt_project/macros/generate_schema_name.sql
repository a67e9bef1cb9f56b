{# Schemas carry exactly the name the project gives them: evaluators and Dagster asset keys rely on it. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
