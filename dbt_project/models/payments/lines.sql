with claims as (

    select
        contract_id,
        tariff_id,
        tariff_valid_from,
        period,
        unit_price_eur,
        share,
        count(*) as claims,
        coalesce(count(distinct coalesce(household_id, dwelling_id)), 0) as units,
        min(smallest_count) as smallest_count,
        sum(case when amount_after_max_claims_eur = amount_before_limits_eur then quantity else 0 end) as quantity,
        sum(amount_before_limits_eur) as amount_before_limits_eur,
        sum(amount_eur) as amount_eur,
        any_value(kind) as kind,
        any_value(outcome) as outcome,
        any_value(currency) as currency,
        bool_or(illustrative) as illustrative
    from {{ ref('claims') }}
    group by contract_id, tariff_id, tariff_valid_from, period, unit_price_eur, share

),

titles as (

    select distinct
        tariff_id,
        valid_from,
        title_it,
        title_en
    from {{ ref('stg_chamber__outcome_tariffs') }}

)

select
    claims.contract_id,
    claims.tariff_id,
    titles.title_it,
    titles.title_en,
    claims.tariff_valid_from,
    claims.outcome,
    claims.kind,
    periods.period_type,
    claims.period,
    periods.period_start,
    periods.period_end,
    periods.period_end > {{ observed_until() }} as is_open,
    claims.claims,
    claims.units,
    cast(claims.smallest_count as decimal(18, 4)) as smallest_count,
    cast(claims.quantity as decimal(18, 4)) as quantity,
    claims.unit_price_eur,
    claims.share,
    cast(claims.amount_before_limits_eur as decimal(18, 2)) as amount_before_limits_eur,
    cast(claims.amount_eur as decimal(18, 2)) as amount_eur,
    claims.currency,
    'published' as status,
    claims.illustrative,
    {{ as_of() }} as as_of
from claims
inner join titles on claims.tariff_id = titles.tariff_id and claims.tariff_valid_from = titles.valid_from
inner join {{ ref('payment_periods') }} as periods on claims.period = periods.period
