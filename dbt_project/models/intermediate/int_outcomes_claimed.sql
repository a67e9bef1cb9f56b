{#
    An outcome is a household or dwelling in a metric's numerator, by the version of the metric that is valid on its day, or
    an outcome event whose code was known on its day. A household's outcome is claimed if it falls on one of its claimable
    days, and on a document once for a line.
#}
with tariffs as (

    select
        tariff_id,
        outcome,
        unit_price_eur,
        valid_from,
        binds_from,
        binds_until
    from {{ ref('int_tariffs_in_force') }}
    where kind = 'per_outcome'

),

codes as (

    {{ outcome_codes() }}

),

outcomes as (

    select
        metrics.metric_id as outcome,
        metrics.household_id,
        metrics.dwelling_id,
        coalesce(metrics.wave, '') as occurrence,
        metrics.achieved_on,
        metrics.value as quantity,
        cast(null as varchar) as document,
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
        coalesce(lower(trim(events.evidence_ref)), events.event_id) as document,
        'outcome event ' || events.event_id as evidence
    from {{ ref('stg_support__outcome_events') }} as events
    inner join codes
        on
            events.outcome_code = codes.outcome_code
            and {{ binds_on('codes', 'events.achieved_on') }}

),

priced as (

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
        outcomes.document,
        outcomes.evidence
    from outcomes
    inner join tariffs
        on
            outcomes.outcome = tariffs.outcome
            and outcomes.achieved_on >= tariffs.binds_from
            and coalesce(outcomes.achieved_on < tariffs.binds_until, true)

)

select
    tariff_id,
    tariff_valid_from,
    outcome,
    household_id,
    dwelling_id,
    occurrence,
    achieved_on,
    quantity,
    unit_price_eur,
    amount_eur,
    evidence
from priced
where dwelling_id is not null or {{ is_claimable('priced') }}
qualify
    document is null
    or row_number() over (
        partition by tariff_id, household_id, document order by achieved_on, occurrence
    ) = 1
