{#
    Limits apply in their order: per household and line, per household, per line, per period, per contract. Each counts the
    claims of its own contract that were achieved while it was valid.
#}
{%- set limits_of_money = {
    'household_and_line': 'coalesce(household_id, dwelling_id)',
    'household': 'household_id',
    'line': none,
    'period': 'period_start',
    'contract': none,
} %}

with recursive found as (

    select
        claims.claim_id,
        limits.tariff_id,
        limits.applied_limit,
        limits.version,
        coalesce(limits.limit_eur, limits.max_claims) as most
    from {{ ref('int_claims_priced') }} as claims
    inner join {{ ref('limits') }} as limits
        on
            claims.contract_id = limits.contract_id
            and (
                limits.applied_limit in ('household', 'period', 'contract')
                or claims.tariff_id = limits.tariff_id
            )
            and claims.achieved_on >= limits.valid_from
            and coalesce(claims.achieved_on < limits.valid_to, true)

),

bounds as (

    select
        {%- for limit in limits_in_order() %}
        min(tariff_id) filter (where applied_limit = '{{ limit }}') as {{ limit }}_limit_id,
        min(version) filter (where applied_limit = '{{ limit }}') as {{ limit }}_limit_version,
        min(most) filter (where applied_limit = '{{ limit }}') as {{ limit }}_most,
        {%- endfor %}
        claim_id
    from found
    group by claim_id

),

counted as (

    select
        {%- for limit in limits_in_order() %}
        bounds.{{ limit }}_limit_id,
        bounds.{{ limit }}_limit_version,
        bounds.{{ limit }}_most,
        {%- endfor %}
        claims.*,
        1 as number_of_claims
    from {{ ref('int_claims_priced') }} as claims
    left join bounds on claims.claim_id = bounds.claim_id

),

{{ apply_limit('max_claims_per_household', 'coalesce(household_id, dwelling_id)', 'counted', 'number_of_claims') }},

after_max_claims as (

    select
        *,
        cast(after_max_claims_per_household * amount_before_limits_eur as decimal(18, 2)) as after_max_claims
    from after_max_claims_per_household

),
{%- for limit, counted_within in limits_of_money.items() %}
{%- set before = 'after_max_claims' if loop.first else 'after_' ~ loop.previtem[0] %}

{{ apply_limit(limit, counted_within, before, before) }}{{ '' if loop.last else ',' }}
{%- endfor %}

select
    claim_id,
    contract_id,
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
    after_max_claims as amount_after_max_claims_eur,
    after_household_and_line as amount_after_household_line_eur,
    after_household as amount_after_household_eur,
    after_line as amount_after_line_eur,
    after_period as amount_after_period_eur,
    after_contract as amount_eur,
    smallest_count,
    currency,
    evidence,
    illustrative
from after_contract
