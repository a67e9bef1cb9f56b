"""Catches: an overdue register that does not block, a change rule never asked, a line number that is published."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from expectations.contract import load_contracts
from expectations.gate import CheckResult
from orchestration.assets.deliveries import acceptance, every_rule, has_warnings
from orchestration.assets.models import publishable
from orchestration.assets.releases import expected_checks
from orchestration.checks import sentence
from orchestration.intake.archive import Delivery
from orchestration.intake.changes import lateness
from orchestration.publish.verdict import gate_record

CONTRACTS = load_contracts(Path(__file__).parents[2] / "expectations" / "contracts")
STAYS = CONTRACTS["municipality", "temporary_stays"]


def delivery(version: str = STAYS.version, passed_rules: tuple[str, ...] = ()) -> Delivery:
    return Delivery(
        "d" * 16, "municipality", "temporary_stays", date(2024, 12, 31), "temporary_stays_2024-12-31.csv", "f" * 64, 9,
        "p" * 64, version, datetime(2025, 1, 1, 2, tzinfo=UTC), (), passed_rules,
    )  # fmt: skip


def check(severity: str, *, passed: bool, description: str = "The next one is there.") -> CheckResult:
    return CheckResult("late", description, severity, passed, 0, 3, (), (), broken=False)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("overdue", "passes"),
    [([], True), ([check("error", passed=True)], True), ([check("warning", passed=False)], True),
     ([check("error", passed=False)], False)],
)  # fmt: skip
def test_an_overdue_register_blocks_where_its_contract_says_so(overdue, passes):
    found = acceptance(STAYS, delivery(), [], overdue)
    assert found.passed is passes
    assert ("Nothing came after" in found.description) is not passes


def test_an_extract_that_never_came_is_missing_and_not_late():
    assert "ever accepted" in acceptance(STAYS, None, [], [check("error", passed=False)]).description


def test_what_a_person_let_pass_is_said_where_the_delivery_is_shown():
    assert "in spite of rows_vanished" in acceptance(STAYS, delivery(passed_rules=("rows_vanished",)), []).description


def test_a_change_rule_that_was_not_asked_is_missed_unless_the_contract_was_another(tmp_path):
    assert every_rule(STAYS, delivery(), ()) == ()
    found = every_rule(STAYS, delivery("1.0.0"), [check("warning", passed=False)])
    assert [each.name for each in found] == ["late", *(each.name for each in STAYS.changes if each.kind != "late")]
    assert all(each.description.startswith("Not asked") for each in found[1:])


def test_the_verdict_is_owed_every_change_rule(tmp_path):
    manifest = tmp_path / "manifest.json"
    manifest.write_text('{"nodes": {}}', encoding="utf-8")
    owed = {name for stage, _, name in expected_checks(CONTRACTS, manifest) if stage == "deliveries"}
    assert {each.name for contract in CONTRACTS.values() for each in contract.changes} <= owed


def test_every_contract_can_warn():
    assert all(map(has_warnings, CONTRACTS.values()))


def test_a_check_of_no_rows_is_a_plain_sentence():
    earlier = replace(check("error", passed=False, description="The date is not earlier."), name="reference_date")
    assert sentence(earlier) == "This does not hold: The date is not earlier."


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2025, 3, 3), "The next delivery is due by 2025-03-03."),
        (date(2025, 3, 4), "The next delivery was due by 2025-03-03 and is not there."),
    ],
)
def test_lateness_is_said_as_it_is_wherever_it_is_shown(day, said):
    rule = next(each for each in STAYS.changes if each.kind == "late")
    contract = replace(STAYS, changes=(replace(rule, severity="error", limits={"days": Decimal(62)}),))
    (found,) = lateness(contract, date(2024, 12, 31), day)
    assert sentence(found) == said
    assert gate_record("deliveries", "x", found)["description"] == said
    assert (said in acceptance(contract, delivery(), [], [found]).description) is not found.passed


@pytest.mark.parametrize(
    ("severity", "passed", "published"),
    [("warning", False, "Rents"), ("error", False, "Rents: a.csv, line 3"), ("warning", True, "Rents: a.csv, line 3")],
)
def test_lines_of_a_warning_are_not_published(severity, passed, published):
    found = check(severity, passed=passed, description="Rents: a.csv, line 3")
    assert publishable(found, "Rents").description == published
