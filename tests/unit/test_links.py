"""Catches: a household under a new key, or merged into another, that is refused as rows that vanished."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb
import pytest
from reading import CONTRACTS

from orchestration.intake.changes import changes
from orchestration.intake.links import same_household

DAY = date(2024, 2, 29)
LINKS = [("a", "b", "2024-02-01", "new_key"), ("c", "d", "2024-02-10", "merge"), ("e", "f", "2024-02-10", "split")]


@pytest.fixture
def links(tmp_path: Path) -> Path:
    return parquet(tmp_path / "links.parquet", ("from_household_id", "to_household_id", "linked_on", "kind"), LINKS)


def parquet(path: Path, names: tuple[str, ...], rows: Sequence[tuple[str | None, ...]]) -> Path:
    with duckdb.connect() as con:
        con.execute(f"create table t ({', '.join(f'{name} varchar' for name in names)}, _row integer)")
        con.executemany(
            f"insert into t values ({', '.join('?' * (len(names) + 1))})",
            [(*row, number) for number, row in enumerate(rows, 2)],
        )
        con.execute(f"copy t to '{path}' (format parquet)")
    return path


def failed(extract: str, later: Path, earlier: Path, keys) -> dict[str, int]:
    contract = CONTRACTS["municipality", extract]
    asked = (each for each in contract.changes if each.kind in ("rows_vanished", "identity_changed"))
    names = {each.name for each in asked}
    return {each.name: each.failed for each in changes(contract, later, earlier, DAY, None, keys) if each.name in names}


def households(path: Path, *keys: str) -> Path:
    names = tuple(each.name for each in CONTRACTS["municipality", "households"].columns)
    return parquet(path, names, [(key, "2020-01-01", *([""] * (len(names) - 2))) for key in keys])


def stays(path: Path, **households: str) -> Path:
    names = tuple(each.name for each in CONTRACTS["municipality", "temporary_stays"].columns)
    rows = [(stay, household, "", "", "2023-01-01", *([None] * 4)) for stay, household in households.items()]
    return parquet(path, names, rows)


def test_keys_of_one_household_are_known_on_a_day(links: Path) -> None:
    found = same_household(links)
    assert found["a"] == found["b"]
    assert found["c"] == found["d"]
    assert {"e", "f"}.isdisjoint(found)
    assert {*same_household(links, date(2024, 2, 9))} == {"a", "b"}  # a new key is only a name
    assert same_household(None) == {}


def test_a_linked_household_did_not_vanish_from_the_register(links: Path, tmp_path: Path) -> None:
    earlier = households(tmp_path / "earlier.parquet", "a", "c", "d", "x")
    later = households(tmp_path / "later.parquet", "b", "d", "x")
    keys = same_household(links)
    assert failed("households", later, earlier, keys) == {"rows_vanished": 0, "identity_changed_registered_on": 0}
    assert failed("households", later, earlier, {})["rows_vanished"] == 2
    gone = households(tmp_path / "gone.parquet", "b", "d")
    assert failed("households", gone, earlier, keys)["rows_vanished"] == 1


def test_rows_of_a_linked_household_are_of_the_same_household(links: Path, tmp_path: Path) -> None:
    earlier = stays(tmp_path / "earlier.parquet", s1="a", s2="c", s3="e", s4="x")
    later = stays(tmp_path / "later.parquet", s1="b", s2="d", s3="e", s4="x")
    moved = stays(tmp_path / "moved.parquet", s1="b", s2="d", s3="f", s4="b")
    keys = same_household(links)
    assert failed("temporary_stays", later, earlier, keys)["identity_changed_household_id"] == 0
    assert failed("temporary_stays", later, earlier, {})["identity_changed_household_id"] == 2
    assert failed("temporary_stays", moved, earlier, keys)["identity_changed_household_id"] == 2
