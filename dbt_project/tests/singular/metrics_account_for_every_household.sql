-- Metrics in which a household is missing or double, or a row does not say whether it is in, or why it is out.
with cohorts as (

    select
        definitions.metric_id,
        (select count(*) from {{ ref('enrolled_households') }}) as households
    from {{ ref('definitions') }} as definitions

),

accounted as (

    select
        metric_id,
        count(distinct household_id) as households,
        count(*) filter (where in_denominator) as in_denominator,
        count(*) filter (where exclusion_reason is not null) as excluded,
        bool_or(wave is not null) as is_at_wave,
        bool_or(
            in_denominator = (exclusion_reason is not null)
            or (in_numerator and not in_denominator)
            or in_denominator <> (value is not null and weight is not null)
            or in_numerator <> (achieved_on is not null)
        ) as is_inconsistent
    from {{ ref('household_metrics') }}
    group by metric_id

)

select accounted.metric_id as _subject
from accounted
inner join cohorts on accounted.metric_id = cohorts.metric_id
where
    accounted.is_inconsistent
    or (
        not accounted.is_at_wave
        and (
            accounted.households <> cohorts.households
            or accounted.in_denominator + accounted.excluded <> cohorts.households
        )
    )
