{%- set measures = {
    'employment_gain': 'adults_employed',
    'permanent_contract_gain': 'adults_permanent_contract',
    'income_change_eur_month_mean': 'monthly_income_eur',
    'wellbeing_change_mean': 'wellbeing_score',
} -%}

{#
    The baseline against the latest wave after it at which the same thing is known. A baseline without the value, or no
    later wave with it, is no pair.
#}
with answers as (

    {%- for metric_id, measure in measures.items() %}
    select
        '{{ metric_id }}' as metric_id,
        household_id,
        assessment_id,
        wave,
        assessed_on,
        cast({{ measure }} as decimal(18, 4)) as answer
    from {{ ref('stg_support__assessments') }}
    where {{ measure }} is not null
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

latest as (

    select *
    from answers
    where wave <> 'baseline'
    qualify
        row_number() over (
            partition by metric_id, household_id
            order by list_position(['m6', 'm12', 'm24'], wave) desc
        ) = 1

),

households as (

    select
        household_id,
        enrolled_on,
        unnest({{ measures.keys() | list }}) as metric_id
    from {{ ref('enrolled_households') }}

),

pairs as (

    select
        households.metric_id,
        households.household_id,
        households.enrolled_on,
        latest.assessed_on,
        latest.answer - baselines.answer as change,
        'assessments ' || baselines.assessment_id || ' and ' || latest.assessment_id as evidence
    from households
    left join answers as baselines
        on
            households.metric_id = baselines.metric_id
            and households.household_id = baselines.household_id
            and baselines.wave = 'baseline'
    left join latest
        on
            households.metric_id = latest.metric_id
            and households.household_id = latest.household_id

)

select
    metric_id,
    cast(null as integer) as metric_version,
    household_id,
    cast(null as varchar) as dwelling_id,
    case when change is not null then assessed_on else enrolled_on end as counted_on,
    cast(null as varchar) as wave,
    change is not null as in_denominator,
    change is not null as in_numerator,
    case when change is null then 'no_pair' end as exclusion_reason,
    change as value,
    cast(case when change is not null then 1 end as decimal(18, 4)) as weight,
    case when change is not null then assessed_on end as achieved_on,
    case when change is not null then evidence end as evidence
from pairs
