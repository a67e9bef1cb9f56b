-- Stable days and nights around enrolment, of the spells of sqlite_spells.sql.
create table enrolled as
with ranked as (
    select *, row_number() over (
        partition by household_id order by arm <> 'programme', enrolled_on, enrolment_id
    ) as number
    from enrolments
)
select ranked.household_id, ranked.enrolled_on, follow_up.until, min(max(spells.started_on, ranked.enrolled_on)) as placed_on
from ranked
inner join households on households.household_id = ranked.household_id
inner join follow_up on follow_up.household_id = ranked.household_id
left join spells on spells.household_id = ranked.household_id
    and spells.state in ('programme_tenancy', 'stable_elsewhere') and ranked.enrolled_on < spells.ended_on
where ranked.number = 1
group by ranked.household_id, ranked.enrolled_on, follow_up.until;

create table stable_days as
select household_id, sum(julianday(ended_on) - julianday(max(started_on, placed_on))) as value
from enrolled inner join spells using (household_id)
where state in ('programme_tenancy', 'stable_elsewhere') and placed_on < ended_on
group by household_id;

create table nights as
with windows as (
    -- A month later on a day that it lacks is its last day.
    select *, iif(strftime('%m-%d', enrolled_on) = '02-29', date(enrolled_on, '+12 months', '-1 day'),
        date(enrolled_on, '+12 months')) as after_on,
        iif(strftime('%m-%d', enrolled_on) = '02-29', date(enrolled_on, '-12 months', '-1 day'),
        date(enrolled_on, '-12 months')) as before_on
    from enrolled
),
both as (
    select 'temporary_nights_12m_before' as metric_id, household_id, before_on as from_on, enrolled_on as to_on
    from windows where after_on <= until
    union all
    select 'temporary_nights_12m_after', household_id, enrolled_on, after_on from windows where after_on <= until
)
select both.metric_id, both.household_id,
    coalesce(sum(julianday(min(ended_on, to_on)) - julianday(max(started_on, from_on))), 0) as value
from both
left join merged_stays as stays on stays.household_id = both.household_id
    and stays.started_on < both.to_on and stays.ended_on > both.from_on
group by both.metric_id, both.household_id;
