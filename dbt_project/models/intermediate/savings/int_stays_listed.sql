{# What a night of a stay costs is worked out here, once for each way in which years of a window count. #}
with factors as (

    select distinct
        discount_factor,
        dropped_factor
    from {{ ref('int_savings_window_years') }}

),

priced as (

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

)

select
    household_key,
    discount_factor,
    dropped_factor,
    list(
        {
            'started_on': started_on,
            'ended_on': ended_on,
            'night_cost_eur': night_cost_eur,
            'night_dropped_eur': night_dropped_eur
        }
        order by started_on, ended_on, night_cost_eur, night_dropped_eur
    ) as stays
from priced
group by household_key, discount_factor, dropped_factor
