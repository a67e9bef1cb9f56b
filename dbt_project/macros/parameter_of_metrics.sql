{#
    A parameter of the Chamber for each version of the metrics that is valid by as_of: one row per metric and version.
    A value for the metric goes before one for all, one for the version before one for all versions, then the latest.
    A missing or unreadable parameter stops the run by name.
#}
{% macro parameter_of_metrics(name, type, metric_ids) -%}
    select
        definitions.metric_id,
        definitions.version as metric_version,
        coalesce(
            try_cast(parameters.value as {{ type }}),
            error('measurement parameter {{ name }} is missing as of this day, or is no {{ type }}')
        ) as value
    from {{ ref('definitions') }} as definitions
    left join {{ ref('stg_chamber__measurement_parameters') }} as parameters
        on
            parameters.name = '{{ name }}'
            and coalesce(parameters.metric_id, definitions.metric_id) = definitions.metric_id
            and coalesce(parameters.metric_version, definitions.version) = definitions.version
    where definitions.metric_id in ('{{ metric_ids | join("', '") }}')
    qualify
        row_number() over (
            partition by definitions.metric_id, definitions.version
            order by
                parameters.metric_id is null, parameters.metric_version is null, parameters.valid_from desc
        ) = 1
{%- endmacro %}
