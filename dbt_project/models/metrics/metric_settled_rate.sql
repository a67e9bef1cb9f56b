with assessments as (

    select
        households.household_id,
        assessments.assessment_id,
        assessments.wave,
        assessments.assessed_on,
        assessments.housing_situation in ('independent', 'programme_home') as is_settled
    from {{ ref('enrolled_households') }} as households
    inner join {{ ref('stg_support__assessments') }} as assessments
        on households.household_id = assessments.household_id

)

select
    'settled_rate_at_wave' as metric_id,
    cast(null as integer) as metric_version,
    household_id,
    cast(null as varchar) as dwelling_id,
    assessed_on as counted_on,
    wave,
    is_settled is not null as in_denominator,
    coalesce(is_settled, false) as in_numerator,
    case when is_settled is null then 'situation_unknown' end as exclusion_reason,
    cast(cast(is_settled as integer) as decimal(18, 4)) as value,
    cast(case when is_settled is not null then 1 end as decimal(18, 4)) as weight,
    case when is_settled then assessed_on end as achieved_on,
    'assessment ' || assessment_id as evidence
from assessments
