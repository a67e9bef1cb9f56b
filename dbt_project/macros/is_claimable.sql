{# Whether the outcome of a household falls on a day on which the household may achieve what its line pays. #}
{% macro is_claimable(claims) -%}
    exists (
        select 1 from {{ ref('int_claimable_days') }} as claimable
        where
            claimable.tariff_id = {{ claims }}.tariff_id
            and claimable.tariff_valid_from = {{ claims }}.tariff_valid_from
            and claimable.household_id = {{ claims }}.household_id
            and {{ claims }}.achieved_on between claimable.started_on and claimable.ended_on
    )
{%- endmacro %}
