with claimed as (

    select
        statement_id,
        count(*) as claims,
        count(distinct coalesce(household_id, dwelling_id)) as units,
        min(smallest_count) as smallest_count
    from {{ source('certified', 'claims') }}
    group by statement_id

),

adjusted as (

    select
        statement_id,
        count(*) as adjustments,
        count(distinct coalesce(household_id, dwelling_id)) as adjusted_units
    from {{ source('certified', 'adjustments') }}
    group by statement_id

)

select
    statements.statement_id,
    statements.number,
    statements.period_type,
    statements.period_start,
    statements.period_end,
    statements.certified_at,
    statements.as_of as certified_as_of,
    statements.code_version,
    statements.content_hash,
    statements.previous_hash,
    coalesce(claimed.claims, 0) as claims,
    coalesce(claimed.units, 0) as units,
    claimed.smallest_count,
    statements.claims_eur,
    coalesce(adjusted.adjustments, 0) as adjustments,
    coalesce(adjusted.adjusted_units, 0) as adjusted_units,
    statements.adjustments_eur,
    statements.total_eur,
    'EUR' as currency,
    'published' as status,
    statements.illustrative,
    {{ as_of() }} as as_of
from {{ source('certified', 'statements') }} as statements
left join claimed on statements.statement_id = claimed.statement_id
left join adjusted on statements.statement_id = adjusted.statement_id
