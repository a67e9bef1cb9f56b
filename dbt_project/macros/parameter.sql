{#
    A parameter of the Chamber, the latest valid by as_of; a value for the metric goes before one for all metrics.
    A missing or unreadable parameter stops the run by name. A list, integer[], splits at semicolons.
#}
{% macro parameter(name, type, metric_id=none) -%}
    coalesce(
        (
            select
                {% if type == 'integer[]' -%}
                    {{ whole_numbers('parameters.value', name) }}
                {%- else -%}
                    try_cast(parameters.value as {{ type }})
                {%- endif %}
            from {{ ref('stg_chamber__measurement_parameters') }} as parameters
            where
                parameters.name = '{{ name }}'
                {% if metric_id -%}
                    and coalesce(parameters.metric_id, '{{ metric_id }}') = '{{ metric_id }}'
                    and (
                        parameters.metric_version is null
                        or parameters.metric_version in (
                            select definitions.version from {{ ref('definitions') }} as definitions
                            where definitions.metric_id = '{{ metric_id }}'
                        )
                    )
                {%- else -%}
                    and parameters.metric_id is null
                {%- endif %}
            order by
                parameters.metric_id is null, parameters.metric_version is null, parameters.valid_from desc
            limit 1
        ),
        error('measurement parameter {{ name }} is missing as of this day, or is no {{ type }}')
    )
{%- endmacro %}


{# The numbers of a text that separates them by semicolons; another text stops the run by the name of the parameter. #}
{% macro whole_numbers(text, name) -%}
    {%- set items -%} try_cast(string_split({{ text }}, ';') as integer[]) {%- endset -%}
    coalesce(
        case when list_count({{ items }}) = len({{ items }}) then {{ items }} end,
        error('measurement parameter {{ name }} is missing as of this day, or is no list of whole numbers')
    )
{%- endmacro %}
