{#
    A parameter of the Chamber that is neutral unless set: its value for all metrics, the latest valid by as_of, or
    `neutral` where the Chamber delivers none. One that is there but unreadable stops the run by name.
#}
{% macro parameter_or(name, type, neutral) -%}
    case
        when exists (
            select 1
            from {{ ref('stg_chamber__measurement_parameters') }} as delivered
            where delivered.name = '{{ name }}' and delivered.metric_id is null
        )
            then {{ parameter(name, type) }}
        else cast({{ neutral }} as {{ type }})
    end
{%- endmacro %}
