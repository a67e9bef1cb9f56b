with totals as (

    select
        metric_totals.metric_id,
        periods.period_type,
        periods.period_start,
        periods.period_end,
        metric_totals.breakdown,
        metric_totals.category,
        cast(sum(metric_totals.numerator) as decimal(18, 4)) as numerator,
        cast(sum(metric_totals.denominator) as decimal(18, 4)) as denominator,
        cast(sum(metric_totals.excluded) as bigint) as excluded
    from {{ ref('metric_totals') }} as metric_totals
    inner join {{ ref('reporting_periods') }} as periods
        on
            (
                not metric_totals.is_at_wave
                and metric_totals.counted_on >= periods.period_start
                and metric_totals.counted_on < periods.period_end
            )
            or (metric_totals.is_at_wave and periods.period_type = 'programme_to_date')
    group by
        metric_totals.metric_id,
        periods.period_type,
        periods.period_start,
        periods.period_end,
        metric_totals.breakdown,
        metric_totals.category

),

valued as (

    select
        totals.*,
        definitions.version as metric_version,
        definitions.unit,
        definitions.formula in ('count', 'sum') as is_counted,
        totals.denominator >= definitions.minimum_denominator as has_minimum_denominator,
        {{ quotient('totals.numerator', 'totals.denominator') }} as mean_value
    from totals
    inner join {{ ref('definitions') }} as definitions
        on totals.metric_id = definitions.metric_id

)

select
    metric_id,
    metric_version,
    period_type,
    period_start,
    period_end,
    breakdown,
    category,
    numerator,
    denominator,
    excluded,
    case
        when is_counted then numerator
        when has_minimum_denominator then mean_value
    end as value,
    unit,
    case
        when denominator = 0 then 'empty'
        when not is_counted and not has_minimum_denominator then 'below_minimum_denominator'
        else 'published'
    end as status,
    -- None of these metrics rests on a price or a baseline that could be an example.
    false as illustrative,
    {{ as_of() }} as as_of
from valued
order by metric_id, period_type, period_start, breakdown, category
