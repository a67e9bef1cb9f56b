"""Catches: a dbt test whose outcome is no sentence: no total, a wrong total, a lost place, a wrong severity."""

import dagster as dg
import pytest

from expectations.gate import CheckResult
from expectations.model import Severity
from orchestration.assets.models import as_check

KEY = dg.AssetCheckKey(dg.AssetKey(["core", "household_spells"]), "spells_cover_the_follow_up")


def outcome(*, failed: int = 0, severity: Severity = "error", broken: bool = False, column: str = "") -> CheckResult:
    text = "Spells are gapless: stays_2024-12-31.csv, lines 17, 90, 411" if failed else "Spells are gapless"
    return CheckResult(
        KEY.name, text, severity, passed=not failed and not broken, rows=0, failed=failed, lines=(),
        columns=(column,) if column else (), broken=broken,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("found", "rows", "told"),
    [
        (outcome(), 1204, "1,204 rows: Spells are gapless."),
        (outcome(), 0, "Spells are gapless."),
        (
            outcome(failed=3, column="household_id"),
            1204,
            "3 of 1,204 rows fail [household_id]: Spells are gapless: stays_2024-12-31.csv, lines 17, 90, 411.",
        ),
        (outcome(failed=1), 0, "1 row fails: Spells are gapless: stays_2024-12-31.csv, lines 17, 90, 411."),
        (outcome(failed=5), 2, "5 rows fail: Spells are gapless: stays_2024-12-31.csv, lines 17, 90, 411."),
    ],
)
def test_a_test_is_told_in_a_sentence_with_its_total(found: CheckResult, rows: int, told: str) -> None:
    assert as_check(KEY, found, rows).description == told


def test_a_test_that_crashed_is_no_failure_of_the_data() -> None:
    check = as_check(KEY, outcome(broken=True), 1204)
    assert not check.passed
    assert "failed to run" in (check.description or "")


@pytest.mark.parametrize(
    ("severity", "shown"), [("error", dg.AssetCheckSeverity.ERROR), ("warning", dg.AssetCheckSeverity.WARN)]
)
def test_the_severity_is_that_of_the_test(severity: Severity, shown: dg.AssetCheckSeverity) -> None:
    assert as_check(KEY, outcome(failed=1, severity=severity), 7).severity == shown
