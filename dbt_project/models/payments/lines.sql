with claims as (

    select
        tariff_id,
        tariff_valid_from,
        cast(date_trunc('quarter', achieved_on) as date) as period_start,
        unit_price_eur,
        sum(case when is_within_max_claims then quantity else 0 end) as quantity,
        sum(amount_before_limits_eur) as amount_before_limits_eur,
        sum(amount_eur) as amount_eur
    from {{ ref('claims') }}
    group by tariff_id, tariff_valid_from, period_start, unit_price_eur

)

select
    claims.tariff_id,
    tariffs.title_it,
    tariffs.title_en,
    tariffs.outcome,
    tariffs.kind,
    'quarter' as period_type,
    claims.period_start,
    {{ months_after('claims.period_start', 3) }} as period_end,
    cast(claims.quantity as decimal(18, 4)) as quantity,
    claims.unit_price_eur,
    cast(claims.amount_before_limits_eur as decimal(18, 2)) as amount_before_limits_eur,
    cast(claims.amount_eur as decimal(18, 2)) as amount_eur,
    tariffs.currency,
    'published' as status,
    tariffs.illustrative,
    {{ as_of() }} as as_of
from claims
inner join {{ ref('stg_chamber__outcome_tariffs') }} as tariffs
    on
        claims.tariff_id = tariffs.tariff_id
        and claims.tariff_valid_from = tariffs.valid_from
order by claims.tariff_id, claims.period_start, claims.unit_price_eur
