{#
    A household's current need on a day is its latest open application; without one, its latest eviction order whose
    need is open: not averted or withdrawn. An executed order leaves the household without a home, so it stays open.
#}
with needs as (

    select
        household_id,
        list_type as need,
        applied_on as index_on,
        applied_on as started_on,
        case when status = 'waiting' then closed_on else coalesce(closed_on, applied_on) end as ended_on,
        priority_points,
        1 as precedence,
        application_id as need_id
    from {{ ref('stg_municipality__waiting_list') }}
    union all
    select
        household_id,
        'eviction_ordered' as need,
        ordered_on as index_on,
        ordered_on as started_on,
        outcome_on as ended_on,
        null as priority_points,
        2 as precedence,
        eviction_id as need_id
    from {{ ref('stg_municipality__evictions') }}
    union all
    select
        household_id,
        'eviction_executed' as need,
        ordered_on as index_on,
        outcome_on as started_on,
        null as ended_on,
        null as priority_points,
        2 as precedence,
        eviction_id as need_id
    from {{ ref('stg_municipality__evictions') }}
    where outcome = 'executed'

),

open_needs as (

    select * replace (coalesce(ended_on, {{ observed_until() }}) as ended_on)
    from needs
    where coalesce(started_on < ended_on, true)

),

days_of_change as (

    select
        household_id,
        started_on as changes_on
    from open_needs
    union
    select
        household_id,
        ended_on as changes_on
    from open_needs

),

intervals as (

    select
        household_id,
        changes_on as started_on,
        lead(changes_on) over (partition by household_id order by changes_on) as ended_on
    from days_of_change

)

select
    intervals.household_id,
    intervals.started_on,
    intervals.ended_on,
    needs.need,
    needs.index_on,
    needs.priority_points
from intervals
inner join open_needs as needs
    on
        intervals.household_id = needs.household_id
        and intervals.started_on >= needs.started_on
        and intervals.ended_on <= needs.ended_on
qualify
    row_number() over (
        partition by intervals.household_id, intervals.started_on
        order by needs.precedence asc, needs.index_on desc, needs.need asc, needs.need_id asc
    ) = 1
