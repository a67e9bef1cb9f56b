{#
    When each version of a line or limit binds: within its own validity and its contract's. What is delivered without a
    contract belongs to one contract that has no name of its own.
#}
with tariffs as (

    select
        *,
        coalesce(contract_id, 'contract') as contract
    from {{ ref('stg_chamber__outcome_tariffs') }}

),

contracts as (

    select
        contract,
        min(valid_from) as valid_from,
        nullif(max(coalesce(valid_to, date '9999-12-31')), date '9999-12-31') as valid_to
    from tariffs
    where kind = 'contract'
    group by contract

)

select
    tariffs.contract as contract_id,
    tariffs.tariff_id,
    tariffs.valid_from,
    greatest(tariffs.valid_from, contracts.valid_from) as binds_from,
    least(tariffs.valid_to, contracts.valid_to) as binds_until,
    tariffs.title_it,
    tariffs.title_en,
    tariffs.outcome,
    tariffs.kind,
    tariffs.requires,
    tariffs.pays_after_exit_days,
    tariffs.unit_price_eur,
    tariffs.share,
    tariffs.savings_method,
    tariffs.scope,
    tariffs.window_months,
    tariffs.qualifying_days,
    tariffs.pays_from,
    tariffs.band_from_percent,
    tariffs.band_to_percent,
    tariffs.price_per_point_eur,
    tariffs.measured_over,
    tariffs.follow_up_months,
    tariffs.max_claims_per_household,
    tariffs.limit_household_line_eur,
    tariffs.limit_line_eur,
    tariffs.limit_eur,
    tariffs.currency,
    tariffs.illustrative
from tariffs
left join contracts on tariffs.contract = contracts.contract
where
    tariffs.kind <> 'contract'
    and greatest(tariffs.valid_from, contracts.valid_from)
    < coalesce(least(tariffs.valid_to, contracts.valid_to), date '9999-12-31')
