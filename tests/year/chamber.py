"""Terms that the Chamber changes, each from a later day on."""

from decimal import Decimal
from typing import Any

from year.contract import FIRST_DAY, contract, is_open
from year.turn import Kind, Turn

NEW_VERSIONS = {
    "housing_retention_6m": ("retention_max_gap_days", "20", "days"),
    "housing_cost_overburden_rate": ("overburden_share", "0.25", "share"),
}


def _amended(turn: Turn, row: dict[str, Any], **terms: Any) -> None:
    """A new version of a line or limit from a later day on; the one before ends there."""
    since = turn.later()
    turn.town.chamber["outcome_tariffs"].append(row | {"valid_from": since, "valid_to": row["valid_to"]} | terms)
    row["valid_to"] = since


def _open(turn: Turn, *columns: str) -> list[tuple[dict[str, Any], str]]:
    """The lines and limits whose newest version is open and says something in one of the columns."""
    rows = turn.town.chamber["outcome_tariffs"]
    return [
        (row, column)
        for row in rows
        for column in columns
        if row.get(column) is not None and row["valid_to"] is None and is_open(row, turn.today)
    ]


def a_price_changes(turn: Turn) -> bool:
    found = _open(turn, "unit_price_eur", "share")
    if not found:
        return False
    row, column = turn.town.random.choice(found)
    places = Decimal("0.0001") if column == "unit_price_eur" else Decimal("0.000001")
    _amended(turn, row, **{column: (row[column] * Decimal("1.1")).quantize(places)})
    return True


def a_limit_changes(turn: Turn) -> bool:
    found = _open(turn, "limit_eur", "limit_line_eur", "limit_household_line_eur")
    if not found:
        return False
    row, column = turn.town.random.choice(found)
    part = Decimal(turn.town.random.choice(("0.4", "0.8", "1.5")))
    _amended(turn, row, **{column: (row[column] * part).quantize(Decimal("0.01"))})
    return True


def _set(turn: Turn, name: str, value: object, metric: str | None = None, version: int | None = None) -> bool:
    turn.town.chamber["measurement_parameters"].append(
        {"name": name, "metric_id": metric, "metric_version": version, "value": str(value), "unit": "text",
         "valid_from": turn.later(), "note": None}
    )  # fmt: skip
    return True


def the_payable_method_changes(turn: Turn) -> bool:
    return _set(turn, "payable_savings_method", turn.town.random.choice(("pre_post", "contract_baseline")))


def the_gap_changes(turn: Turn) -> bool:
    return _set(turn, "retention_max_gap_days", turn.town.random.choice((2, 10)))


def metrics_have_new_versions(turn: Turn) -> bool:
    """What counts as kept, and as too dear, is decided otherwise from a day on: by version, not by parameter."""
    rows, since = turn.town.chamber["metric_definitions"], turn.later()
    for metric, (name, value, unit) in NEW_VERSIONS.items():
        row = next(row for row in rows if row["metric_id"] == metric and row["valid_to"] is None)
        version = int(row["version"]) + 1
        rows.append(row | {"version": version, "valid_from": since})
        row["valid_to"] = since
        turn.town.chamber["measurement_parameters"].append(
            {"name": name, "metric_id": metric, "metric_version": version, "value": value, "unit": unit,
             "valid_from": FIRST_DAY, "note": None}
        )  # fmt: skip
    return True


def an_outcome_code_is_retired(turn: Turn) -> bool:
    return _set(turn, "outcome_codes", "debt_plan_agreed;training_completed")


def the_payment_period_changes(turn: Turn) -> bool:
    return _set(turn, "payment_period", turn.town.random.choice(("month", "year", "month")))


def a_contract_follows(turn: Turn) -> bool:
    """The contract ends, and another with limits of its own begins."""
    since = turn.later()
    for row in turn.town.chamber["outcome_tariffs"]:
        if not row.get("contract_id") and row["valid_to"] is None and row["valid_from"] < since:
            row["valid_to"] = since
    turn.town.chamber["outcome_tariffs"] += contract("N", "next", since)
    return True


def a_contract_runs_beside(turn: Turn) -> bool:
    turn.town.chamber["outcome_tariffs"] += contract("B", "beside", turn.later(), part=6)
    return True


CHAMBER: tuple[Kind, ...] = (
    a_price_changes, a_limit_changes, the_payable_method_changes, the_gap_changes, metrics_have_new_versions,
    an_outcome_code_is_retired, the_payment_period_changes, a_contract_follows, a_contract_runs_beside,
)  # fmt: skip
