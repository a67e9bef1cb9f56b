-- Metrics with a rate below 0 or above 1, or a value outside its interval.
select metric_id as _subject
from {{ ref('results') }}
where
    (unit = 'rate' and (numerator < 0 or numerator > denominator))
    or (unit = 'rate' and (ci_low < 0 or ci_high > 1))
    or value < ci_low
    or value > ci_high
    or ci_low > ci_high
group by metric_id
