"""Rules of what is paid: broken, they invented contracts or the ledger's tests must notice."""

from faults.guards.guard import Guard

CLAIMS = "integration/test_payments.py"
MODELS = "dbt_project/models"

PAID = [
    Guard(
        "a limit is shared between contracts",
        f"{MODELS}/payments/claims.sql",
        "claims.contract_id = limits.contract_id",
        "true",
        CLAIMS,
    ),
    Guard(
        "a limit binds before it is valid",
        f"{MODELS}/payments/claims.sql",
        "and claims.achieved_on >= limits.valid_from",
        "",
        CLAIMS,
    ),
    Guard(
        "a version decides outcomes before its time",
        f"{MODELS}/intermediate/int_outcomes_claimed.sql",
        "and metrics.achieved_on >= definitions.valid_from",
        "",
        "integration/test_models.py",
    ),
    Guard(
        "a price binds before it is valid",
        f"{MODELS}/intermediate/int_outcomes_claimed.sql",
        "and outcomes.achieved_on >= tariffs.binds_from",
        "",
        CLAIMS,
    ),
    Guard(
        "a payment period is cut twice",
        f"{MODELS}/payments/payment_periods.sql",
        "date_trunc(running.period_type, months.month_on) = months.month_on",
        "true",
        CLAIMS,
    ),
    Guard(
        "who lost a home counts before the window is over",
        "dbt_project/macros/exclusion_reason.sql",
        "when {{ window_end }} > {{ observed_until() }} then 'not_yet_observed'",
        "",
        "integration/test_models.py",
    ),
    Guard("the last night is lost", "dbt_project/macros/as_of.sql", "({{ as_of() }} + 1)", "({{ as_of() }})", CLAIMS),
    Guard(
        "an adjustment without a cause",
        "orchestration/statements/ledger.py",
        "if claim.period in certified and claim.claim_id not in so_far),",
        "if claim.period in certified),",
        "test_ledger.py",
    ),
]
