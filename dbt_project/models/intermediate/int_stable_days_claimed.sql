{#
    A stable day is priced by the tariff that is valid on it, if it is one of the days that the household may claim. It is due
    on that day, or on the day on which the qualifying days are full if that comes later, the line pays from the start, and it
    binds that day in any version.
#}
with tariffs as (

    select
        tariff_id,
        valid_from,
        outcome,
        unit_price_eur,
        qualifying_days,
        pays_from,
        binds_from,
        coalesce(binds_until, date '9999-12-31') as binds_until
    from {{ ref('int_tariffs_in_force') }}
    where kind = 'per_day'

),

stable_spells as (

    select
        tariffs.*,
        spells.household_id,
        greatest(spells.started_on, households.placed_on, claimable.started_on) as started_on,
        least(spells.ended_on, claimable.ended_on) as ended_on
    from tariffs
    inner join {{ ref('int_claimable_days') }} as claimable
        on tariffs.tariff_id = claimable.tariff_id and tariffs.valid_from = claimable.tariff_valid_from
    inner join {{ ref('enrolled_households') }} as households
        on claimable.household_id = households.household_id
    inner join {{ ref('household_spells') }} as spells
        on
            claimable.household_id = spells.household_id
            and spells.is_stably_housed
            and claimable.ended_on > spells.started_on
            and greatest(households.placed_on, claimable.started_on) < spells.ended_on

),

counted_spells as (

    select
        *,
        ended_on - started_on as days,
        coalesce(
            sum(ended_on - started_on) over (
                partition by tariff_id, valid_from, household_id
                order by started_on
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as days_before
    from stable_spells
    where started_on < ended_on

),

-- The day after the last qualifying day; households that never reach it have none.
qualified as (

    select
        household_id,
        tariff_id,
        valid_from,
        min(started_on + cast(qualifying_days - days_before as integer)) as qualified_on
    from counted_spells
    where days_before <= qualifying_days and qualifying_days <= days_before + days
    group by household_id, tariff_id, valid_from

),

paid_spells as (

    select
        spells.* exclude (started_on, ended_on),
        qualified.qualified_on,
        exists(
            select 1 from tariffs as due
            where
                due.tariff_id = spells.tariff_id
                and qualified.qualified_on > due.binds_from
                and qualified.qualified_on <= due.binds_until
        ) as is_due_when_qualified,
        case
            when spells.pays_from = 'start' then greatest(spells.started_on, spells.binds_from)
            else greatest(spells.started_on, spells.binds_from, qualified.qualified_on)
        end as started_on,
        least(spells.ended_on, spells.binds_until) as ended_on
    from counted_spells as spells
    inner join qualified
        on
            spells.household_id = qualified.household_id
            and spells.tariff_id = qualified.tariff_id
            and spells.valid_from = qualified.valid_from

),

-- Days of a period are due in it; those before the qualifying days were full are due when they were.
due as (

    select
        paid_spells.*,
        periods.period,
        greatest(paid_spells.started_on, periods.period_start, paid_spells.qualified_on) as from_on,
        least(paid_spells.ended_on, periods.period_end) as until_on,
        case
            when
                paid_spells.is_due_when_qualified
                and paid_spells.qualified_on > periods.period_start
                and paid_spells.qualified_on <= periods.period_end
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
