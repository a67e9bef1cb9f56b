{#
    Evidence against a permanent exit is looked for in one pass: exits and evidence on one time line, and for each exit
    the earliest evidence on or after it. A stay counts on its last night, so that one under way at the exit is seen.
#}
with exits as (

    select distinct
        household_id,
        exited_on
    from {{ ref('stg_provider__enrolments') }}
    where exited_on is not null and {{ is_permanent('exit_destination') }}

),

evidence as (

    select
        household_id,
        ended_on - 1 as seen_until,
        started_on as evidence_on
    from {{ ref('int_stays_merged') }}
    union all
    select
        household_id,
        applied_on as seen_until,
        applied_on as evidence_on
    from {{ ref('stg_municipality__waiting_list') }}
    union all
    select
        household_id,
        outcome_on as seen_until,
        outcome_on as evidence_on
    from {{ ref('stg_municipality__evictions') }}
    where outcome = 'executed'
    union all
    select
        household_id,
        started_on as seen_until,
        started_on as evidence_on
    from {{ ref('stg_provider__tenancies') }}

),

time_line as (

    select
        household_id,
        exited_on as seen_until,
        null as evidence_on,
        exited_on
    from exits
    union all
    select
        evidence.household_id,
        evidence.seen_until,
        evidence.evidence_on,
        null as exited_on
    from evidence
    where evidence.household_id in (select exits.household_id from exits)

),

bounded as (

    select
        household_id,
        exited_on,
        min(evidence_on) over (
            partition by household_id
            order by seen_until
            range between current row and unbounded following
        ) as evidence_on
    from time_line

),

periods as (

    select
        household_id,
        exited_on as started_on,
        case when evidence_on is null then {{ as_of() }} else greatest(evidence_on, exited_on) end as ended_on
    from bounded
    where exited_on is not null

)

select
    household_id,
    started_on,
    ended_on
from periods
where started_on < ended_on
