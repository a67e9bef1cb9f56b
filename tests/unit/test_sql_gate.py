"""Catches: a partner's check that judges otherwise than the gate of the run, in any expectation of any extract."""

import functools
from dataclasses import replace
from datetime import date

import duckdb
import pytest
from reading import CONTRACTS as UNDATED
from spoiled_rows import spoiled

from expectations.gate import OWN, run_gate
from expectations.model import Contract, Expectation
from expectations.sql import is_supported, run_sql

CONTRACTS = {key: contract.on(date(2024, 12, 31)) for key, contract in UNDATED.items()}


@functools.cache
def judged_spoiled(extract: tuple[str, str]):
    return judged(CONTRACTS[extract], spoiled(CONTRACTS[extract]))


def judged(contract: Contract, rows: str):
    known = [each for each in contract.expectations if is_supported(each)]
    asked = replace(contract, expectations=tuple(known))
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE typed AS {rows}")
        return run_sql(con, "typed", known), run_gate(asked, con.execute("FROM typed").df())


@pytest.mark.parametrize("extract", CONTRACTS, ids=lambda each: each[1])
def test_both_say_the_same_of_bad_rows(extract):
    in_sql, by_the_gate = judged_spoiled(extract)
    assert in_sql == by_the_gate


def test_both_say_the_same_of_no_rows():
    contract = CONTRACTS["chamber", "outcome_tariffs"]
    in_sql, by_the_gate = judged(contract, f"SELECT * FROM ({spoiled(contract)}) WHERE false")
    assert in_sql == by_the_gate
    assert not all(each.passed for each in in_sql)


def test_the_rows_of_these_tests_break_every_rule_but_that_there_are_some():
    unbroken = {each.name for extract in CONTRACTS for each in judged_spoiled(extract)[0] if each.passed}
    assert unbroken <= {"at_least_one_row"}


def test_every_expectation_of_an_extract_is_known():
    unknown = {each.type for contract in CONTRACTS.values() for each in contract.expectations if not is_supported(each)}
    assert unknown <= {*OWN}


@pytest.mark.parametrize(
    "expectation",
    [
        Expectation("type", "d", "error", "expect_column_values_to_be_increasing", {"column": "n"}),
        Expectation("argument", "d", "error", "expect_column_values_to_be_null", {"column": "n", "mostly": 0.9}),
        Expectation("condition", "d", "error", "expect_column_values_to_be_null", {"column": "n", "row_condition": 1}),
        Expectation("ignored", "d", "error", "expect_compound_columns_to_be_unique",
                    {"column_list": ["n", "m"], "ignore_row_if": "any_value_is_missing"}),
    ],
    ids=lambda each: each.name,
)  # fmt: skip
def test_what_is_not_known_is_left_to_the_gate(expectation):
    assert not is_supported(expectation)
