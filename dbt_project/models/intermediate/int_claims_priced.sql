with priced as (

    select
        'per_outcome' as kind,
        tariff_id,
        tariff_valid_from,
        outcome,
        household_id,
        dwelling_id,
        occurrence,
        achieved_on,
        quantity,
        unit_price_eur,
        amount_eur,
        evidence
    from {{ ref('int_outcomes_claimed') }}
    union all by name
    select
        'per_day' as kind,
        tariff_id,
        tariff_valid_from,
        outcome,
        household_id,
        occurrence,
        achieved_on,
        quantity,
        unit_price_eur,
        amount_eur,
        evidence
    from {{ ref('int_stable_days_claimed') }}
    union all by name
    select
        'share_of_savings' as kind,
        tariff_id,
        tariff_valid_from,
        outcome,
        household_id,
        occurrence,
        achieved_on,
        quantity,
        share,
        amount_eur,
        evidence,
        illustrative
    from {{ ref('int_savings_claimed') }}
    union all by name
    select
        'improvement_bands' as kind,
        tariff_id,
        tariff_valid_from,
        outcome,
        occurrence,
        achieved_on,
        quantity,
        unit_price_eur,
        amount_eur,
        smallest_count,
        evidence
    from {{ ref('int_improvements_claimed') }}

),

tariffs as (

    select
        contract_id,
        tariff_id,
        valid_from,
        any_value(currency) as currency,
        bool_or(illustrative) as illustrative
    from {{ ref('int_tariffs_in_force') }}
    group by contract_id, tariff_id, valid_from

)

select
    'c_' || left(
        sha256(
            concat_ws(
                '|', priced.tariff_id, coalesce(priced.household_id, priced.dwelling_id, ''), priced.outcome,
                priced.occurrence
            )
        ),
        24
    ) as claim_id,
    tariffs.contract_id,
    priced.household_id,
    priced.dwelling_id,
    priced.tariff_id,
    priced.tariff_valid_from,
    priced.kind,
    priced.outcome,
    priced.achieved_on,
    periods.period,
    periods.period_start,
    priced.quantity,
    priced.unit_price_eur,
    priced.share,
    priced.amount_eur as amount_before_limits_eur,
    priced.smallest_count,
    tariffs.currency,
    priced.evidence,
    tariffs.illustrative or coalesce(priced.illustrative, false) as illustrative
from priced
inner join tariffs
    on priced.tariff_id = tariffs.tariff_id and priced.tariff_valid_from = tariffs.valid_from
left join {{ ref('payment_periods') }} as periods
    on
        priced.achieved_on >= periods.period_start
        and priced.achieved_on < periods.period_end
-- A window that is fully observed may end on the day after as_of: that day is not seen yet.
where priced.achieved_on <= {{ as_of() }}
