{#
    Households are summed here, once, per metric, day and category; only these sums meet the reporting periods.
    A metric measured at waves is broken down by wave alone. All breakdowns but the two that name the arm are of the
    programme arm.
#}
{%- set breakdowns = ['cohort_quarter', 'pathway', 'economic_capacity', 'household_size_band', 'district', 'wave'] -%}

with household_rows as (

    select
        household_metrics.metric_id,
        household_metrics.counted_on,
        household_metrics.wave is not null as is_at_wave,
        household_metrics.wave,
        households.arm,
        households.cohort_quarter,
        households.pathway,
        households.economic_capacity,
        households.household_size_band,
        cast(households.district as varchar) as district,
        household_metrics.value,
        household_metrics.weight,
        cast(not household_metrics.in_denominator as integer) as is_excluded
    from {{ ref('household_metrics') }} as household_metrics
    inner join {{ ref('enrolled_households') }} as households
        on household_metrics.household_id = households.household_id

),

by_day as (

    select
        metric_id,
        counted_on,
        is_at_wave,
        arm,
        case
            {%- for breakdown in breakdowns %}
            when grouping({{ breakdown }}) = 0 then '{{ breakdown }}'
            {%- endfor %}
            else 'all'
        end as breakdown,
        coalesce({{ breakdowns | join(', ') }}, 'all') as category,
        coalesce(sum(value), 0) as numerator,
        coalesce(sum(weight), 0) as denominator,
        sum(is_excluded) as excluded
    from household_rows
    group by grouping sets (
        (metric_id, counted_on, is_at_wave, arm)
        {%- for breakdown in breakdowns %},
        (metric_id, counted_on, is_at_wave, arm, {{ breakdown }})
        {%- endfor %}
    )

),

labelled as (

    select
        metric_id,
        counted_on,
        is_at_wave,
        breakdown,
        category,
        numerator,
        denominator,
        excluded
    from by_day
    where arm = 'programme' and is_at_wave = (breakdown = 'wave')
    union all
    select
        metric_id,
        counted_on,
        is_at_wave,
        case when is_at_wave then 'arm_and_wave' else 'arm' end as breakdown,
        case when is_at_wave then arm || ':' || category else arm end as category,
        numerator,
        denominator,
        excluded
    from by_day
    where breakdown = case when is_at_wave then 'wave' else 'all' end

)

select
    metric_id,
    counted_on,
    is_at_wave,
    breakdown,
    category,
    cast(numerator as decimal(18, 4)) as numerator,
    cast(denominator as decimal(18, 4)) as denominator,
    cast(excluded as bigint) as excluded
from labelled
