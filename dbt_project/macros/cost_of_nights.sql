{# Nights of a stay within [start, end); the stay must reach into it. #}
{% macro nights_within(start, end, stay='stays') -%}
    (least({{ stay }}.ended_on, {{ end }}) - greatest({{ stay }}.started_on, {{ start }}))
{%- endmacro %}


{# What a night of the stay `stays` costs, times a factor of ten decimals: 1 or 0 for most, since products are slow. #}
{% macro night_cost(factor) -%}
    case
        when {{ factor }} = 1 then cast(stays.night_cost_eur as decimal(20, 10))
        when {{ factor }} = 0 then 0
        else cast(cast(stays.night_cost_eur as decimal(28, 10)) * {{ factor }} as decimal(20, 10))
    end
{%- endmacro %}


{# What the nights of the stays `stays` within [start, end) cost, times a factor of ten decimals; an aggregate. #}
{% macro cost_of_nights(start, end, factor) -%}
    cast(
        sum(cast({{ nights_within(start, end) }} as decimal(6, 0)) * {{ night_cost(factor) }}) as decimal(38, 10)
    )
{%- endmacro %}


{# The same of a list of stays, what a night costs being in a `field`: no row is made of a stay, and none is grouped. #}
{% macro cost_of_listed_nights(stays, start, end, field) -%}
    cast(
        coalesce(
            list_sum([
                cast(greatest({{ nights_within(start, end, 'stay') }}, 0) as decimal(6, 0)) * stay.{{ field }}
                for stay in {{ stays }}
            ]),
            0
        ) as decimal(38, 10)
    )
{%- endmacro %}
