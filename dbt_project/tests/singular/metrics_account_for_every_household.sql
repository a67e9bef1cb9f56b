{# Metrics in which a household is missing or double, or a row does not say whether it is in, or why it is out. #}
{%- set several_rows -%} ('{{ metrics_of_several_rows() | join("', '") }}') {%- endset -%}

with cohort as (

    select count(*) as households
    from {{ ref('enrolled_households') }}

),

accounted as (

    select
        metric_id,
        metric_version,
        count(distinct household_id) as households,
        count(*) as accounts,
        bool_or(dwelling_id is not null) as is_of_dwellings,
        bool_or(household_id is null) = bool_or(dwelling_id is null) as has_no_subject,
        bool_or(wave is not null) as is_at_wave,
        bool_or(
            in_denominator = (exclusion_reason is not null)
            or (in_numerator and not in_denominator)
            or in_denominator <> (value is not null and weight is not null)
            or in_numerator <> (achieved_on is not null)
        ) as is_inconsistent
    from {{ ref('household_metrics') }}
    group by metric_id, metric_version

)

select accounted.metric_id as _subject
from accounted
cross join cohort
where
    accounted.is_inconsistent
    or accounted.has_no_subject
    or (
        not accounted.is_at_wave
        and not accounted.is_of_dwellings
        and (
            accounted.households <> cohort.households
            or (
                accounted.accounts <> cohort.households
                and accounted.metric_id not in {{ several_rows }}
            )
        )
    )
group by accounted.metric_id
