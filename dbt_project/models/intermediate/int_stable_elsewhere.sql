{#
    Evidence against a permanent exit is looked for in one pass: exits and evidence on one time line, and for each exit
    the earliest evidence on or after it. A stay counts by the day on which it began, whatever it touches: one that is
    still open at the exit shows nothing.
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
        checked_in_on as evidence_on
    from {{ ref('stg_municipality__temporary_stays') }}
    where coalesce(checked_in_on < checked_out_on, true)
    union all
    select
        household_id,
        applied_on as evidence_on
    from {{ ref('stg_municipality__waiting_list') }}
    union all
    select
        household_id,
        outcome_on as evidence_on
    from {{ ref('stg_municipality__evictions') }}
    where outcome = 'executed'
    union all
    select
        household_id,
        started_on as evidence_on
    from {{ ref('stg_provider__tenancies') }}

),

time_line as (

    select
        household_id,
        exited_on as day,
        null as evidence_on,
        exited_on
    from exits
    union all
    select
        evidence.household_id,
        evidence.evidence_on as day,
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
            order by day
            range between current row and unbounded following
        ) as evidence_on
    from time_line

),

periods as (

    select
        household_id,
        exited_on as started_on,
        coalesce(evidence_on, {{ observed_until() }}) as ended_on
    from bounded
    where exited_on is not null

)

select
    household_id,
    started_on,
    ended_on
from periods
where started_on < ended_on
