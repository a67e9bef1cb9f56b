{# The limits of a contract in the order in which they apply. #}
{% macro limits_in_order() -%}
    {{ return(['max_claims_per_household', 'household_and_line', 'household', 'line', 'period', 'contract']) }}
{%- endmacro %}


{#
    What is left of `amount` under a limit on the sum of a group, claims being paid in the order in which they were achieved:
    the growth of the limited sum to date. Without a limit it is the whole amount.
#}
{% macro limited(amount, limit, partition_by) -%}
    {%- set to_date -%}
        sum({{ amount }}) over (
            partition by {{ partition_by }}, {{ limit }} is null
            order by achieved_on, tariff_id, claim_id
            rows between unbounded preceding and current row
        )
    {%- endset -%}
    cast(
        case
            when {{ limit }} is null then {{ amount }}
            else least({{ limit }}, {{ to_date }}) - least({{ limit }}, {{ to_date }} - {{ amount }})
        end
        as decimal(18, 2)
    )
{%- endmacro %}
