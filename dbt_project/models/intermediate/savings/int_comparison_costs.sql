with costs as (

    select
        pairs.household_id,
        pairs.window_months,
        pairs.comparison_household_id,
        {{ cost_of_nights(
            'pairs.followed_from + years.first_day', 'pairs.followed_from + years.last_day', 'years.discount_factor'
        ) }} as cost_eur,
        {{ cost_of_nights(
            'pairs.followed_from + years.first_day', 'pairs.followed_from + years.last_day', 'years.dropped_factor'
        ) }} as dropped_eur
    from {{ ref('int_comparison_pairs') }} as pairs
    inner join {{ ref('int_savings_window_years') }} as years
        on pairs.household_id = years.household_id and pairs.window_months = years.window_months
    inner join {{ ref('int_stay_costs') }} as stays
        on
            pairs.comparison_household_id = stays.household_id
            and pairs.followed_from + years.first_day < stays.ended_on
            and pairs.followed_from + years.last_day > stays.started_on
    group by pairs.household_id, pairs.window_months, pairs.comparison_household_id

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
