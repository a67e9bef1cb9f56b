{#
    How long each household was followed, and whether the event came: the first loss of stable housing after placement,
    in months; placement, in days of waiting. It is at risk from `entry` on: a household that had waited before it
    enrolled was followed from that day. Without the event the time is censored at the end of follow-up; a death that
    ended it is a competing event, after which the event can no longer come.
#}
with losses as (

    select
        households.household_id,
        min(spells.started_on) as lost_on
    from {{ ref('enrolled_households') }} as households
    inner join {{ ref('household_spells') }} as spells
        on
            households.household_id = spells.household_id
            and not spells.is_stably_housed
            and households.placed_on < spells.started_on
    group by households.household_id

),

times as (

    select
        'housing_survival' as curve,
        households.household_id,
        households.placed_on as counted_on,
        households.placed_on as started_on,
        households.placed_on as entered_on,
        coalesce(losses.lost_on, households.follow_up_ends_on) as ended_on,
        losses.lost_on is not null as is_event,
        losses.lost_on is null and households.died_on is not null as is_competing
    from {{ ref('enrolled_households') }} as households
    left join losses on households.household_id = losses.household_id
    where households.placed_on is not null
    union all
    select
        'waiting' as curve,
        household_id,
        enrolled_on as counted_on,
        waiting_since as started_on,
        enrolled_on as entered_on,
        coalesce(placed_on, greatest(enrolled_on, follow_up_ends_on)) as ended_on,
        placed_on is not null as is_event,
        placed_on is null and died_on is not null as is_competing
    from {{ ref('enrolled_households') }}

)

select
    curve,
    household_id,
    counted_on,
    started_on,
    ended_on,
    is_event,
    is_competing,
    cast(entered_on - started_on as decimal(18, 4)) as entry,
    cast(
        case
            when curve = 'waiting' then ended_on - started_on
            else {{ months_between('started_on', 'ended_on') }}
        end
        as decimal(18, 4)
    ) as duration
from times
