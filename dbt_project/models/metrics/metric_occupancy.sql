{#
    Days available are cut at the first day of every reporting period, so that each row lies in a period wholly or not
    at all. Tenancies of a dwelling that overlap are one.
#}
with available as (

    select
        dwelling_id,
        acquired_on,
        available_from,
        least(withdrawn_on, {{ observed_until() }}) as available_to
    from {{ ref('stg_provider__dwellings') }}

),

period_starts as (

    select distinct period_start
    from {{ ref('reporting_periods') }}

),

cuts as (

    select
        period_start as starts_on,
        lead(period_start, 1, cast('9999-12-31' as date)) over (order by period_start) as ends_on
    from period_starts

),

segments as (

    select
        available.dwelling_id,
        greatest(available.available_from, cuts.starts_on) as starts_on,
        least(available.available_to, cuts.ends_on) as ends_on
    from available
    inner join cuts
        on available.available_from < cuts.ends_on and available.available_to > cuts.starts_on
    where available.available_from < available.available_to

),

tenancies as (

    select
        dwelling_id,
        started_on,
        coalesce(ended_on, {{ observed_until() }}) as ended_on,
        -- The last day that an earlier tenancy of the dwelling holds: only what lies beyond it is newly let.
        max(coalesce(ended_on, {{ observed_until() }})) over (
            partition by dwelling_id order by started_on, tenancy_id
            rows between unbounded preceding and 1 preceding
        ) as let_until
    from {{ ref('stg_provider__tenancies') }}
    where dwelling_id is not null

),

days_let as (

    select
        segments.dwelling_id,
        segments.starts_on,
        sum(
            least(tenancies.ended_on, segments.ends_on)
            - greatest(tenancies.started_on, tenancies.let_until, segments.starts_on)
        ) as days
    from segments
    inner join tenancies
        on
            segments.dwelling_id = tenancies.dwelling_id
            and segments.starts_on < tenancies.ended_on
            and segments.ends_on > greatest(tenancies.started_on, tenancies.let_until)
    where greatest(tenancies.started_on, tenancies.let_until, segments.starts_on) < tenancies.ended_on
    group by segments.dwelling_id, segments.starts_on

)

select
    'occupancy_rate' as metric_id,
    cast(null as integer) as metric_version,
    cast(null as varchar) as household_id,
    available.dwelling_id,
    coalesce(segments.starts_on, available.available_from, available.acquired_on) as counted_on,
    cast(null as varchar) as wave,
    segments.starts_on is not null as in_denominator,
    days_let.days is not null as in_numerator,
    case when segments.starts_on is null then 'not_yet_available' end as exclusion_reason,
    cast(case when segments.starts_on is not null then coalesce(days_let.days, 0) end as decimal(18, 4)) as value,
    cast(segments.ends_on - segments.starts_on as decimal(18, 4)) as weight,
    case when days_let.days is not null then segments.starts_on end as achieved_on,
    coalesce(days_let.days, 0) || ' days let of the days from ' || segments.starts_on || ' to ' || segments.ends_on - 1
        as evidence
from available
left join segments on available.dwelling_id = segments.dwelling_id
left join days_let
    on
        segments.dwelling_id = days_let.dwelling_id
        and segments.starts_on = days_let.starts_on
