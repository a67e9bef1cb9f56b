{#
    The newest month of the price index may be late. What has no price yet is not observed yet: savings are cut to the
    day on which known prices end, and a window that reaches beyond waits. A month that is missing before is no delay.
#}
select
    case
        when base.price_base_year is not null then {{ months_after('max(prices.month)', '1') }}
    end as priced_until
from {{ ref('int_price_base') }} as base
left join {{ ref('stg_chamber__price_index') }} as prices on base.price_base_year is not null
group by base.price_base_year
