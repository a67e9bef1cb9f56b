{#
    The improvement of a metric in the programme over the comparison arm, in per cent, of the households of a reporting
    period, measured some months after it ends by the version of the metric that is valid then. Each band pays the points that lie within it.
#}
with measured as (

    select
        tariffs.tariff_id,
        tariffs.valid_from,
        tariffs.outcome,
        tariffs.band_from_percent,
        tariffs.band_to_percent,
        coalesce(tariffs.price_per_point_eur, 0) as unit_price_eur,
        programme.period_type || '|' || programme.period_start as occurrence,
        {{ months_after('programme.period_end', 'tariffs.follow_up_months') }} as achieved_on,
        programme.value as programme_value,
        comparison.value as comparison_value,
        case definitions.direction when 'lower_is_better' then -1 else 1 end
        * (programme.value - comparison.value) as gain,
        least(
            nullif(programme.numerator, 0),
            nullif(programme.denominator - programme.numerator, 0),
            nullif(comparison.numerator, 0),
            nullif(comparison.denominator - comparison.numerator, 0)
        ) as smallest_count
    from {{ ref('int_tariffs_in_force') }} as tariffs
    inner join {{ ref('results') }} as programme
        on
            tariffs.outcome = programme.metric_id
            and tariffs.measured_over = programme.period_type
            and programme.breakdown = 'arm'
            and programme.category = 'programme'
            and tariffs.binds_from <= programme.period_start
            and coalesce(tariffs.binds_until > programme.period_start, true)
    inner join {{ ref('definitions') }} as definitions
        on
            programme.metric_id = definitions.metric_id
            and programme.metric_version = definitions.version
            and {{ months_after('programme.period_end', 'tariffs.follow_up_months') }} >= definitions.valid_from
            and coalesce(
                {{ months_after('programme.period_end', 'tariffs.follow_up_months') }} < definitions.valid_to, true
            )
    left join {{ ref('results') }} as comparison
        on
            programme.metric_id = comparison.metric_id
            and programme.metric_version = comparison.metric_version
            and programme.period_type = comparison.period_type
            and programme.period_start = comparison.period_start
            and comparison.breakdown = 'arm'
            and comparison.category = 'comparison'
    where
        tariffs.kind = 'improvement_bands'
        and programme.denominator > 0
        and {{ months_after('programme.period_end', 'tariffs.follow_up_months') }} <= {{ as_of() }}
    qualify
        programme.metric_version = max(programme.metric_version) over (
            partition by tariffs.tariff_id, tariffs.valid_from, programme.period_start
        )

),

improved as (

    select
        *,
        case
            when gain = 0 then 0
            when comparison_value > 0
                then {{ quotient('gain * 100', 'comparison_value', scale=4, numerator_scale=4, denominator_scale=4) }}
        end as improvement_percent
    from measured

),

points as (

    select
        *,
        case
            when improvement_percent is not null
                then greatest(least(improvement_percent, band_to_percent) - band_from_percent, 0)
        end as points,
        band_from_percent = min(band_from_percent) over (partition by tariff_id, valid_from, occurrence) as is_lowest
    from improved

)

select
    tariff_id,
    valid_from as tariff_valid_from,
    outcome,
    occurrence || '|' || band_from_percent as occurrence,
    achieved_on,
    cast(points as decimal(18, 4)) as quantity,
    unit_price_eur,
    {{ round_eur('cast(points as decimal(18, 4)) * cast(unit_price_eur as decimal(20, 4))') }} as amount_eur,
    improvement_percent,
    smallest_count,
    'programme ' || programme_value || ', comparison ' || coalesce(comparison_value || '', 'not measured')
    || ': improvement ' || coalesce(improvement_percent || ' %', 'not known') as evidence
from points
where points > 0 or is_lowest or points is null
