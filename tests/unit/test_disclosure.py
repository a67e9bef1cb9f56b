"""Catches: a threshold off by one, a small count that stays visible, a value computed from a withheld count."""

from collections.abc import Iterator
from decimal import Decimal

import duckdb
import pytest

from orchestration.publish import disclosure


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("create schema metrics; create schema savings; create schema payments")
        connection.execute("""
            create table metrics.definitions as
            select * from (values
                ('people', 1, 'sum', 'people'), ('retention', 1, 'rate', 'rate'), ('wait', 1, 'mean', 'days')
            ) as definitions (metric_id, version, formula, unit)
        """)
        connection.execute("""
            create table metrics.results (metric_id varchar, metric_version integer, numerator decimal(18,4),
                denominator decimal(18,4), excluded bigint, "value" decimal(18,4), status varchar)
        """)
        yield connection


def judged(con: duckdb.DuckDBPyConnection, metric: str, numerator: int, denominator: int, excluded: int = 0) -> tuple:
    con.execute("delete from metrics.results")
    con.execute(
        "insert into metrics.results values (?, 1, ?, ?, ?, 0.5, 'published')",
        [metric, numerator, denominator, excluded],
    )
    row = con.execute(
        f'select numerator, denominator, excluded, "value", status from ({disclosure.results(5)})'
    ).fetchone()
    assert row is not None
    return row


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_small_denominators_withhold_the_whole_row(con: duckdb.DuckDBPyConnection, count: int) -> None:
    assert judged(con, "wait", 138, count) == (None, None, None, None, "suppressed")


@pytest.mark.parametrize("count", [0, 5, 6])
def test_the_threshold_itself_and_zero_are_shown(con: duckdb.DuckDBPyConnection, count: int) -> None:
    assert judged(con, "wait", 138, count)[4] == "published"


def test_three_people_in_eighteen_households_are_withheld(con: duckdb.DuckDBPyConnection) -> None:
    assert judged(con, "people", 3, 18) == (None, None, None, None, "suppressed")
    assert judged(con, "people", 5, 18)[0] == Decimal(5)


def test_a_small_sum_of_days_is_no_count(con: duckdb.DuckDBPyConnection) -> None:
    assert judged(con, "wait", 3, 18)[4] == "published"


def test_the_rest_of_a_rate_is_a_count_too(con: duckdb.DuckDBPyConnection) -> None:
    assert judged(con, "retention", 16, 20)[4] == "suppressed"
    assert judged(con, "retention", 15, 20)[4] == "published"
    assert judged(con, "retention", 20, 20)[4] == "published"


def test_a_small_number_of_excluded_is_withheld_alone(con: duckdb.DuckDBPyConnection) -> None:
    shown = judged(con, "wait", 138, 18, excluded=4)
    assert shown == (Decimal(138), Decimal(18), None, Decimal("0.5"), "excluded_suppressed")
    assert judged(con, "wait", 138, 18, excluded=5)[2] == 5


def test_the_legal_floor_holds() -> None:
    assert disclosure.threshold(1) == 3
    assert disclosure.threshold(10) == 10
