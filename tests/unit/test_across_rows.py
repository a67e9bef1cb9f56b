"""Catches: evidence that is used twice, payments above their ceiling, and what is none of these and must pass."""

import duckdb
import pytest
from reading import CONTRACTS

from expectations.across_rows import above_ceiling, as_read, repeated, shared
from expectations.gate import run_gate

EVENTS = CONTRACTS["support", "outcome_events"]
DRAWDOWNS = CONTRACTS["finance", "grant_drawdowns"]
WHO = "household_id", "outcome_code", "evidence_ref"


def lines(judge, kwargs, rows: str, columns: str) -> list[int]:
    with duckdb.connect() as con:
        frame = con.execute(f"SELECT * FROM (VALUES {rows}) AS t (_row, {columns})").df()
    return sorted(map(int, frame.loc[judge(frame, kwargs), "_row"]))


@pytest.mark.parametrize(
    "other", ["'VB-1'", "' vb-1 '", "'VB - 1'", "'V\u00a0B-1'", "'\uff36\uff22-1'", "'VB-1' || chr(9)"]
)
def test_the_same_certificate_is_the_same_however_it_is_typed(other):
    rows = f"(2, 'a', 'job', 'VB-1'), (3, 'a', 'job', 'VB-2'), (4, 'a', 'job', {other})"
    assert lines(repeated, {"column_list": list(WHO)}, rows, ", ".join(WHO)) == [2, 4]


def test_signs_that_people_tell_apart_stay_apart():
    assert as_read("VB-12") != as_read("VB12")
    assert as_read(None) is None


def test_a_certificate_of_another_household_or_outcome_is_shared_and_not_repeated():
    rows = (
        "(2, 'a', 'job', 'VB-1'), (3, 'b', 'job', 'vb-1'), "
        "(4, 'b', 'course', 'X'), (5, 'b', 'job', 'x '), (6, 'c', 'job', 'Y')"
    )
    columns = ", ".join(WHO)
    assert lines(repeated, {"column_list": list(WHO)}, rows, columns) == []
    assert lines(shared, {"column": WHO[2], "by": list(WHO[:2])}, rows, columns) == [2, 3, 4, 5]


def test_a_certificate_that_is_repeated_is_not_shared():
    rows = "(2, 'a', 'job', 'VB-1'), (3, 'A ', 'job', 'vb-1')"
    assert lines(shared, {"column": WHO[2], "by": list(WHO[:2])}, rows, ", ".join(WHO)) == []


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ("(2, DATE '2024-01-01', 60.00, 100.00), (3, DATE '2024-02-01', 40.00, 100.00)", []),
        ("(2, DATE '2024-01-01', 60.00, 100.00), (3, DATE '2024-02-01', 40.01, 100.00)", [3]),
        ("(2, DATE '2024-02-01', 40.01, 100.00), (3, DATE '2024-01-01', 60.00, 100.00)", [2]),
        ("(2, DATE '2024-01-01', 60.00, 100.00), (3, DATE '2024-01-01', 40.01, 100.00)", [2, 3]),
        ("(2, DATE '2024-01-01', 60.00, 100.00), (3, DATE '2024-02-01', 60.00, 120.00)", []),
        ("(2, DATE '2024-01-01', 60.00, 100.00), (3, DATE '2024-02-01', 10.00, 69.99)", [3]),
        ("(2, DATE '2024-01-01', 0.10, 0.30), (3, DATE '2024-02-01', 0.20, 0.30)", []),
        ("(2, DATE '2024-01-01', 100.01, 100.00)", [2]),
    ],
    ids=["up to it", "a cent more", "in any order", "on one day", "raised", "lowered", "exact", "alone"],
)
def test_payments_add_up_to_no_more_than_the_ceiling_of_their_day(rows, wrong):
    kwargs = {"column_A": "ceiling_eur", "column_B": "amount_eur", "day": "received_on"}
    with duckdb.connect() as con:
        frame = con.execute(
            "SELECT * REPLACE (amount_eur::DECIMAL(18, 2) AS amount_eur, ceiling_eur::DECIMAL(18, 2) AS ceiling_eur) "
            f"FROM (VALUES {rows}) AS t (_row, received_on, amount_eur, ceiling_eur)"
        ).df()
    assert sorted(map(int, frame.loc[above_ceiling(frame, kwargs), "_row"])) == wrong


def test_the_contracts_ask_it_by_name():
    assert {"evidence_used_once", "evidence_of_one_outcome"} <= {each.name for each in EVENTS.expectations}
    severity = {each.name: each.severity for each in (*EVENTS.expectations, *DRAWDOWNS.expectations)}
    assert severity["evidence_used_once"] == severity["drawdowns_within_ceiling"] == "error"
    assert severity["evidence_of_one_outcome"] == "warning"


def test_no_rows_are_neither_repeated_nor_above_anything():
    for contract in (EVENTS, DRAWDOWNS):
        columns = ", ".join(f'NULL::{each.dtype} AS "{each.name}"' for each in contract.columns)
        with duckdb.connect() as con:
            frame = con.execute(f"SELECT 2::INTEGER AS _row, {columns} WHERE false").df()
        own = {each.name: each for each in run_gate(contract, frame)}
        assert all(own[name].passed for name in own if name.startswith(("evidence", "drawdowns")))
