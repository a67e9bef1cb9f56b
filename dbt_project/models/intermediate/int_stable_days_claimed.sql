{#
    A stable day is priced by the tariff that is valid on it. It is due on that day, or on the day on which the qualifying
    days are full if that comes later and the line pays from the start.
#}
with stable_spells as (

    select
        spells.household_id,
        greatest(spells.started_on, households.placed_on) as started_on,
        spells.ended_on,
        spells.ended_on - greatest(spells.started_on, households.placed_on) as days
    from {{ ref('household_spells') }} as spells
    inner join {{ ref('enrolled_households') }} as households
        on
            spells.household_id = households.household_id
            and spells.ended_on > households.placed_on
    where spells.is_stably_housed and households.arm = 'programme'

),

counted_spells as (

    select
        *,
        coalesce(
            sum(days) over (
                partition by household_id order by started_on rows between unbounded preceding and 1 preceding
            ),
            0
        ) as days_before
    from stable_spells

),

tariffs as (

    select
        tariff_id,
        outcome,
        unit_price_eur,
        qualifying_days,
        pays_from,
        valid_from,
        coalesce(valid_to, date '9999-12-31') as valid_to
    from {{ ref('stg_chamber__outcome_tariffs') }}
    where kind = 'per_day'

),

-- The day after the last qualifying day; households that never reach it have none.
qualified as (

    select
        spells.household_id,
        tariffs.tariff_id,
        tariffs.valid_from,
        min(spells.started_on + cast(tariffs.qualifying_days - spells.days_before as integer)) as qualified_on
    from counted_spells as spells
    inner join tariffs
        on
            spells.days_before <= tariffs.qualifying_days
            and tariffs.qualifying_days <= spells.days_before + spells.days
    group by spells.household_id, tariffs.tariff_id, tariffs.valid_from

),

paid_spells as (

    select
        spells.household_id,
        tariffs.*,
        qualified.qualified_on,
        case
            when tariffs.pays_from = 'start' then greatest(spells.started_on, tariffs.valid_from)
            else greatest(spells.started_on, tariffs.valid_from, qualified.qualified_on)
        end as started_on,
        least(spells.ended_on, tariffs.valid_to) as ended_on
    from qualified
    inner join tariffs
        on qualified.tariff_id = tariffs.tariff_id and qualified.valid_from = tariffs.valid_from
    inner join counted_spells as spells on qualified.household_id = spells.household_id

),

-- Days of a period are due in it; those before the qualifying days were full are due when they were.
due as (

    select
        paid_spells.*,
        periods.period,
        greatest(paid_spells.started_on, periods.period_start, paid_spells.qualified_on) as from_on,
        least(paid_spells.ended_on, periods.period_end) as until_on,
        case
            when paid_spells.qualified_on > periods.period_start and paid_spells.qualified_on <= periods.period_end
                then greatest(least(paid_spells.ended_on, paid_spells.qualified_on) - paid_spells.started_on, 0)
            else 0
        end as days_before_qualified
    from paid_spells
    inner join {{ ref('payment_periods') }} as periods
        on
            greatest(paid_spells.ended_on, paid_spells.qualified_on) > periods.period_start
            and paid_spells.started_on < periods.period_end

),

claimed as (

    select
        tariff_id,
        valid_from,
        outcome,
        household_id,
        period,
        unit_price_eur,
        qualified_on,
        cast(sum(days_before_qualified + greatest(until_on - from_on, 0)) as decimal(18, 4)) as quantity,
        max(case when until_on > from_on then until_on else qualified_on end) - 1 as achieved_on
    from due
    where days_before_qualified > 0 or until_on > from_on
    group by tariff_id, valid_from, outcome, household_id, period, unit_price_eur, qualified_on

)

select
    tariff_id,
    valid_from as tariff_valid_from,
    outcome,
    household_id,
    period || '|' || valid_from as occurrence,
    achieved_on,
    quantity,
    unit_price_eur,
    {{ round_eur('quantity * cast(unit_price_eur as decimal(20, 4))') }} as amount_eur,
    cast(quantity as integer) || ' stable days due in ' || period || ', qualified on ' || qualified_on - 1 as evidence
from claimed
