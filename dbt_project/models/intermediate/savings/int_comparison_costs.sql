{#
    A night of a stay is priced once for every year of a window that it may fall into; pairs are many, and only count
    their nights.
#}
with years as (

    select distinct
        window_year,
        discount_factor,
        dropped_factor
    from {{ ref('int_savings_window_years') }}

),

stays as (

    select
        stays.household_id,
        years.window_year,
        stays.started_on,
        stays.ended_on,
        {{ night_cost('years.discount_factor') }} as night_cost_eur,
        {{ night_cost('years.dropped_factor') }} as night_dropped_eur
    from {{ ref('int_stay_costs') }} as stays
    cross join years

),

nights as (

    select
        pairs.household_id,
        pairs.window_months,
        pairs.comparison_household_id,
        stays.night_cost_eur,
        stays.night_dropped_eur,
        {{ nights_within('pairs.followed_from + years.first_day', 'pairs.followed_from + years.last_day') }} as nights
    from {{ ref('int_comparison_pairs') }} as pairs
    inner join {{ ref('int_savings_window_years') }} as years
        on pairs.household_id = years.household_id and pairs.window_months = years.window_months
    inner join stays
        on
            pairs.comparison_household_id = stays.household_id
            and years.window_year = stays.window_year
            and pairs.followed_from + years.first_day < stays.ended_on
            and pairs.followed_from + years.last_day > stays.started_on

),

costs as (

    select
        household_id,
        window_months,
        comparison_household_id,
        {{ sum_of_nights('nights', 'night_cost_eur') }} as cost_eur,
        {{ sum_of_nights('nights', 'night_dropped_eur') }} as dropped_eur
    from nights
    group by household_id, window_months, comparison_household_id

)

select
    pairs.household_id,
    pairs.window_months,
    pairs.comparison_household_id,
    pairs.comparison_households,
    coalesce(costs.cost_eur, 0) as cost_eur,
    coalesce(costs.dropped_eur, 0) as dropped_eur
from {{ ref('int_comparison_pairs') }} as pairs
left join costs
    on
        pairs.household_id = costs.household_id
        and pairs.window_months = costs.window_months
        and pairs.comparison_household_id = costs.comparison_household_id
