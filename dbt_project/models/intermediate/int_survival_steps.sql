{#
    The life tables behind every survival metric and curve: households are gathered at the distinct times at which any of
    their reporting period and category enters or ends, and the estimate runs over those. The arm apart, all are of the programme arm.
#}
{%- set breakdowns = household_breakdowns() -%}

with days as (

    {{ days_of_periods() }}

),

household_times as (

    select
        times.curve,
        days.period_type,
        days.period_start,
        households.arm,
        households.cohort_quarter,
        households.pathway,
        households.economic_capacity,
        households.household_size_band,
        cast(households.district as varchar) as district,
        times.entry,
        times.duration,
        times.is_event,
        times.is_competing
    from {{ ref('int_times_to_event') }} as times
    inner join {{ ref('enrolled_households') }} as households
        on times.household_id = households.household_id
    inner join days on times.counted_on = days.day

),

-- Every household twice: when it enters, and when the event came or it was lost sight of.
changes as (

    select
        * replace (entry as duration),
        true as is_entry
    from household_times
    union all
    select
        *,
        false as is_entry
    from household_times

),

by_time as (

    select
        curve,
        period_type,
        period_start,
        arm,
        duration,
        {{ breakdown_and_category(breakdowns) }},
        count(*) filter (where is_entry) as entered,
        count(*) filter (where not is_entry and is_event) as events,
        count(*) filter (where not is_entry and not is_event) as censored,
        count(*) filter (where not is_entry and is_competing) as competing
    from changes
    group by {{ grouping_sets(['curve', 'period_type', 'period_start', 'arm', 'duration'], breakdowns) }}

),

labelled as (

    select
        curve,
        period_type,
        period_start,
        breakdown,
        category,
        duration,
        entered,
        events,
        censored,
        competing
    from by_time
    where arm = 'programme' and category is not null
    union all
    select
        curve,
        period_type,
        period_start,
        'arm' as breakdown,
        arm as category,
        duration,
        entered,
        events,
        censored,
        competing
    from by_time
    where breakdown = 'all'

)

{{ kaplan_meier('labelled', ['curve', 'period_type', 'period_start', 'breakdown', 'category'], 'duration') }}
