{#
    Pairs are many, and each meets the stays of its comparison household as one list. Years of a window that count alike
    are one part of it, so that only a discount or a drop-off gives a pair several parts that have to be summed.
#}
with parts as (

    select
        household_key,
        window_months,
        min(first_day) as first_day,
        max(last_day) as last_day,
        discount_factor,
        dropped_factor,
        count(*) over (partition by household_key, window_months) as parts_of_window
    from {{ ref('int_savings_window_years') }}
    group by household_key, window_months, discount_factor, dropped_factor

),

costs as not materialized (

    select
        {%- for part in ['cost', 'dropped'] %}
        {{ cost_of_listed_nights(
            'listed.stays',
            'pairs.followed_from + parts.first_day',
            'pairs.followed_from + parts.last_day',
            'night_' ~ part ~ '_eur'
        ) }} as {{ part }}_eur,
        {%- endfor %}
        pairs.household_key,
        pairs.window_months,
        pairs.comparison_household_key,
        pairs.comparison_households,
        parts.parts_of_window
    from {{ ref('int_comparison_pairs') }} as pairs
    left join parts on pairs.household_key = parts.household_key and pairs.window_months = parts.window_months
    left join {{ ref('int_stays_listed') }} as listed
        on
            pairs.comparison_household_key = listed.household_key
            and parts.discount_factor = listed.discount_factor
            and parts.dropped_factor = listed.dropped_factor

)

select
    household_key,
    window_months,
    comparison_household_key,
    comparison_households,
    cost_eur,
    dropped_eur
from costs
where coalesce(parts_of_window, 1) = 1
union all
select
    household_key,
    window_months,
    comparison_household_key,
    max(comparison_households) as comparison_households,
    sum(cost_eur) as cost_eur,
    sum(dropped_eur) as dropped_eur
from costs
where parts_of_window > 1
group by household_key, window_months, comparison_household_key
