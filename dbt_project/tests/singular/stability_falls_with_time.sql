{#
    Who is retained at N months was retained at fewer, where no gap is allowed (one may lie on the earlier last day);
    who has completed N months has completed fewer; who has returned by a day has by a later one; survival never
    rises, incidence never falls, and together they are at most 1, but for the rounding of both.
#}
{%- set metric_ids = metric_ids_by_months('housing_retention', retention_months()) -%}

with allowed_gaps as (

    {{ parameter_of_metrics('retention_max_gap_days', 'integer', metric_ids) }}

),

ordered as (

    select
        metrics.household_id,
        metrics.metric_id,
        metrics.in_denominator,
        metrics.in_numerator,
        coalesce(allowed_gaps.value, 0) as max_gap_days,
        regexp_extract(metrics.metric_id, '^(.*)_\d+m$', 1) as family,
        cast(regexp_extract(metrics.metric_id, '_(\d+)m$', 1) as integer) as months
    from {{ ref('household_metrics') }} as metrics
    left join allowed_gaps
        on metrics.metric_id = allowed_gaps.metric_id and metrics.metric_version = allowed_gaps.metric_version
    where regexp_matches(metrics.metric_id, '^(housing_retention|housing_survival|return_to_temporary)_\d+m$')

),

by_household as (

    select
        household_id,
        family,
        max(months) filter (where in_numerator and max_gap_days = 0) as last_in,
        min(months) filter (where in_numerator) as first_in,
        min(months) filter (where in_denominator and not in_numerator and max_gap_days = 0) as first_out,
        max(months) filter (where in_denominator and not in_numerator) as last_out
    from ordered
    group by household_id, family

)

select family as _subject
from by_household
where
    case when family = 'return_to_temporary' then last_out > first_in else first_out < last_in end
group by family
union all
select 'survival_curves' as _subject
from (
    select
        survival > lag(survival) over by_month
        or incidence < lag(incidence) over by_month
        or incidence + survival > 1.0001 as is_impossible
    from {{ ref('survival_curves') }}
    window by_month as (partition by curve, category order by months)
)
where is_impossible
group by _subject
