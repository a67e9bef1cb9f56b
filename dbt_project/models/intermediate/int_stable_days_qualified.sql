{#
    The stable days that each version of a line pays a household for, in spells, and the day by which the household has
    qualified. A day is priced by the version that is valid on it, if it is one of the days that the household may claim.
    Where the line pays from the start, the days before are due on `qualified_on`, unless the line has ended by then.
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

)

select
    tariff_id,
    valid_from as tariff_valid_from,
    outcome,
    household_id,
    unit_price_eur,
    started_on,
    ended_on,
    qualified_on,
    is_due_when_qualified
from paid_spells
where started_on < ended_on
