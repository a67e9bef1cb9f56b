{#
    What the Chamber gives for a household is what was valid on the day of enrolment; of rows that differ in their first
    day of validity the latest holds. How many rows remain is kept: any other number than one stops the run.
#}
with households as (

    select
        enrolled.household_id,
        enrolled.enrolled_on,
        enrolled.pathway,
        enrolled.economic_capacity,
        enrolled.household_size_band,
        enrolled.members,
        windows.window_months
    from {{ ref('int_savings_windows') }} as windows
    inner join {{ ref('enrolled_households') }} as enrolled
        on windows.household_id = enrolled.household_id

),

baselines_valid as (

    select
        households.household_id,
        households.window_months,
        households.enrolled_on,
        households.members,
        baselines.temporary_probability,
        baselines.expected_nights,
        baselines.cost_code,
        baselines.illustrative
    from households
    inner join {{ ref('stg_chamber__savings_baselines') }} as baselines
        on
            households.economic_capacity = baselines.economic_capacity
            and households.pathway = baselines.pathway
            and households.window_months = baselines.window_months
            and households.members >= baselines.household_size_min
            and households.members <= coalesce(baselines.household_size_max, households.members)
            and households.enrolled_on >= baselines.valid_from
            and coalesce(households.enrolled_on < baselines.valid_to, true)
    qualify
        rank() over (
            partition by households.household_id, households.window_months order by baselines.valid_from desc
        ) = 1

),

unit_costs_valid as (

    select
        baselines_valid.household_id,
        baselines_valid.window_months,
        unit_costs.eur,
        unit_costs.illustrative
    from baselines_valid
    inner join {{ ref('stg_chamber__unit_costs') }} as unit_costs
        on
            baselines_valid.cost_code = unit_costs.cost_code
            and unit_costs.per = 'night'
            and baselines_valid.members >= unit_costs.household_size_min
            and baselines_valid.members <= coalesce(unit_costs.household_size_max, baselines_valid.members)
            and baselines_valid.enrolled_on >= unit_costs.valid_from
            and coalesce(baselines_valid.enrolled_on < unit_costs.valid_to, true)
    qualify
        rank() over (
            partition by baselines_valid.household_id, baselines_valid.window_months
            order by unit_costs.valid_from desc
        ) = 1

),

baselines as (

    select
        household_id,
        window_months,
        count(*) as baselines_found,
        min(temporary_probability) as temporary_probability,
        min(expected_nights) as expected_nights,
        min(cost_code) as cost_code,
        bool_or(illustrative) as illustrative
    from baselines_valid
    group by household_id, window_months

),

unit_costs as (

    select
        household_id,
        window_months,
        count(*) as unit_costs_found,
        min(eur) as unit_cost_eur,
        bool_or(illustrative) as illustrative
    from unit_costs_valid
    group by household_id, window_months

)

select
    households.household_id,
    households.window_months,
    households.economic_capacity,
    households.household_size_band,
    households.pathway,
    baselines.temporary_probability,
    baselines.expected_nights,
    baselines.cost_code,
    unit_costs.unit_cost_eur,
    baselines.illustrative or unit_costs.illustrative as illustrative,
    cast(coalesce(baselines.baselines_found, 0) as integer) as baselines_found,
    cast(coalesce(unit_costs.unit_costs_found, 0) as integer) as unit_costs_found
from households
left join baselines
    on households.household_id = baselines.household_id and households.window_months = baselines.window_months
left join unit_costs
    on households.household_id = unit_costs.household_id and households.window_months = unit_costs.window_months
