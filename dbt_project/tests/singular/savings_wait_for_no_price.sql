-- Months up to as_of whose price index is late: savings whose window reaches into one wait for it, and nothing else.
select 'late price index: ' || strftime(cast(late.month as date), '%Y-%m') as _subject
from {{ ref('int_prices_known') }} as known
cross join unnest(generate_series(
    cast(known.priced_until as timestamp), cast({{ as_of() }} as timestamp), interval 1 month
)) as late (month)
