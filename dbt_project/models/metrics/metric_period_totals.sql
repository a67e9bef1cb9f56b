-- Metrics by period of their day; metrics measured at waves stand in the programme to date alone.
select
    metric_totals.metric_id,
    metric_totals.metric_version,
    periods.period_type,
    periods.period_start,
    periods.period_end,
    metric_totals.breakdown,
    metric_totals.category,
    cast(sum(metric_totals.numerator) as decimal(18, 4)) as numerator,
    cast(sum(metric_totals.denominator) as decimal(18, 4)) as denominator,
    cast(sum(metric_totals.squares) as decimal(38, 8)) as squares,
    cast(sum(metric_totals.excluded) as bigint) as excluded,
    cast(sum(metric_totals.units) as bigint) as units,
    bit_xor(metric_totals.units_key) as units_key
from {{ ref('metric_totals') }} as metric_totals
inner join {{ ref('reporting_periods') }} as periods
    on
        (
            not metric_totals.is_at_wave
            and coalesce(metric_totals.period_type = periods.period_type, true)
            and metric_totals.counted_on >= periods.period_start
            and metric_totals.counted_on < periods.period_end
        )
        or (metric_totals.is_at_wave and periods.period_type = 'programme_to_date')
group by
    metric_totals.metric_id,
    metric_totals.metric_version,
    periods.period_type,
    periods.period_start,
    periods.period_end,
    metric_totals.breakdown,
    metric_totals.category
