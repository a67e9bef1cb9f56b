{#
    Calendar months from a day to a later one, with the fraction of the month under way: whole months m completed, plus
    the days since `start + m months` over the days of the month that begins there. Never rounds a month full.
#}
{% macro months_between(start, end) -%}
    {%- set apart -%} datediff('month', {{ start }}, {{ end }}) {%- endset -%}
    {%- set whole -%}
        ({{ apart }} - case when {{ months_after(start, apart) }} > {{ end }} then 1 else 0 end)
    {%- endset -%}
    cast(
        {{ whole }}
        + {{ quotient(
            end ~ ' - ' ~ months_after(start, whole),
            months_after(start, whole ~ ' + 1') ~ ' - ' ~ months_after(start, whole),
        ) }}
        as decimal(18, 4)
    )
{%- endmacro %}
