-- The spells of benchmarks/analysts.py, for SQLite: dates are ISO text.
create table follow_up as
with contacts as (
    select household_id, registered_on as contact_on from households
    union all select household_id, applied_on from waiting_list
    union all select household_id, checked_in_on from temporary_stays
    union all select household_id, ordered_on from evictions
    union all select household_id, enrolled_on from enrolments
    union all select household_id, started_on from tenancies
    union all select household_id, performed_on from support_activities
    union all select household_id, assessed_on from assessments
    union all select household_id, achieved_on from outcome_events
),
deaths as (
    select household_id, min(died_on) as died_on
    from (
        select household_id, exited_on as died_on from enrolments where exit_reason = 'deceased'
        union all select household_id, ended_on from tenancies where end_reason = 'deceased'
    )
    group by household_id
),
first_contacts as (select household_id, min(contact_on) as first_on from contacts group by household_id)
select household_id, first_on, min(coalesce(died_on, as_of), as_of) as until
from first_contacts left join deaths using (household_id) cross join build;
create index follow_up_key on follow_up (household_id);

create table merged_stays as
with stays as (
    select household_id, stay_id, checked_in_on as started_on, coalesce(checked_out_on, as_of) as ended_on
    from temporary_stays cross join build
),
nights as (
    select *, max(ended_on) over (
        partition by household_id order by started_on, ended_on, stay_id
        rows between unbounded preceding and 1 preceding
    ) as occupied_until
    from stays where started_on < ended_on
),
numbered as (
    select *, sum(case when started_on <= occupied_until then 0 else 1 end) over (
        partition by household_id order by started_on, ended_on, stay_id
    ) as number
    from nights
)
select household_id, min(started_on) as started_on, max(ended_on) as ended_on
from numbered group by household_id, number;
create index merged_stays_key on merged_stays (household_id);

create table stable_elsewhere as
with exits as (
    select distinct household_id, exited_on from enrolments
    where exited_on is not null
        and exit_destination in ('public_housing', 'private_lease', 'family_permanent', 'owned')
),
evidence as (
    select household_id, date(ended_on, '-1 day') as seen_until, started_on as evidence_on from merged_stays
    union all select household_id, applied_on, applied_on from waiting_list
    union all select household_id, outcome_on, outcome_on from evictions where outcome = 'executed'
    union all select household_id, started_on, started_on from tenancies
),
periods as (
    select exits.household_id, exits.exited_on as started_on,
        coalesce(max(min(evidence.evidence_on), exits.exited_on), as_of) as ended_on
    from exits
    cross join build
    left join evidence on evidence.household_id = exits.household_id and evidence.seen_until >= exits.exited_on
    group by exits.household_id, exits.exited_on
)
select * from periods where started_on < ended_on;

create table intervals as
with found as (
    select household_id, 'temporary' as kind, started_on, ended_on from merged_stays
    union all select household_id, 'tenancy', started_on, ended_on from tenancies
    union all select household_id, 'stable_elsewhere', started_on, ended_on from stable_elsewhere
    union all select household_id, 'eviction', ordered_on, outcome_on from evictions
    union all select household_id, 'programme', enrolled_on, exited_on from enrolments where arm = 'programme'
    union all
    select household_id, 'application', applied_on,
        case when status = 'waiting' then closed_on else coalesce(closed_on, applied_on) end
    from waiting_list
)
select household_id, kind, started_on, min(coalesce(ended_on, until), until) as ended_on
from found inner join follow_up using (household_id)
where started_on < min(coalesce(ended_on, until), until);

create table spells as
with events as (
    select household_id, kind, started_on as changes_on, 1 as change from intervals
    union all select household_id, kind, ended_on, -1 from intervals
    union all select household_id, 'first_contact', first_on, 0 from follow_up
),
changes as (
    select household_id, changes_on,
        sum(iif(kind = 'temporary', change, 0)) as temporary,
        sum(iif(kind = 'tenancy', change, 0)) as tenancy,
        sum(iif(kind = 'stable_elsewhere', change, 0)) as elsewhere,
        sum(iif(kind = 'eviction', change, 0)) as eviction,
        sum(iif(kind = 'programme', change, 0)) as programme,
        sum(iif(kind = 'application', change, 0)) as application
    from events group by household_id, changes_on
),
states as (
    select household_id, changes_on,
        case
            when sum(temporary) over days > 0 then 'temporary'
            when sum(tenancy) over days > 0 then 'programme_tenancy'
            when sum(elsewhere) over days > 0 then 'stable_elsewhere'
            when sum(eviction) over days > 0 and not sum(programme) over days > 0 then 'insecure'
            when sum(application) over days > 0 then 'waiting'
            else 'unknown'
        end as state
    from changes window days as (partition by household_id order by changes_on)
),
compared as (
    select states.*, until, lag(state) over (partition by household_id order by changes_on) as before
    from states inner join follow_up using (household_id) where changes_on < until
)
select household_id, state, changes_on as started_on,
    lead(changes_on, 1, until) over (partition by household_id order by changes_on) as ended_on
from compared where state is not before;
create index spells_key on spells (household_id);
