-- Metrics whose denominator and exclusions to date are not the enrolled households of the programme.
with cohort as (

    select count(*) as households
    from {{ ref('enrolled_households') }}
    where arm = 'programme'

)

select results.metric_id as _subject
from {{ ref('results') }} as results
cross join cohort
where
    results.period_type = 'programme_to_date'
    and results.breakdown = 'all'
    and results.denominator + results.excluded <> cohort.households
