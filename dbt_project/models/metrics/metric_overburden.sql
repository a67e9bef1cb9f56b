with burdens as (

    {{ parameter_of_metrics('overburden_share', 'decimal(9, 6)', ['housing_cost_overburden_rate']) }}

),

latest as (

    select
        household_id,
        assessment_id,
        assessed_on,
        monthly_income_eur,
        monthly_housing_cost_eur
    from {{ ref('stg_support__assessments') }}
    where monthly_income_eur is not null and monthly_housing_cost_eur is not null
    qualify
        row_number() over (
            partition by household_id
            order by list_position(['baseline', 'm6', 'm12', 'm24'], wave) desc
        ) = 1

),

households as (

    select
        burdens.metric_id,
        burdens.metric_version,
        households.household_id,
        latest.assessed_on is not null as is_known,
        coalesce(latest.assessed_on, households.enrolled_on) as counted_on,
        latest.monthly_housing_cost_eur > latest.monthly_income_eur * burdens.value as is_overburdened,
        'assessment ' || latest.assessment_id as evidence
    from {{ ref('enrolled_households') }} as households
    left join latest on households.household_id = latest.household_id
    inner join burdens
        on {{ binds_on('burdens', 'coalesce(latest.assessed_on, households.enrolled_on)') }}

)

select
    metric_id,
    metric_version,
    household_id,
    cast(null as varchar) as dwelling_id,
    counted_on,
    cast(null as varchar) as wave,
    is_known as in_denominator,
    coalesce(is_overburdened, false) as in_numerator,
    case when not is_known then 'income_or_cost_unknown' end as exclusion_reason,
    cast(cast(is_overburdened as integer) as decimal(18, 4)) as value,
    cast(case when is_known then 1 end as decimal(18, 4)) as weight,
    case when is_overburdened then counted_on end as achieved_on,
    evidence
from households
