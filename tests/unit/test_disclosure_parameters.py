"""Catches: a parameter of the Chamber that is delivered and has no effect, and one of another day."""

from collections.abc import Iterator

import duckdb
import pytest

from orchestration.errors import GateRefused
from orchestration.publish.release import disclosure_parameter


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("""
            create schema staging;
            create schema provenance;
            create table provenance.build as select date '2024-12-31' as as_of;
            create table staging.stg_chamber__measurement_parameters as
            select * from (values
                ('disclosure_threshold', 5.0, date '2020-01-01'), ('disclosure_threshold', 7.0, date '2024-06-01'),
                ('disclosure_threshold', 9.0, date '2025-01-01')
            ) as parameters (name, value, valid_from)
        """)
        yield connection


def test_the_threshold_in_force_is_the_newest_that_is_valid(con: duckdb.DuckDBPyConnection) -> None:
    assert disclosure_parameter(con) == 7


def test_a_missing_threshold_is_refused_by_name(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("delete from staging.stg_chamber__measurement_parameters")
    with pytest.raises(GateRefused, match="disclosure_threshold"):
        disclosure_parameter(con)


@pytest.mark.parametrize(("base", "valid_from", "is_refused"), [
    (5, "2024-01-01", True), (0, "2024-01-01", False), (5, "2025-06-01", False),
])  # fmt: skip
def test_rounding_is_refused_and_not_ignored(
    con: duckdb.DuckDBPyConnection, base: int, valid_from: str, *, is_refused: bool
) -> None:
    con.execute("insert into staging.stg_chamber__measurement_parameters values ('rounding_base', ?, ?)",
                [base, valid_from])  # fmt: skip
    if is_refused:
        with pytest.raises(GateRefused, match="rounding_base"):
            disclosure_parameter(con)
    else:
        assert disclosure_parameter(con) == 7
