with adjusted as (

    select
        statement_id,
        tariff_id,
        period,
        reason,
        caused_by,
        caused_by_files,
        count(*) as claims,
        count(distinct coalesce(household_id, dwelling_id)) as units,
        min(smallest_count) as smallest_count,
        sum(new_quantity - old_quantity) as quantity_difference,
        sum(difference_eur) as difference_eur,
        bool_or(illustrative) as illustrative
    from {{ source('certified', 'adjustments') }}
    group by statement_id, tariff_id, period, reason, caused_by, caused_by_files

)

select
    adjusted.statement_id,
    adjusted.tariff_id,
    adjusted.period as adjusted_period,
    adjusted.reason,
    reasons.title_it as reason_it,
    reasons.title_en as reason_en,
    coalesce(adjusted.caused_by, 'none') as caused_by,
    adjusted.caused_by_files,
    adjusted.claims,
    adjusted.units,
    adjusted.smallest_count,
    cast(adjusted.quantity_difference as decimal(18, 4)) as quantity_difference,
    cast(adjusted.difference_eur as decimal(18, 2)) as difference_eur,
    'EUR' as currency,
    'published' as status,
    adjusted.illustrative,
    {{ as_of() }} as as_of
from adjusted
left join {{ source('certified', 'reasons') }} as reasons on adjusted.reason = reasons.reason
