-- Claims whose amounts grow by a limit, or that fall into no payment period; lines must hold every euro of the claims.
select 'claim ' || claims.claim_id as _subject
from {{ ref('claims') }} as claims
where
    claims.period is null
    or (
        claims.amount_before_limits_eur >= 0
        and (
            claims.amount_eur < 0
            or claims.amount_eur > claims.amount_after_period_eur
            or claims.amount_after_period_eur > claims.amount_after_line_eur
            or claims.amount_after_line_eur > claims.amount_after_household_eur
            or claims.amount_after_household_eur > claims.amount_after_household_line_eur
            or claims.amount_after_household_line_eur > claims.amount_after_max_claims_eur
            or claims.amount_after_max_claims_eur > claims.amount_before_limits_eur
        )
    )
union all
select 'sum of lines' as _subject
where
    (select coalesce(sum(claims.amount_eur), 0) from {{ ref('claims') }} as claims)
    <> (select coalesce(sum(lines.amount_eur), 0) from {{ ref('lines') }} as lines)
