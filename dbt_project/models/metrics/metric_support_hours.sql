{#
    A row per day, so that any period can be cut out; the mean divides by the households, not by the rows.
#}
with activities as (

    select
        households.household_id,
        households.enrolled_on,
        activities.performed_on,
        sum(activities.hours) as hours,
        count(activities.activity_id) as number
    from {{ ref('enrolled_households') }} as households
    left join {{ ref('stg_support__support_activities') }} as activities
        on
            households.household_id = activities.household_id
            and households.enrolled_on <= activities.performed_on
    group by households.household_id, households.enrolled_on, activities.performed_on

)

select
    'support_hours_per_household' as metric_id,
    cast(null as integer) as metric_version,
    household_id,
    cast(null as varchar) as dwelling_id,
    coalesce(performed_on, enrolled_on) as counted_on,
    cast(null as varchar) as wave,
    performed_on is not null as in_denominator,
    performed_on is not null as in_numerator,
    case when performed_on is null then 'no_support_yet' end as exclusion_reason,
    cast(hours as decimal(18, 4)) as value,
    cast(case when performed_on is not null then 1 end as decimal(18, 4)) as weight,
    performed_on as achieved_on,
    case when performed_on is not null then number || ' activities on ' || performed_on end as evidence
from activities
