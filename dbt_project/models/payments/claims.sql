{# Limits apply in their order: per household and line, per household, per line, per period, per contract. #}
with line_limits as (

    select
        tariff_id,
        min(max_claims) as max_claims_per_household,
        min(limit_eur) filter (where applied_limit = 'household_and_line') as limit_household_line_eur,
        min(limit_eur) filter (where applied_limit = 'line') as limit_line_eur
    from {{ ref('limits') }}
    where applied_limit in ('max_claims_per_household', 'household_and_line', 'line')
    group by tariff_id

),

contract_limits as (

    select
        applied_limit as scope,
        limit_eur,
        valid_from,
        valid_to
    from {{ ref('limits') }}
    where applied_limit in ('household', 'period', 'contract')

),

numbered as (

    select
        priced.*,
        line_limits.limit_household_line_eur,
        line_limits.limit_line_eur,
        coalesce(
            row_number() over (
                partition by priced.tariff_id, priced.household_id, priced.dwelling_id
                order by priced.achieved_on, priced.claim_id
            ) <= line_limits.max_claims_per_household,
            true
        ) as is_within_max_claims
    from {{ ref('int_claims_priced') }} as priced
    left join line_limits on priced.tariff_id = line_limits.tariff_id

),

limits_found as (

    select
        numbered.claim_id,
        min(contract_limits.limit_eur) filter (
            where contract_limits.scope = 'household' and numbered.household_id is not null
        ) as limit_household_eur,
        min(contract_limits.limit_eur) filter (where contract_limits.scope = 'period') as limit_period_eur,
        min(contract_limits.limit_eur) filter (where contract_limits.scope = 'contract') as limit_contract_eur
    from numbered
    inner join contract_limits
        on
            numbered.achieved_on >= contract_limits.valid_from
            and coalesce(numbered.achieved_on < contract_limits.valid_to, true)
    group by numbered.claim_id

),

after_max_claims as (

    select
        numbered.*,
        limits_found.limit_household_eur,
        limits_found.limit_period_eur,
        limits_found.limit_contract_eur,
        case when numbered.is_within_max_claims then numbered.amount_before_limits_eur else 0 end
            as amount_after_max_claims_eur
    from numbered
    left join limits_found on numbered.claim_id = limits_found.claim_id

),
{%- set steps = [
    ('household_line', 'amount_after_max_claims_eur', 'limit_household_line_eur', 'tariff_id, household_id, dwelling_id'),
    ('household', 'amount_after_household_line_eur', 'limit_household_eur', 'household_id'),
    ('line', 'amount_after_household_eur', 'limit_line_eur', 'tariff_id'),
    ('period', 'amount_after_line_eur', 'limit_period_eur', 'period_start'),
    ('contract', 'amount_after_period_eur', 'limit_contract_eur', '1'),
] %}
{%- for step, amount, limit, group in steps %}

after_{{ step }} as (

    select
        *,
        {{ limited(amount, limit, group) }} as amount_after_{{ step }}_eur
    from after_{{ 'max_claims' if loop.first else steps[loop.index0 - 1][0] }}

){{ '' if loop.last else ',' }}
{%- endfor %}

select
    claim_id,
    household_id,
    dwelling_id,
    tariff_id,
    tariff_valid_from,
    kind,
    outcome,
    achieved_on,
    period,
    period_start,
    quantity,
    unit_price_eur,
    share,
    amount_before_limits_eur,
    cast(amount_after_max_claims_eur as decimal(18, 2)) as amount_after_max_claims_eur,
    amount_after_household_line_eur,
    amount_after_household_eur,
    amount_after_line_eur,
    amount_after_period_eur,
    amount_after_contract_eur as amount_eur,
    smallest_count,
    currency,
    evidence,
    illustrative
from after_contract
