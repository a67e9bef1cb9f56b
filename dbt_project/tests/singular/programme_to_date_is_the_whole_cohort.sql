-- Metrics of households whose denominator and exclusions to date are not the enrolled households of the programme.
with cohort as (

    select count(*) as households
    from {{ ref('enrolled_households') }}
    where arm = 'programme'

),

of_dwellings as (

    select distinct metric_id
    from {{ ref('household_metrics') }}
    where dwelling_id is not null

)

select results.metric_id as _subject
from {{ ref('results') }} as results
inner join {{ ref('definitions') }} as definitions
    on results.metric_id = definitions.metric_id and results.metric_version = definitions.version
cross join cohort
where
    results.period_type = 'programme_to_date'
    and results.breakdown = 'all'
    and definitions.formula <> 'ratio'
    and results.metric_id not in (select of_dwellings.metric_id from of_dwellings)
    and results.denominator + results.excluded <> cohort.households
group by results.metric_id
