{#
    An outcome is a household in a metric's numerator, or an outcome event of a household since it enrolled. It is priced by the
    tariff valid on the day it was achieved; of versions that are, the one with the latest first day holds.
#}
with outcomes as (

    select
        metric_id as outcome,
        household_id,
        coalesce(wave, '') as occurrence,
        achieved_on,
        value as quantity,
        evidence
    from {{ ref('household_metrics') }}
    where in_numerator
    -- While two versions of a definition are valid, the newer one is paid.
    qualify metric_version is not distinct from max(metric_version) over (partition by metric_id)
    union all
    select
        events.outcome_code as outcome,
        events.household_id,
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
    inner join {{ ref('enrolled_households') }} as households
        on outcomes.household_id = households.household_id
    where households.arm = 'programme'

),

priced as (

    select
        outcomes.*,
        tariffs.tariff_id,
        tariffs.unit_price_eur,
        tariffs.max_claims_per_household,
        tariffs.currency,
        tariffs.valid_from as tariff_valid_from,
        tariffs.illustrative,
        {{ round_eur('outcomes.quantity * cast(tariffs.unit_price_eur as decimal(29, 4))') }}
            as amount_before_limits_eur
    from programme_outcomes as outcomes
    inner join {{ ref('stg_chamber__outcome_tariffs') }} as tariffs
        on
            outcomes.outcome = tariffs.outcome
            and tariffs.kind = 'per_outcome'
            and outcomes.achieved_on >= tariffs.valid_from
            and coalesce(outcomes.achieved_on < tariffs.valid_to, true)
    qualify
        row_number() over (
            partition by tariffs.tariff_id, outcomes.household_id, outcomes.outcome, outcomes.occurrence
            order by tariffs.valid_from desc
        ) = 1

),

numbered as (

    select
        *,
        row_number() over (partition by tariff_id, household_id order by achieved_on, outcome, occurrence)
        <= coalesce(max_claims_per_household, 9223372036854775807) as is_within_max_claims
    from priced

)

select
    'c_' || left(sha256(concat_ws('|', tariff_id, household_id, outcome, occurrence)), 24) as claim_id,
    household_id,
    tariff_id,
    tariff_valid_from,
    outcome,
    achieved_on,
    quantity,
    unit_price_eur,
    amount_before_limits_eur,
    is_within_max_claims,
    cast(case when is_within_max_claims then amount_before_limits_eur else 0 end as decimal(18, 2))
        as amount_after_max_claims_eur,
    cast(case when is_within_max_claims then amount_before_limits_eur else 0 end as decimal(18, 2)) as amount_eur,
    currency,
    evidence,
    illustrative
from numbered
