"""Rules of what is paid that the simulated year itself must notice: broken, the short one of `make test` fails.

Each may be broken for `paid` too, whose tests are closer to it; here nothing knows of the rule but the year.
"""

from faults.guards.guard import Guard

YEAR_TESTS = "integration/test_year.py"
MODELS = "dbt_project/models"

YEAR = [
    Guard(
        "in a year a price binds before it is valid",
        f"{MODELS}/intermediate/int_outcomes_claimed.sql",
        "and outcomes.achieved_on >= tariffs.binds_from",
        "",
        YEAR_TESTS,
    ),
    Guard(
        "in a year a version decides outcomes before its time",
        f"{MODELS}/intermediate/int_outcomes_claimed.sql",
        "and metrics.achieved_on >= definitions.valid_from",
        "",
        YEAR_TESTS,
    ),
    Guard(
        "in a year a limit is shared between contracts",
        f"{MODELS}/payments/claims.sql",
        "claims.contract_id = limits.contract_id",
        "true",
        YEAR_TESTS,
    ),
    Guard(
        "in a year a payment period is cut twice",
        f"{MODELS}/payments/payment_periods.sql",
        "date_trunc(running.period_type, months.month_on) = months.month_on",
        "true",
        YEAR_TESTS,
    ),
    Guard(
        "in a year an adjustment has no cause",
        "orchestration/statements/ledger.py",
        "if claim.period in certified and claim.claim_id not in so_far),",
        "if claim.period in certified),",
        YEAR_TESTS,
    ),
]
