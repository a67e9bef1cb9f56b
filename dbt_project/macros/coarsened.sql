{# A day as evaluators see it: the first day of its month, quarter or year, as the Chamber's parameter says. #}
{% macro coarsened(day) -%}
    cast(
        date_trunc((select terms.date_precision from {{ ref('release_terms') }} as terms), {{ day }}) as date
    )
{%- endmacro %}


{# What a neighbour could know of a household beside arm and period of enrolment; the last is withheld first. #}
{% macro quasi_identifiers() -%}
    {{ return(['pathway', 'economic_capacity', 'household_size_band', 'district']) }}
{%- endmacro %}
