{#
    An event sweep: every interval is an event that opens it and one that closes it; a running sum says on each day of
    change how many of each kind are open, some `bits` a kind in one number; the state is the first of the order of
    precedence that is. Linear in the number of events.
#}
{%- set kinds = ['temporary', 'tenancy', 'stable_elsewhere', 'eviction', 'programme', 'application'] %}
{%- set bits = 20 %}

with events as (

    select
        household_key,
        kind,
        started_on as changes_on,
        1 as change
    from {{ ref('int_household_intervals') }}
    union all
    select
        household_key,
        kind,
        ended_on as changes_on,
        -1 as change
    from {{ ref('int_household_intervals') }}
    union all
    select
        household_key,
        'first_contact' as kind,
        first_contact_on as changes_on,
        0 as change
    from {{ ref('int_household_follow_up') }}

),

changes as (

    select
        household_key,
        changes_on,
        sum(
            change
            * case kind
                {%- for kind in kinds %}
                when '{{ kind }}' then {{ 2 ** (bits * loop.index0) }}
                {%- endfor %}
                else 0
            end
        ) as change
    from events
    group by household_key, changes_on

),

running as (

    select
        household_key,
        changes_on,
        sum(change) over (
            partition by household_key order by changes_on rows between unbounded preceding and current row
        ) as open_now
    from changes

),

open_intervals as (

    select
        {%- for kind in kinds %}
        ((open_now >> {{ bits * loop.index0 }}) & {{ 2 ** bits - 1 }}) > 0 as has_{{ kind }},
        {%- endfor %}
        household_key,
        changes_on
    from running

),

states as (

    select
        household_key,
        changes_on,
        case
            when has_temporary then 'temporary'
            when has_tenancy then 'programme_tenancy'
            when has_stable_elsewhere then 'stable_elsewhere'
            when has_eviction and not has_programme then 'insecure'
            when has_application then 'waiting'
            else 'unknown'
        end as state
    from open_intervals

),

followed as (

    select
        states.household_key,
        states.state,
        states.changes_on,
        follow_up.household_id,
        follow_up.follow_up_ends_on
    from states
    inner join {{ ref('int_household_follow_up') }} as follow_up
        on states.household_key = follow_up.household_key
    where states.changes_on < follow_up.follow_up_ends_on
    qualify
        states.state is distinct from
        lag(states.state) over (partition by states.household_key order by states.changes_on)

)

select
    household_id,
    cast(row_number() over household_days as integer) as spell_number,
    state,
    {{ is_stably_housed('state') }} as is_stably_housed,
    changes_on as started_on,
    lead(changes_on, 1, follow_up_ends_on) over household_days as ended_on
from followed
window household_days as (partition by household_key order by changes_on)
