{#
    A parameter of the Chamber for each version of metrics, through time: one row per metric, version and value, with the days
    [valid_from, valid_until) that it binds; the first holds for the days before it, too. On each day a value for the metric
    goes before one for all, one for the version before one for all versions, then the latest. A missing or unreadable
    parameter stops the run by name.
#}
{% macro parameter_of_metrics(name, type, metric_ids) -%}
    select
        metric_id,
        metric_version,
        case
            when row_number() over (partition by metric_id, metric_version order by valid_from) = 1
                then date '0001-01-01'
            else valid_from
        end as valid_from,
        lead(valid_from) over (partition by metric_id, metric_version order by valid_from) as valid_until,
        value
    from (
        select
            definitions.metric_id,
            definitions.version as metric_version,
            changes.valid_from,
            coalesce(
                try_cast(parameters.value as {{ type }}),
                error('measurement parameter {{ name }} is missing as of this day, or is no {{ type }}')
            ) as value
        from {{ ref('definitions') }} as definitions
        left join {{ ref('stg_chamber__measurement_parameters') }} as changes
            on {{ parameter_is_of('changes', name) }}
        left join {{ ref('stg_chamber__measurement_parameters') }} as parameters
            on {{ parameter_is_of('parameters', name) }} and changes.valid_from >= parameters.valid_from
        where definitions.metric_id in ('{{ metric_ids | join("', '") }}')
        qualify
            row_number() over (
                partition by definitions.metric_id, definitions.version, changes.valid_from
                order by
                    parameters.metric_id is null, parameters.metric_version is null, parameters.valid_from desc
            ) = 1
    )
{%- endmacro %}


{# Whether a delivered parameter says something of a version of a metric in `definitions`. #}
{% macro parameter_is_of(parameters, name) -%}
    {{ parameters }}.name = '{{ name }}'
    and coalesce({{ parameters }}.metric_id, definitions.metric_id) = definitions.metric_id
    and coalesce({{ parameters }}.metric_version, definitions.version) = definitions.version
{%- endmacro %}
