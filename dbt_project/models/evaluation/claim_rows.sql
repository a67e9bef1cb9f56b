select
    claims.claim_id,
    claims.household_id,
    claims.tariff_id,
    claims.tariff_valid_from,
    claims.kind,
    claims.outcome,
    claims.period,
    {{ coarsened('claims.achieved_on') }} as achieved_in,
    claims.quantity,
    claims.unit_price_eur,
    claims.share,
    claims.amount_before_limits_eur,
    claims.amount_after_max_claims_eur,
    claims.amount_after_household_line_eur,
    claims.amount_after_household_eur,
    claims.amount_after_line_eur,
    claims.amount_after_period_eur,
    claims.amount_eur,
    claims.currency,
    claims.illustrative
from {{ ref('claims') }} as claims
left join {{ ref('household_profiles') }} as profiles
    on claims.household_id = profiles.household_id
where profiles.household_id is not null or claims.household_id is null
