-- Metrics with a rate below 0 or above 1.
select metric_id as _subject
from {{ ref('results') }}
where unit = 'rate' and (numerator < 0 or numerator > denominator)
group by metric_id
