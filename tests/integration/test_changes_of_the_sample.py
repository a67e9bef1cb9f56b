"""Catches: change rules whose thresholds cry wolf over the life of a city, or sleep through a wrong export.

The sample's registers are cut back to what they would have held at the end of each quarter.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
from conftest import SAMPLE

from expectations.contract import load_contracts
from expectations.model import Contract
from orchestration.intake.archive import Archive
from orchestration.intake.changes import changes
from orchestration.intake.take import take_in
from orchestration.settings import Settings

# Extract: the date by which a row came to be, and the dates that came later, with what they bring or undo.
LIVES: dict[tuple[str, str], tuple[str, dict[str, dict[str, str]]]] = {
    ("municipality", "households"): ("registered_on", {}),
    ("municipality", "waiting_list"): ("applied_on", {"closed_on": {"status": "'waiting'"}}),
    ("municipality", "temporary_stays"): ("checked_in_on", {"checked_out_on": {}}),
    ("municipality", "evictions"): ("ordered_on", {"outcome_on": {"outcome": "'pending'"}}),
    ("provider", "enrolments"): (
        "enrolled_on", {"exited_on": {"exit_reason": "null", "exit_destination": "null"}}
    ),
    ("provider", "dwellings"): ("acquired_on", {"withdrawn_on": {}, "available_from": {}}),
    ("provider", "tenancies"): ("started_on", {"ended_on": {"end_reason": "null"}}),
    ("support", "assessments"): ("assessed_on", {}),
    ("support", "support_activities"): ("performed_on", {}),
    ("finance", "programme_costs"): ("month", {}),
    ("chamber", "price_index"): ("month", {}),
}  # fmt: skip
QUARTERS = [date(year, month, 1) for year in (2022, 2023, 2024) for month in (4, 7, 10)] + [date(2025, 1, 1)]


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], tuple[Contract, Path]]:
    archive = Archive(tmp_path_factory.mktemp("changes") / "archive")
    contracts = load_contracts(Settings().contracts)
    take_in(SAMPLE, archive, contracts, now=datetime(2025, 1, 1, tzinfo=UTC))
    return {key: (contracts[key], archive.parquet(delivery)) for key, delivery in archive.latest().items()}


def as_it_was(parquet: Path, life: tuple[str, dict[str, dict[str, str]]], day: date) -> str:
    """The rows of an extract that were there before a day, as they were known then."""
    start, later = life
    known = [f"case when {end} < '{day}' then {end} end as {end}" for end in later]
    known += [
        f"case when coalesce({end}, '9999') < '{day}' then {column} else {before} end as {column}"
        for end, columns in later.items()
        for column, before in columns.items()
    ]
    columns = f"* replace ({', '.join(known)})" if known else "*"
    return f"select {columns} from '{parquet}' where {start} < '{day}'"


def snapshots(parquet: Path, life: tuple[str, dict[str, dict[str, str]]], folder: Path) -> Iterator[tuple[date, Path]]:
    for day in QUARTERS:
        path = folder / f"{day}.parquet"
        duckdb.execute(f"copy ({as_it_was(parquet, life, day)}) to '{path}' (format parquet)")
        yield day, path


@pytest.mark.parametrize("key", LIVES, ids="/".join)
def test_three_years_of_a_city_raise_no_alarm(archived, key, tmp_path) -> None:
    contract, parquet = archived[key]
    taken = list(snapshots(parquet, LIVES[key], tmp_path))
    for (before, earlier), (day, later) in pairwise(taken):
        assert [each.name for each in changes(contract, later, earlier, day, before) if not each.passed] == [], day


@pytest.mark.parametrize(
    ("key", "change", "where", "rule"),
    [
        (("municipality", "temporary_stays"), "nightly_cost_eur::decimal(18, 4) * 100", "checked_in_on > '2024-10'",
         "factor_shift_nightly_cost_eur"),
        (("provider", "tenancies"), "monthly_rent_eur::decimal(18, 2) * 100", "true", "factor_shift_monthly_rent_eur"),
        (("provider", "tenancies"), "(started_on::date + 1)::varchar", "true", "identity_changed_started_on"),
        (("municipality", "temporary_stays"), "null", "true", "reopened_checked_out_on"),
        (("municipality", "households"), "'none'", "true", "category_share_economic_capacity"),
        (("municipality", "evictions"), None, "hash(eviction_id) % 10 > 0", "rows_vanished"),
    ],
)  # fmt: skip
def test_a_wrong_export_is_seen(archived, key, change, where, rule, tmp_path) -> None:
    contract, parquet = archived[key]
    (before, earlier), (day, whole) = list(snapshots(parquet, LIVES[key], tmp_path))[-2:]
    wrong = tmp_path / "wrong.parquet"
    column = next((each.column for each in contract.changes if each.name == rule), None)
    rows = f"select * from '{whole}' where {where}"
    if change:
        replaced = f"case when {where} then ({change})::varchar else {column} end as {column}"
        rows = f"select * replace ({replaced}) from '{whole}'"
    duckdb.execute(f"copy ({rows}) to '{wrong}' (format parquet)")
    assert rule in [each.name for each in changes(contract, wrong, earlier, day, before) if not each.passed]
