-- Metrics by period of their day; metrics measured at waves stand in the programme to date alone.
with days as (

    {{ days_of_periods() }}

),

in_periods as (

    select
        metric_totals.* replace (days.period_type as period_type),
        days.period_start,
        days.period_end
    from {{ ref('metric_totals') }} as metric_totals
    inner join days
        on
            metric_totals.counted_on = days.day
            and coalesce(metric_totals.period_type = days.period_type, true)
    where not metric_totals.is_at_wave
    union all by name
    select
        metric_totals.* replace (periods.period_type as period_type),
        periods.period_start,
        periods.period_end
    from {{ ref('metric_totals') }} as metric_totals
    inner join {{ ref('reporting_periods') }} as periods on periods.period_type = 'programme_to_date'
    where metric_totals.is_at_wave

)

select
    metric_id,
    metric_version,
    period_type,
    period_start,
    period_end,
    breakdown,
    category,
    cast(sum(numerator) as decimal(18, 4)) as numerator,
    cast(sum(denominator) as decimal(18, 4)) as denominator,
    cast(sum(squares) as decimal(38, 8)) as squares,
    cast(sum(excluded) as bigint) as excluded,
    cast(sum(units) as bigint) as units,
    bit_xor(units_key) as units_key
from in_periods
group by metric_id, metric_version, period_type, period_start, period_end, breakdown, category
