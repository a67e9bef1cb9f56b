with windows as (

    select
        reference.household_id,
        reference.window_months,
        households.enrolled_on as window_start,
        {{ months_after('households.enrolled_on', 'reference.window_months') }} as window_end,
        households.follow_up_ends_on
    from {{ ref('int_savings_references') }} as reference
    inner join {{ ref('enrolled_households') }} as households
        on reference.household_id = households.household_id

),

observed_windows as (

    select
        household_id,
        window_months,
        window_start,
        window_end,
        greatest(window_start, least(window_end, follow_up_ends_on)) as observed_until,
        window_end <= follow_up_ends_on as is_complete
    from windows

),

-- Costs are of every stay; nights are those of the merged stays.
stays as (

    select
        household_id,
        checked_in_on as started_on,
        coalesce(checked_out_on, {{ as_of() }}) as ended_on,
        nightly_cost_eur - household_copayment_eur as night_cost_eur,
        false as is_merged
    from {{ ref('stg_municipality__temporary_stays') }}
    union all
    select
        household_id,
        started_on,
        ended_on,
        0 as night_cost_eur,
        true as is_merged
    from {{ ref('int_stays_merged') }}

),

stays_in_windows as (

    select
        windows.household_id,
        windows.window_months,
        stays.is_merged,
        stays.night_cost_eur,
        least(stays.ended_on, windows.observed_until) - greatest(stays.started_on, windows.window_start) as nights
    from observed_windows as windows
    inner join stays
        on
            windows.household_id = stays.household_id
            and windows.window_start < stays.ended_on
            and windows.observed_until > stays.started_on

),

costs as (

    select
        household_id,
        window_months,
        sum(case when is_merged then nights else 0 end) as observed_nights,
        sum(case when is_merged then -nights else nights end) as overlapping_nights,
        sum(cast(nights as decimal(9, 0)) * cast(night_cost_eur as decimal(29, 4))) as observed_cost_eur
    from stays_in_windows
    where nights > 0
    group by household_id, window_months

)

select
    windows.household_id,
    windows.window_months,
    windows.window_start,
    windows.window_end,
    windows.observed_until,
    cast(windows.observed_until - windows.window_start as integer) as observed_days,
    cast(windows.window_end - windows.window_start as integer) as window_days,
    windows.is_complete,
    cast(coalesce(costs.observed_nights, 0) as integer) as observed_nights,
    cast(coalesce(costs.overlapping_nights, 0) as integer) as overlapping_nights,
    cast(coalesce(costs.observed_cost_eur, 0) as decimal(38, 4)) as observed_cost_eur
from observed_windows as windows
left join costs
    on windows.household_id = costs.household_id and windows.window_months = costs.window_months
