with costs as (

    select
        years.household_id,
        years.window_months,
        {{ cost_of_nights('years.started_on', 'years.ended_on', 'years.discount_factor') }} as observed_cost_eur,
        {{ cost_of_nights('years.started_on', 'years.ended_on', 'years.dropped_factor') }} as observed_dropped_eur,
        sum({{ nights_within('years.started_on', 'years.ended_on') }}) as nights_paid
    from {{ ref('int_savings_window_years') }} as years
    inner join {{ ref('int_stay_costs') }} as stays
        on
            years.household_id = stays.household_id
            and years.started_on < stays.ended_on
            and years.ended_on > stays.started_on
    group by years.household_id, years.window_months

),

-- Nights are those of the merged stays.
merged as (

    select
        windows.household_id,
        windows.window_months,
        sum({{ nights_within('windows.window_start', 'windows.observed_until') }}) as nights
    from {{ ref('int_savings_windows') }} as windows
    inner join {{ ref('int_stays_merged') }} as stays
        on
            windows.household_id = stays.household_id
            and windows.window_start < stays.ended_on
            and windows.observed_until > stays.started_on
    group by windows.household_id, windows.window_months

)

select
    windows.household_id,
    windows.window_months,
    cast(coalesce(merged.nights, 0) as integer) as observed_nights,
    cast(coalesce(costs.nights_paid - merged.nights, 0) as integer) as overlapping_nights,
    coalesce(costs.observed_cost_eur, 0) as observed_cost_eur,
    coalesce(costs.observed_dropped_eur, 0) as observed_dropped_eur
from {{ ref('int_savings_windows') }} as windows
left join costs
    on windows.household_id = costs.household_id and windows.window_months = costs.window_months
left join merged
    on windows.household_id = merged.household_id and windows.window_months = merged.window_months
