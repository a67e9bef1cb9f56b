"""Catches: a finding of the auditor that does not stop the release."""

import duckdb
import pytest

from orchestration.audit import judge

FINDERS = (
    "exposed_by_curves", "exposed_by_later_curves", "exposed_by_horizons", "exposed_by_payments", "exposed_by_savings",
    "exposed_by_growth", "not_rounded",
)  # fmt: skip


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A release in which nothing is found."""
    for name in ("cells", "old_cells", "shown_curves", "reporting_periods", "exposed", *FINDERS):
        monkeypatch.setattr(judge, name, lambda *_: [])
    return monkeypatch


def test_a_release_without_findings_passes(quiet: pytest.MonkeyPatch) -> None:
    assert judge.audit(duckdb.connect(), 5).passed


@pytest.mark.parametrize("finder", ["exposed", *FINDERS])
def test_any_finding_stops_the_release_and_is_named(quiet: pytest.MonkeyPatch, finder: str) -> None:
    quiet.setattr(judge, finder, lambda *_: ["a cell"])
    told = judge.audit(duckdb.connect(), 5)
    assert (told.passed, told.severity, told.failed) == (False, "error", 1)
    assert "a cell" in told.description


def test_a_threshold_below_the_legal_floor_is_not_taken(quiet: pytest.MonkeyPatch) -> None:
    limits: list[int] = []
    quiet.setattr(judge, "exposed_by_curves", lambda _, limit: limits.append(limit) or [])
    judge.audit(duckdb.connect(), 1)
    assert limits == [3]


def test_an_audit_that_cannot_be_done_stops_the_release(quiet: pytest.MonkeyPatch) -> None:
    def gives_up(*_: object) -> list[str]:
        raise ArithmeticError

    quiet.setattr(judge, "exposed", gives_up)
    told = judge.audit(duckdb.connect(), 5)
    assert (told.passed, told.broken) == (False, True)
