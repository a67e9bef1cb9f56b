"""The outcome contract that the year begins with: every kind of line that households earn, and limits that bind."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

FIRST_DAY = date(2020, 1, 1)
PRICES = {
    "Y-RET6": ("per_outcome", "housing_retention_6m", {"unit_price_eur": "900", "max_claims_per_household": 1,
                                                       "limit_line_eur": "9000"}),
    "Y-CERT": ("per_outcome", "training_completed", {"unit_price_eur": "600", "max_claims_per_household": 1}),
    "Y-RESID": ("per_outcome", "residence_registered", {"unit_price_eur": "250", "pays_after_exit_days": 30}),
    "Y-SETTLED": ("per_outcome", "settled_rate_at_wave", {"unit_price_eur": "120.005", "requires": "enrolment"}),
    "Y-DEAR": ("per_outcome", "housing_cost_overburden_rate", {"unit_price_eur": "35"}),
    "Y-DAYS": ("per_day", "stable_days", {"unit_price_eur": "3.25", "qualifying_days": 30, "pays_from": "start",
                                          "limit_household_line_eur": "700"}),
    "Y-THEN": ("per_day", "stable_days", {"unit_price_eur": "0.75", "qualifying_days": 180, "pays_from": "threshold",
                                          "requires": "enrolment", "pays_after_exit_days": 60}),
    "Y-SHARE": ("share_of_savings", None, {"share": "0.1", "scope": "household", "window_months": 12}),
    "Y-TOTAL": ("share_of_savings", None, {"share": "0.05", "scope": "total", "window_months": 12,
                                           "pays_after_exit_days": 365, "limit_line_eur": "4000"}),
}  # fmt: skip
LIMITS = {"household": "1800", "period": "14000", "contract": "60000"}
AMOUNTS = ("unit_price_eur", "share", "limit_line_eur", "limit_household_line_eur", "limit_eur")
Rows = list[dict[str, Any]]


def tariff(tariff_id: str, kind: str, outcome: str | None, **terms: Any) -> dict[str, Any]:
    """One row of the tariffs; what it does not say is empty."""
    amounts = {name: Decimal(str(terms[name])) for name in AMOUNTS if terms.get(name) is not None}
    common = {
        "tariff_id": tariff_id, "title_it": tariff_id, "title_en": tariff_id, "outcome": outcome, "kind": kind,
        "currency": "EUR", "valid_from": FIRST_DAY, "valid_to": None, "illustrative": True,
    }  # fmt: skip
    return common | terms | amounts


def contract(prefix: str = "Y", contract_id: str | None = None, since: date = FIRST_DAY, part: int = 1) -> Rows:
    """All lines and limits of one contract; its limits may be a part of those of the first one."""
    fixed = {"contract_id": contract_id, "valid_from": since}
    rows = [
        tariff(f"{prefix}{name[1:]}", kind, outcome, **terms, **fixed)
        for name, (kind, outcome, terms) in PRICES.items()
    ]
    rows += [
        tariff(
            f"{prefix}L-{scope.upper()}",
            "limit",
            None,
            scope=scope,
            limit_eur=(Decimal(amount) / part).quantize(Decimal("0.01")),
            **fixed,
        )
        for scope, amount in LIMITS.items()
    ]
    return rows


def is_open(row: Mapping[str, Any], day: date) -> bool:
    return row["valid_from"] <= day and (row["valid_to"] is None or day < row["valid_to"])
