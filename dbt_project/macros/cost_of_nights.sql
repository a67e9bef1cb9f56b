{# Nights of the stay `stays` within [start, end); the stay must reach into it. #}
{% macro nights_within(start, end) -%}
    (least(stays.ended_on, {{ end }}) - greatest(stays.started_on, {{ start }}))
{%- endmacro %}


{# What a night of the stay `stays` costs, times a factor of ten decimals: 1 or 0 for most, since products are slow. #}
{% macro night_cost(factor) -%}
    case
        when {{ factor }} = 1 then cast(stays.night_cost_eur as decimal(20, 10))
        when {{ factor }} = 0 then 0
        else cast(cast(stays.night_cost_eur as decimal(28, 10)) * {{ factor }} as decimal(20, 10))
    end
{%- endmacro %}


{# What nights of such costs come to; an aggregate. #}
{% macro sum_of_nights(nights, night_cost) -%}
    cast(sum(cast({{ nights }} as decimal(6, 0)) * {{ night_cost }}) as decimal(38, 10))
{%- endmacro %}


{# What the nights of the stays `stays` within [start, end) cost, times a factor of ten decimals; an aggregate. #}
{% macro cost_of_nights(start, end, factor) -%}
    {{ sum_of_nights(nights_within(start, end), night_cost(factor)) }}
{%- endmacro %}
