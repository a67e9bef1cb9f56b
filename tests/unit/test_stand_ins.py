"""Catches: many rows judged by their stand-ins otherwise than row by row, or rows asked for where stand-ins answer."""

from dataclasses import replace
from datetime import date

import duckdb
import pytest
from conftest import SAMPLE
from reading import CONTRACTS as UNDATED
from spoiled_rows import spoiled

from expectations.model import Contract, Expectation
from orchestration.intake import read
from orchestration.intake.identify import identify
from orchestration.intake.stand_ins import stand_ins

CONTRACTS = {key: contract.on(date(2024, 12, 31)) for key, contract in UNDATED.items()}
FEW = "SELECT * FROM ({rows}) WHERE _row % 97 = 5"  # so few that some expectations hold


def checked(contract: Contract, rows: str, many: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(read, "MANY", many)
    monkeypatch.setattr(read, "PART", 2_048)
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE typed AS {rows}")
        (count,) = con.execute("SELECT count(*) FROM typed").fetchone() or (0,)
        return read.ReadFile(con, contract, count, ()).check()


@pytest.mark.parametrize("extract", CONTRACTS, ids=lambda each: each[1])
def test_stand_ins_and_rows_say_the_same(extract, monkeypatch):
    rows = FEW.format(rows=spoiled(CONTRACTS[extract]))
    by_stand_ins = checked(CONTRACTS[extract], rows, 0, monkeypatch)
    assert by_stand_ins == checked(CONTRACTS[extract], rows, 1_000_000, monkeypatch)


def test_the_rows_of_these_tests_keep_some_expectations_and_break_others(monkeypatch):
    contract = CONTRACTS["municipality", "temporary_stays"]
    few = checked(contract, FEW.format(rows=spoiled(contract)), 0, monkeypatch)
    assert {each.passed for each in few} == {True, False}


def test_a_key_that_is_unique_where_a_condition_holds_is_asked_of_the_rows(monkeypatch):
    (known, *_) = CONTRACTS.values()
    condition = {"type": "comparison", "column": {"name": "kind"}, "operator": "==", "parameter": "current"}
    kwargs = {"column": "n", "row_condition": condition}
    unique = Expectation("one_current", "d", "error", "expect_column_values_to_be_unique", kwargs)
    contract = replace(known, expectations=(unique,))
    rows = "SELECT {n} AS n, {kind} AS kind, i AS _row FROM range(9) AS r(i)"
    for n, kind, is_kept in (("i // 2", "'current'", False), ("i // 2", "if(i % 2 = 0, 'current', 'past')", True)):
        for many in (0, 1_000_000):
            (result,) = checked(contract, rows.format(n=n, kind=kind), many, monkeypatch)
            assert result.passed is is_kept, (kind, many)


def test_a_good_file_is_judged_by_its_stand_ins_alone(tmp_path, monkeypatch):
    (path,) = (path for path in sorted(SAMPLE.glob("*.*")) if path.name.startswith("temporary_stays"))
    asked = []
    monkeypatch.setattr(read, "MANY", 100)
    gate = read.run_gate
    monkeypatch.setattr(read, "run_gate", lambda *given: asked.append(given[1]) or gate(*given))
    identity = identify(path, SAMPLE, CONTRACTS, date(2025, 1, 1))
    with read.read(path, identity, CONTRACTS, tmp_path) as readable:
        results = readable.check()
    assert [each.name for each in results] == [each.name for each in identity.contract.expectations]
    assert all(each.passed and each.rows == readable.rows for each in results)
    assert not any("_row" in frame.columns for frame in asked)
    assert min(map(len, asked)) < readable.rows / 10


@pytest.mark.parametrize(
    "expectation",
    [
        Expectation("order", "d", "error", "expect_column_values_to_be_increasing", {"column": "n"}),
        Expectation("share", "d", "error", "expect_column_values_to_be_null", {"column": "n", "mostly": 0.9}),
        Expectation("count", "d", "error", "expect_table_row_count_to_equal", {"value": 1}),
    ],
    ids=lambda each: each.name,
)
def test_what_rests_on_more_than_single_rows_has_no_stand_in(expectation):
    assert list(stand_ins([expectation])) == []
