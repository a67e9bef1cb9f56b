{#
    Households are summed here, once, per metric version, day and category; only these sums meet the reporting periods.
    A metric measured at waves is broken down by wave alone, one of dwellings by district alone. All breakdowns but the
    two that name the arm are of the programme arm.
#}
{%- set day = ['metric_id', 'metric_version', 'counted_on', 'period_type', 'is_at_wave', 'arm'] -%}
{%- set breakdowns = household_breakdowns() + ['wave'] -%}

with described as (

    select
        counted.metric_id,
        counted.metric_version,
        counted.counted_on,
        counted.period_type,
        counted.wave is not null as is_at_wave,
        counted.wave,
        counted.value,
        counted.weight,
        counted.is_excluded,
        coalesce(counted.household_id, counted.dwelling_id) as unit_id,
        households.arm,
        households.cohort_quarter,
        households.pathway,
        households.economic_capacity,
        households.household_size_band,
        cast(coalesce(households.district, dwellings.district) as varchar) as district
    from {{ ref('metric_rows_counted') }} as counted
    left join {{ ref('enrolled_households') }} as households
        on counted.household_id = households.household_id
    left join {{ ref('stg_provider__dwellings') }} as dwellings
        on counted.dwelling_id = dwellings.dwelling_id
    where households.household_id is not null or dwellings.dwelling_id is not null

),

by_day as (

    select
        metric_id,
        metric_version,
        counted_on,
        period_type,
        is_at_wave,
        arm,
        {{ breakdown_and_category(breakdowns) }},
        coalesce(sum(value), 0) as numerator,
        coalesce(sum(weight), 0) as denominator,
        coalesce(sum(value * value), 0) as squares,
        count(*) filter (where is_excluded) as excluded,
        count(*) filter (where not is_excluded) as units,
        -- The first 64 bits of the MD5: the ledger keeps the key, and `hash` may change with a version of DuckDB.
        bit_xor(cast('0x' || left(md5(concat_ws(' ', unit_id, counted_on, period_type)), 16) as ubigint)) as units_key
    from described
    group by {{ grouping_sets(day, breakdowns) }}

),

labelled as (

    select * exclude (arm)
    from by_day
    where coalesce(arm, 'programme') = 'programme' and is_at_wave = (breakdown = 'wave')
    union all by name
    select
        * exclude (arm, breakdown, category),
        case when is_at_wave then 'arm_and_wave' else 'arm' end as breakdown,
        case when is_at_wave then arm || ':' || category else arm end as category
    from by_day
    where arm is not null and breakdown = case when is_at_wave then 'wave' else 'all' end

)

select
    metric_id,
    metric_version,
    counted_on,
    period_type,
    is_at_wave,
    breakdown,
    category,
    cast(numerator as decimal(18, 4)) as numerator,
    cast(denominator as decimal(18, 4)) as denominator,
    cast(squares as decimal(38, 8)) as squares,
    cast(excluded as bigint) as excluded,
    cast(units as bigint) as units,
    units_key
from labelled
where category is not null
