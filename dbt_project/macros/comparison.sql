{#
    The households of `comparison` that are like those of `asking`, in the same stratum and under `condition`: each from
    the day as long after its sign of need as the lag of the one that asks, if it is open then and followed for as many
    days; the model that calls it has a CTE `comparison`. Of several signs the latest counts; only the few households that have several are grouped for it.
#}
{% macro comparison_found(asking, condition) -%}
    {%- for is_sole in [true, false] -%}
    select
        asking.household_key,
        asking.window_months,
        comparison.household_key as comparison_household_key,
        {% if is_sole -%}
        comparison.open_from,
        comparison.index_on + asking.lag_days as followed_from
        {%- else -%}
        max(comparison.open_from) as open_from,
        max(comparison.index_on + asking.lag_days) as followed_from
        {%- endif %}
    from {{ asking }} as asking
    inner join comparison
        on
            asking.stratum = comparison.stratum
            and {{ condition }}
            and comparison.index_on + asking.lag_days >= comparison.open_from
            and comparison.index_on + asking.lag_days < comparison.open_until
            and comparison.index_on + asking.lag_days + asking.observed_days <= comparison.follow_up_ends_on
    {% if is_sole -%}
    where comparison.is_sole
    union all
    {% else -%}
    where not comparison.is_sole
    group by asking.household_key, asking.window_months, comparison.household_key
    {%- endif %}
    {%- endfor %}
{%- endmacro %}


{# Who of those that asked has found `minimum_matches` (of a CTE `parameters`) or more: how many, what one weighs. #}
{% macro comparison_enough(found) -%}
    select
        household_key,
        window_months,
        cast(count(*) as integer) as comparison_households,
        {{ quotient('1', 'count(*)', scale=10, numerator_scale=0, denominator_scale=0) }} as weight
    from {{ found }}
    group by household_key, window_months
    having count(*) >= (select parameters.minimum_matches from parameters)
{%- endmacro %}
