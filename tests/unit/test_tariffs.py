"""Catches: an outcome contract that is accepted although its terms contradict each other or are not complete."""

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from expectations.contract import load_contracts
from expectations.gate import run_gate

CONTRACT = load_contracts(Path(__file__).parents[2] / "expectations" / "contracts")["chamber", "outcome_tariffs"]
CONTRACT = CONTRACT.on(date(2024, 12, 31))

OUTCOME = {"tariff_id": "t", "kind": "per_outcome", "outcome": "kept", "unit_price_eur": 100.0}
DAYS = {"tariff_id": "d", "kind": "per_day", "outcome": "stable_days", "unit_price_eur": 1.0, "qualifying_days": 90,
        "pays_from": "start"}  # fmt: skip
SHARE = {"tariff_id": "s", "kind": "share_of_savings", "share": 0.1, "scope": "household", "window_months": 12}
BAND = {"tariff_id": "b", "kind": "improvement_bands", "outcome": "kept", "measured_over": "year",
        "follow_up_months": 12, "band_from_percent": 0.0, "band_to_percent": 20.0}  # fmt: skip
LIMIT = {"tariff_id": "l", "kind": "limit", "scope": "contract", "limit_eur": 1000.0}
SECOND_BAND = BAND | {"band_from_percent": 20.0, "band_to_percent": None, "price_per_point_eur": 150.0}
FIRST, SECOND, THIRD = date(2020, 1, 1), date(2021, 1, 1), date(2022, 1, 1)


def failures(*rows: dict[str, Any]) -> dict[str, tuple[int, ...]]:
    """The expectations that fail on these rows, with the lines that they name; the heading is line 1."""
    delivered = [{"valid_from": FIRST, "title_it": "t", "title_en": "t", "currency": "EUR", **row} for row in rows]
    frame = pd.DataFrame(delivered, columns=[column.name for column in CONTRACT.columns])
    for name in ("valid_from", "valid_to"):
        frame[name] = pd.to_datetime(frame[name])
    for column in CONTRACT.columns:
        if column.dtype.startswith("DECIMAL"):
            frame[column.name] = pd.to_numeric(frame[column.name])
    frame["_row"] = range(2, len(frame) + 2)
    results = run_gate(CONTRACT, frame)
    assert not any(each.broken for each in results)
    return {each.name: each.lines for each in results if not each.passed}


def test_a_contract_with_every_kind_of_line_is_accepted() -> None:
    amended = OUTCOME | {"valid_from": SECOND, "unit_price_eur": 120.0}
    assert failures(OUTCOME | {"valid_to": SECOND}, amended, DAYS, SHARE, BAND, SECOND_BAND, LIMIT) == {}


@pytest.mark.parametrize("end", [None, THIRD, date(2021, 1, 2)])
def test_versions_that_overlap_are_refused(end: date | None) -> None:
    found = failures(OUTCOME | {"valid_to": end}, DAYS, OUTCOME | {"valid_from": SECOND})
    assert found == {"validity_without_overlap": (4,)}


def test_the_same_version_twice_is_refused() -> None:
    assert failures(OUTCOME, OUTCOME) == {"key_unique": (2, 3)}


def test_bands_of_one_version_are_no_overlap_of_versions() -> None:
    later = [band | {"valid_from": SECOND} for band in (BAND, SECOND_BAND)]
    earlier = [band | {"valid_to": SECOND} for band in (BAND, SECOND_BAND)]
    assert failures(*earlier, *later) == {}


@pytest.mark.parametrize("start", [20.0001, 21.0])
def test_a_hole_between_bands_is_refused(start: float) -> None:
    assert failures(BAND, SECOND_BAND | {"band_from_percent": start}) == {"bands_without_hole": (3,)}


def test_bands_that_overlap_are_refused() -> None:
    assert failures(BAND, SECOND_BAND | {"band_from_percent": 19.0}) == {"bands_without_hole": (3,)}
    open_band = BAND | {"band_to_percent": None}
    assert failures(open_band, SECOND_BAND) == {"bands_without_hole": (3,)}


@pytest.mark.parametrize(
    ("row", "name"),
    [
        (OUTCOME | {"unit_price_eur": None}, "line_has_a_price"),
        (OUTCOME | {"outcome": None}, "line_names_its_outcome"),
        (OUTCOME | {"limit_line_eur": -0.01}, "limit_line_eur_range"),
        (OUTCOME | {"limit_household_line_eur": -1.0}, "limit_household_line_eur_range"),
        (LIMIT | {"limit_eur": -1.0}, "limit_eur_range"),
        (LIMIT | {"limit_eur": None}, "limit_has_an_amount"),
        (LIMIT | {"scope": None}, "limit_has_a_scope"),
        (LIMIT | {"scope": "total"}, "limit_scope_is_known"),
        (SHARE | {"share": 1.000001}, "share_range"),
        (SHARE | {"share": None}, "share_is_given"),
        (SHARE | {"window_months": None}, "share_has_a_window"),
        (SHARE | {"scope": None}, "share_has_a_scope"),
        (SHARE | {"scope": "period"}, "share_scope_is_known"),
        (DAYS | {"qualifying_days": None}, "days_have_a_threshold"),
        (DAYS | {"pays_from": None}, "days_say_what_they_pay_from"),
        (BAND | {"band_from_percent": None, "band_to_percent": None}, "band_has_a_start"),
        (BAND | {"band_to_percent": 0.0}, "band_in_order"),
        (BAND | {"measured_over": None}, "band_is_measured_over_periods"),
        (BAND | {"follow_up_months": None}, "band_has_a_follow_up"),
    ],
)
def test_a_term_that_is_missing_or_impossible_is_refused(row: dict[str, Any], name: str) -> None:
    assert failures(OUTCOME, row | {"tariff_id": "x"}) == {name: (3,)}
