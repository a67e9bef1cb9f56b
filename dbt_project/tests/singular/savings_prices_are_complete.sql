-- Months that revaluation to the price base year needs and the price index lacks, has twice, or gives to another base.
select
    case when index_values_found = 0 then 'missing' else 'ambiguous' end || ' price index: ' || strftime(month, '%Y-%m')
        as _subject
from {{ ref('int_price_factors') }}
where is_needed and index_values_found <> 1
union all
select 'the price index is not chained: it has more than one base' as _subject
from {{ ref('stg_chamber__price_index') }}
where
    exists (
        select 1
        from {{ ref('int_price_factors') }} as prices
        where prices.is_needed
    )
having count(distinct base) > 1
