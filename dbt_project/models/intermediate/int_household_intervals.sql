with intervals as (

    select
        household_id,
        'temporary' as kind,
        started_on,
        ended_on
    from {{ ref('int_stays_merged') }}
    union all
    select
        household_id,
        'tenancy' as kind,
        started_on,
        ended_on
    from {{ ref('stg_provider__tenancies') }}
    union all
    select
        household_id,
        'stable_elsewhere' as kind,
        started_on,
        ended_on
    from {{ ref('int_stable_elsewhere') }}
    union all
    select
        household_id,
        'eviction' as kind,
        ordered_on as started_on,
        outcome_on as ended_on
    from {{ ref('stg_municipality__evictions') }}
    union all
    select
        household_id,
        'programme' as kind,
        enrolled_on as started_on,
        exited_on as ended_on
    from {{ ref('stg_provider__enrolments') }}
    where arm = 'programme'
    union all
    -- An application that was closed nobody knows when is not taken as open.
    select
        household_id,
        'application' as kind,
        applied_on as started_on,
        case when status = 'waiting' then closed_on else coalesce(closed_on, applied_on) end as ended_on
    from {{ ref('stg_municipality__waiting_list') }}

),

followed as (

    select
        follow_up.household_key,
        intervals.kind,
        intervals.started_on,
        least(intervals.ended_on, follow_up.follow_up_ends_on) as ended_on
    from intervals
    inner join {{ ref('int_household_follow_up') }} as follow_up
        on intervals.household_id = follow_up.household_id

)

select
    household_key,
    kind,
    started_on,
    ended_on
from followed
where started_on < ended_on
