{#
    The life tables behind every survival metric and curve: households are gathered at the distinct times of their
    reporting periods and categories, and the estimate runs over those. The arm apart, all are of the programme arm.
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
        times.duration,
        times.is_event,
        times.is_competing
    from {{ ref('int_times_to_event') }} as times
    inner join {{ ref('enrolled_households') }} as households
        on times.household_id = households.household_id
    inner join days on times.counted_on = days.day

),

by_time as (

    select
        curve,
        period_type,
        period_start,
        arm,
        duration,
        {{ breakdown_and_category(breakdowns) }},
        count(*) filter (where is_event) as events,
        count(*) filter (where not is_event) as censored,
        count(*) filter (where is_competing) as competing
    from household_times
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
        events,
        censored,
        competing
    from by_time
    where breakdown = 'all'

)

{{ kaplan_meier('labelled', ['curve', 'period_type', 'period_start', 'breakdown', 'category'], 'duration') }}
