{#
    An outcome is a household or dwelling in a metric's numerator, or an outcome event since the household enrolled. Only
    what a line of the contract pays is looked at.
#}
with tariffs as (

    select
        tariff_id,
        outcome,
        unit_price_eur,
        valid_from,
        valid_to
    from {{ ref('stg_chamber__outcome_tariffs') }}
    where kind = 'per_outcome'

),

outcomes as (

    select
        metrics.metric_id as outcome,
        metrics.household_id,
        metrics.dwelling_id,
        coalesce(metrics.wave, '') as occurrence,
        metrics.achieved_on,
        metrics.value as quantity,
        metrics.evidence
    from {{ ref('household_metrics') }} as metrics
    inner join {{ ref('definitions') }} as definitions
        on
            metrics.metric_id = definitions.metric_id
            and metrics.metric_version = definitions.version
            and metrics.achieved_on >= definitions.valid_from
            and coalesce(metrics.achieved_on < definitions.valid_to, true)
    where metrics.in_numerator and metrics.metric_id in (select tariffs.outcome from tariffs)
    -- Of definitions that are valid on the day, the one that began last is paid.
    qualify
        row_number() over (
            partition by metrics.metric_id, metrics.household_id, metrics.dwelling_id, metrics.wave
            order by definitions.valid_from desc, definitions.version desc
        ) = 1
    union all
    select
        events.outcome_code as outcome,
        events.household_id,
        cast(null as varchar) as dwelling_id,
        events.event_id as occurrence,
        events.achieved_on,
        cast(1 as decimal(18, 4)) as quantity,
        'outcome event ' || events.event_id as evidence
    from {{ ref('stg_support__outcome_events') }} as events
    inner join {{ ref('enrolled_households') }} as households
        on events.household_id = households.household_id and events.achieved_on >= households.enrolled_on

),

programme_outcomes as (

    select outcomes.*
    from outcomes
    left join {{ ref('enrolled_households') }} as households
        on outcomes.household_id = households.household_id
    where households.arm = 'programme' or outcomes.household_id is null

)

select
    tariffs.tariff_id,
    tariffs.valid_from as tariff_valid_from,
    outcomes.outcome,
    outcomes.household_id,
    outcomes.dwelling_id,
    outcomes.occurrence,
    outcomes.achieved_on,
    outcomes.quantity,
    tariffs.unit_price_eur,
    {{ round_eur('outcomes.quantity * cast(tariffs.unit_price_eur as decimal(20, 4))') }} as amount_eur,
    outcomes.evidence
from programme_outcomes as outcomes
inner join tariffs
    on
        outcomes.outcome = tariffs.outcome
        and outcomes.achieved_on >= tariffs.valid_from
        and coalesce(outcomes.achieved_on < tariffs.valid_to, true)
