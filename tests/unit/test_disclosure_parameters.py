"""Catches: a parameter of the Chamber that is delivered and has no effect, and one of another day."""

from collections.abc import Iterator

import duckdb
import pytest

from orchestration.errors import GateRefused
from orchestration.publish.parameters import Disclosure, disclosure_in_force


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("""
            create schema staging;
            create schema provenance;
            create table provenance.build as select date '2024-12-31' as as_of;
            create table staging.stg_chamber__measurement_parameters as
            select * from (values
                ('disclosure_threshold', '5', date '2020-01-01'), ('disclosure_threshold', '7', date '2024-06-01'),
                ('disclosure_threshold', '9', date '2025-01-01')
            ) as parameters (name, value, valid_from)
        """)
        yield connection


def test_the_threshold_in_force_is_the_newest_that_is_valid(con: duckdb.DuckDBPyConnection) -> None:
    assert disclosure_in_force(con) == Disclosure(threshold=7, rounding_base=0)


def test_a_missing_threshold_is_refused_by_name(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("delete from staging.stg_chamber__measurement_parameters")
    with pytest.raises(GateRefused, match="disclosure_threshold"):
        disclosure_in_force(con)


def deliver(con: duckdb.DuckDBPyConnection, name: str, value: str, valid_from: str = "2024-07-01") -> None:
    con.execute("insert into staging.stg_chamber__measurement_parameters values (?, ?, ?)", [name, value, valid_from])


def test_the_legal_floor_holds(con: duckdb.DuckDBPyConnection) -> None:
    deliver(con, "disclosure_threshold", "1")
    assert disclosure_in_force(con).threshold == 3


@pytest.mark.parametrize(("base", "valid_from", "in_force"), [
    ("5", "2024-01-01", 5), ("0", "2024-01-01", 0), ("5", "2025-06-01", 0),
])  # fmt: skip
def test_rounding_is_done_from_the_day_the_chamber_asks_for_it(
    con: duckdb.DuckDBPyConnection, base: str, valid_from: str, in_force: int
) -> None:
    deliver(con, "rounding_base", base, valid_from)
    assert disclosure_in_force(con).rounding_base == in_force


@pytest.mark.parametrize("value", ["2.5", "-5", "five"])
def test_a_parameter_that_is_no_count_is_refused_by_name_alone(con: duckdb.DuckDBPyConnection, value: str) -> None:
    deliver(con, "rounding_base", value)
    with pytest.raises(GateRefused, match="rounding_base") as refused:
        disclosure_in_force(con)
    assert value not in str(refused.value)
