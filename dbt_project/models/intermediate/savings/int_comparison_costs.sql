{#
    Pairs are many: years of a window that count alike are one, and what a night of a stay costs in them is worked out
    once, before it meets the pairs.
#}
with windows as (

    select
        household_key,
        window_months,
        min(first_day) as first_day,
        max(last_day) as last_day,
        discount_factor,
        dropped_factor
    from {{ ref('int_savings_window_years') }}
    group by household_key, window_months, discount_factor, dropped_factor

),

factors as (

    select distinct
        discount_factor,
        dropped_factor
    from windows

),

stays as (

    select
        follow_up.household_key,
        factors.discount_factor,
        factors.dropped_factor,
        stays.started_on,
        stays.ended_on,
        {{ night_cost('factors.discount_factor') }} as night_cost_eur,
        {{ night_cost('factors.dropped_factor') }} as night_dropped_eur
    from {{ ref('int_stay_costs') }} as stays
    inner join {{ ref('int_household_follow_up') }} as follow_up on stays.household_id = follow_up.household_id
    cross join factors

),

nights as (

    select
        pairs.household_key,
        pairs.window_months,
        pairs.comparison_household_key,
        stays.night_cost_eur,
        stays.night_dropped_eur,
        {{ nights_within('pairs.followed_from + windows.first_day', 'pairs.followed_from + windows.last_day') }}
            as nights
    from {{ ref('int_comparison_pairs') }} as pairs
    inner join windows
        on pairs.household_key = windows.household_key and pairs.window_months = windows.window_months
    inner join stays
        on
            pairs.comparison_household_key = stays.household_key
            and windows.discount_factor = stays.discount_factor
            and windows.dropped_factor = stays.dropped_factor
            and pairs.followed_from + windows.first_day < stays.ended_on
            and pairs.followed_from + windows.last_day > stays.started_on

),

costs as (

    select
        household_key,
        window_months,
        comparison_household_key,
        {{ sum_of_nights('nights', 'night_cost_eur') }} as cost_eur,
        {{ sum_of_nights('nights', 'night_dropped_eur') }} as dropped_eur
    from nights
    group by household_key, window_months, comparison_household_key

)

select
    pairs.household_key,
    pairs.window_months,
    pairs.comparison_household_key,
    pairs.comparison_households,
    coalesce(costs.cost_eur, 0) as cost_eur,
    coalesce(costs.dropped_eur, 0) as dropped_eur
from {{ ref('int_comparison_pairs') }} as pairs
left join costs
    on
        pairs.household_key = costs.household_key
        and pairs.window_months = costs.window_months
        and pairs.comparison_household_key = costs.comparison_household_key
