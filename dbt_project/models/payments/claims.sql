{#
    Limits apply in their order: per household and line, per household, per line, per period, per contract. Each counts the
    claims of its own contract that were achieved while it was valid.
#}
{%- set steps = {
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
        limits.limit_eur,
        limits.max_claims
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
        {%- for limit in steps %}
        min(tariff_id) filter (where applied_limit = '{{ limit }}') as {{ limit }}_limit_id,
        min(version) filter (where applied_limit = '{{ limit }}') as {{ limit }}_limit_version,
        min(limit_eur) filter (where applied_limit = '{{ limit }}') as {{ limit }}_limit_eur,
        {%- endfor %}
        claim_id,
        min(max_claims) as max_claims
    from found
    group by claim_id

),

after_max_claims as (

    select
        {%- for limit in steps %}
        bounds.{{ limit }}_limit_id,
        bounds.{{ limit }}_limit_version,
        bounds.{{ limit }}_limit_eur,
        {%- endfor %}
        claims.*,
        cast(
            case
                when
                    row_number() over (
                        partition by
                            claims.tariff_id, claims.household_id, claims.dwelling_id, bounds.max_claims is not null
                        order by claims.achieved_on, claims.claim_id
                    ) > bounds.max_claims
                    then 0
                else claims.amount_before_limits_eur
            end as decimal(18, 2)
        ) as amount_after_max_claims_eur
    from {{ ref('int_claims_priced') }} as claims
    left join bounds on claims.claim_id = bounds.claim_id

),
{%- for limit, counted_within in steps.items() %}
{%- set before = 'max_claims' if loop.first else loop.previtem[0] %}

{{ apply_limit(limit, counted_within, before='after_' ~ before, amount='amount_after_' ~ before ~ '_eur') }}
{{- '' if loop.last else ',' }}
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
    amount_after_max_claims_eur,
    amount_after_household_and_line_eur as amount_after_household_line_eur,
    amount_after_household_eur,
    amount_after_line_eur,
    amount_after_period_eur,
    amount_after_contract_eur as amount_eur,
    smallest_count,
    currency,
    evidence,
    illustrative
from after_contract
