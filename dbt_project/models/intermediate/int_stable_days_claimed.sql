-- Days of a period are due in it; those before the qualifying days were full are due when they were.
with due as (

    select
        spells.*,
        periods.period,
        greatest(spells.started_on, periods.period_start, spells.qualified_on) as from_on,
        least(spells.ended_on, periods.period_end) as until_on,
        case
            when
                spells.is_due_when_qualified
                and spells.qualified_on > periods.period_start
                and spells.qualified_on <= periods.period_end
                then greatest(least(spells.ended_on, spells.qualified_on) - spells.started_on, 0)
            else 0
        end as days_before_qualified
    from {{ ref('int_stable_days_qualified') }} as spells
    inner join {{ ref('payment_periods') }} as periods
        on
            greatest(spells.ended_on, spells.qualified_on) > periods.period_start
            and spells.started_on < periods.period_end

),

claimed as (

    select
        tariff_id,
        tariff_valid_from,
        outcome,
        household_id,
        period,
        unit_price_eur,
        qualified_on,
        cast(sum(days_before_qualified + greatest(until_on - from_on, 0)) as decimal(18, 4)) as quantity,
        max(case when until_on > from_on then until_on else qualified_on end) - 1 as achieved_on
    from due
    where days_before_qualified > 0 or until_on > from_on
    group by tariff_id, tariff_valid_from, outcome, household_id, period, unit_price_eur, qualified_on

)

select
    tariff_id,
    tariff_valid_from,
    outcome,
    household_id,
    period || '|' || tariff_valid_from as occurrence,
    achieved_on,
    quantity,
    unit_price_eur,
    {{ round_eur('quantity * cast(unit_price_eur as decimal(20, 4))') }} as amount_eur,
    cast(quantity as integer) || ' stable days due in ' || period || ', qualified on ' || qualified_on - 1 as evidence
from claimed
