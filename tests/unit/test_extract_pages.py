"""Catches: a page or template that is not what the contract says any more, or a template that the intake refuses."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from conftest import SAMPLE

from expectations.contract import load_contracts
from orchestration.intake.check import check_files
from orchestration.report.extracts import extract_files

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "extracts"
CONTRACTS = load_contracts(ROOT / "expectations" / "contracts")


def test_pages_and_templates_are_those_of_the_contracts():
    made = extract_files(CONTRACTS, SAMPLE)
    there = {path.relative_to(PAGES).as_posix(): path.read_bytes() for path in PAGES.rglob("*") if path.is_file()}
    stale = sorted(name for name in {*made, *there} if made.get(name) != there.get(name))
    assert stale == [], "run `make docs`"


@pytest.mark.parametrize("extract", [extract for _, extract in CONTRACTS])
def test_the_intake_finds_nothing_wrong_with_a_template_but_that_it_is_empty(extract, tmp_path):
    path = tmp_path / f"{extract}_2024-12-31.csv"
    shutil.copy(PAGES / "templates" / f"{extract}_AAAA-MM-GG.csv", path)
    (checked,) = check_files([path], CONTRACTS, today=date(2025, 1, 1))
    assert {each.rule for each in checked.findings} <= {"at_least_one_row"}
    assert checked.rows == 0


def test_every_page_is_in_both_languages():
    for contract in CONTRACTS.values():
        assert contract.title_it
        assert contract.description
        assert all(column.title_it and column.description for column in contract.columns)
        assert all(each.description_it for each in (*contract.expectations, *contract.changes))
