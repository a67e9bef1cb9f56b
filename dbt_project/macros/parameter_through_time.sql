{#
    The values of a parameter of the Chamber for all metrics, each with the days [valid_from, valid_until) that it binds. With
    `neutral`, that is the value of the days before the first; without, the first holds for them too, since nothing else
    does. A missing or unreadable value stops the run by name.
#}
{% macro parameter_through_time(name, type, neutral=none) -%}
    select
        case when row_number() over (order by valid_from) = 1 then date '0001-01-01' else valid_from end as valid_from,
        lead(valid_from) over (order by valid_from) as valid_until,
        coalesce(
            try_cast(value as {{ type }}),
            error('measurement parameter {{ name }} is missing as of this day, or is no {{ type }}')
        ) as value
    from (
        select
            parameters.valid_from,
            parameters.value
        from {{ ref('stg_chamber__measurement_parameters') }} as parameters
        where parameters.name = '{{ name }}' and parameters.metric_id is null
        union all
        select
            date '0001-01-01' as valid_from,
            {{ "'" ~ neutral ~ "'" if neutral is not none else 'null' }} as value
        where
            {{ 'true' if neutral is not none else 'false' }}
            or not exists (
                select 1 from {{ ref('stg_chamber__measurement_parameters') }} as delivered
                where delivered.name = '{{ name }}' and delivered.metric_id is null
            )
    )
{%- endmacro %}


{# Whether a row of parameter_through_time, or of parameter_of_metrics, binds a day. #}
{% macro binds_on(parameter, day) -%}
    {{ day }} >= {{ parameter }}.valid_from
    and coalesce({{ day }} < {{ parameter }}.valid_until, true)
{%- endmacro %}
