{#
    The metric rows as they are summed. Where a metric has several rows a household or dwelling, they are put together
    for each reporting period by itself, so that one is one in every period; `period_type` says of which.
#}
{{ config(materialized='view') }}

{%- set several_rows -%} ('{{ metrics_of_several_rows() | join("', '") }}') {%- endset -%}
{%- set counted_once -%} ('{{ counted_once_a_period() | join("', '") }}') {%- endset %}

with days as (

    {{ days_of_periods() }}

)

select
    metric_id,
    metric_version,
    household_id,
    dwelling_id,
    counted_on,
    cast(null as varchar) as period_type,
    wave,
    value,
    weight,
    not in_denominator as is_excluded
from {{ ref('household_metrics') }}
where metric_id not in {{ several_rows }} or not in_denominator
union all
select
    household_metrics.metric_id,
    household_metrics.metric_version,
    household_metrics.household_id,
    household_metrics.dwelling_id,
    min(household_metrics.counted_on) as counted_on,
    days.period_type,
    cast(null as varchar) as wave,
    cast(sum(household_metrics.value) as decimal(18, 4)) as value,
    cast(
        case when household_metrics.metric_id in {{ counted_once }} then 1 else sum(household_metrics.weight) end
        as decimal(18, 4)
    ) as weight,
    false as is_excluded
from {{ ref('household_metrics') }} as household_metrics
inner join days on household_metrics.counted_on = days.day
where household_metrics.metric_id in {{ several_rows }} and household_metrics.in_denominator
group by
    household_metrics.metric_id,
    household_metrics.metric_version,
    household_metrics.household_id,
    household_metrics.dwelling_id,
    days.period_type,
    days.period_start
