"""Catches: an expectation that passes what it must not, names the wrong lines, shows a value, or crashes unnoticed."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from expectations.contract import load_contracts, load_published
from expectations.gate import run_gate
from expectations.model import Contract, Expectation

CONTRACTS = {
    key: contract.on(date(2024, 12, 31))
    for key, contract in load_contracts(Path(__file__).parents[2] / "expectations" / "contracts").items()
}


def frame(rows: str):
    with duckdb.connect() as con:
        return con.execute(rows).df()


def contract_with(*expectations: Expectation) -> Contract:
    return Contract("a", "b", "1.0.0", "One row per b.", (), None, expectations, Path("b.odcs.yaml"))


EVICTIONS = """
    SELECT * FROM (VALUES
        (2::INTEGER, 'a', 'h_0123456789abcdef01234567', DATE '2023-01-05', 'pending', NULL::DATE),
        (3, 'b', 'h_0123456789abcdef01234567', DATE '2023-01-05', 'executed', DATE '2023-01-05'),
        (4, 'b', 'Maria Rossi', DATE '2023-01-05', 'executed', DATE '2023-01-04'),
        (5, 'c', 'h_0123456789abcdef01234567', DATE '2023-01-05', 'pending', DATE '2023-02-05'),
        (6, 'd', 'h_0123456789abcdef01234567', DATE '2023-01-05', 'averted', NULL),
        (7, 'e', 'h_0123456789abcdef01234567', DATE '0024-01-05', 'averted', DATE '2924-01-05')
    ) AS t (_row, eviction_id, household_id, ordered_on, outcome, outcome_on)
"""


def test_failures_are_counted_and_named_by_line():
    results = {each.name: each for each in run_gate(CONTRACTS["municipality", "evictions"], frame(EVICTIONS))}
    assert {name: (each.failed, each.lines) for name, each in results.items()} == {
        "key_unique": (2, (3, 4)),
        "household_id_pattern": (1, (4,)),
        "ordered_on_range": (1, (7,)),
        "outcome_on_range": (1, (7,)),
        "outcome_after_order": (1, (4,)),
        "pending_has_no_outcome_date": (1, (5,)),
        "outcome_has_a_date": (1, (6,)),
    }
    assert not any(each.passed or each.broken for each in results.values())
    assert results["outcome_after_order"].columns == ("outcome_on", "ordered_on")
    assert "Rossi" not in repr(results)


def test_results_come_in_the_order_of_the_contract():
    contract = CONTRACTS["chamber", "outcome_tariffs"]
    columns = ", ".join(f'NULL::{each.dtype} AS "{each.name}"' for each in contract.columns)
    results = run_gate(contract, frame(f"SELECT 2::INTEGER AS _row, {columns}"))
    assert [each.name for each in results] == [each.name for each in contract.expectations]


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=lambda each: each.extract)
def test_no_rows_break_nothing_but_a_minimum(contract):
    columns = ", ".join(f'NULL::{each.dtype} AS "{each.name}"' for each in contract.columns)
    results = run_gate(contract, frame(f"SELECT * FROM (SELECT 2::INTEGER AS _row, {columns}) WHERE false"))
    assert not any(each.broken for each in results)
    assert {each.name for each in results if not each.passed} <= {"at_least_one_row"}


def test_compound_keys_hold_empty_parts_for_equal():
    rows = """
        SELECT 2::INTEGER AS _row, 'x' AS name, NULL::VARCHAR AS metric_id, NULL::INTEGER AS metric_version,
               DATE '2023-01-01' AS valid_from
        UNION ALL SELECT 3, 'x', NULL, NULL, DATE '2023-01-01'
        UNION ALL SELECT 4, 'x', 'm', 1, DATE '2023-01-01'
    """
    results = {each.name: each for each in run_gate(CONTRACTS["chamber", "measurement_parameters"], frame(rows))}
    assert results["key_unique"].lines == (2, 3)


def test_only_the_first_twenty_lines_are_named():
    every = Expectation("none", "n", "error", "expect_column_values_to_be_null", {"column": "n"})
    (result,) = run_gate(contract_with(every), frame("SELECT i::INTEGER AS _row, 1 AS n FROM range(2, 102) AS t (i)"))
    assert (result.failed, result.lines) == (100, tuple(range(2, 22)))


@pytest.mark.parametrize(
    "expectation",
    [
        Expectation("unheard_of", "d", "error", "expect_miracles", {}),
        Expectation("wrong_argument", "d", "error", "expect_column_values_to_be_null", {"colum": "n"}),
        Expectation("no_such_column", "d", "error", "expect_column_values_to_be_null", {"column": "gone"}),
        Expectation("wrong_type", "d", "error", "expect_column_values_to_be_between", {"column": "t", "min_value": 1}),
    ],
    ids=lambda each: each.name,
)
def test_a_check_that_crashes_is_broken_and_does_not_pass(expectation):
    good = Expectation("good", "d", "error", "expect_column_values_to_not_be_null", {"column": "n"})
    broken, sound = run_gate(contract_with(expectation, good), frame("SELECT 2::INTEGER AS _row, 1 AS n, 'Rossi' AS t"))
    assert broken.broken
    assert not broken.passed
    assert broken.failed == 0
    assert sound.passed


def test_nothing_is_said_of_values_in_logs_or_on_the_screen(caplog, capfd):
    crash = Expectation("c", "d", "error", "expect_column_values_to_be_between", {"column": "t", "min_value": 1})
    run_gate(contract_with(crash), frame("SELECT 2::INTEGER AS _row, 'Rossi' AS t"))
    run_gate(CONTRACTS["municipality", "evictions"], frame(EVICTIONS))
    seen = capfd.readouterr()
    assert "Rossi" not in caplog.text + seen.out + seen.err
    assert seen.out + seen.err == ""


def test_a_table_without_row_numbers_is_counted():
    never = Expectation("none", "n", "warning", "expect_column_values_to_be_null", {"column": "n"})
    (result,) = run_gate(contract_with(never), frame("SELECT 1 AS n"))
    assert (result.failed, result.lines, result.severity) == (1, (), "warning")


def test_no_expectations_no_results():
    assert run_gate(contract_with(), frame("SELECT 1 AS n")) == []


def test_a_limit_may_hold_back_a_credit() -> None:
    """What a credit takes off had never been paid: the limit had cut it, in this period or before."""
    contract = load_published(Path(__file__).parents[2] / "expectations" / "contracts")["payments.limits_applied"]
    columns = ", ".join(f'NULL::{each.dtype} AS "{each.name}"' for each in contract.columns)
    cut = frame(f"SELECT 2::INTEGER AS _row, {columns}").assign(amount_cut_eur=-534.42)
    assert [each.name for each in run_gate(contract, cut) if not each.passed and "amount_cut_eur" in each.columns] == []
