{# Nights of the stay `stays` within [start, end); the stay must reach into it. #}
{% macro nights_within(start, end) -%}
    (least(stays.ended_on, {{ end }}) - greatest(stays.started_on, {{ start }}))
{%- endmacro %}


{# What the nights of the stays `stays` within [start, end) cost, times a factor of ten decimals; an aggregate. #}
{% macro cost_of_nights(start, end, factor) -%}
    cast(
        sum(
            cast({{ nights_within(start, end) }} as decimal(6, 0))
            * cast(cast(stays.night_cost_eur as decimal(28, 10)) * {{ factor }} as decimal(20, 10))
        )
        as decimal(38, 10)
    )
{%- endmacro %}
