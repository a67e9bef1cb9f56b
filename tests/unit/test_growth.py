"""Catches: a count that is few away from an earlier release and is taken for one that tells nothing."""

from collections.abc import Iterator
from datetime import date

import duckdb
import pytest

from orchestration.audit.earlier import by_subject, is_few_away
from orchestration.publish.growth import Earlier, earlier_curves, write_grown

LIMIT = 5
NOVEMBER, DECEMBER = date(2024, 12, 1), date(2025, 1, 1)


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("""
            create table counts (table_name varchar, named varchar, subject varchar, measure varchar, month integer,
                until date, count bigint);
            create table earlier_counts (release varchar, subject varchar, measure varchar, month integer, until date,
                count bigint);
        """)
        yield connection


def grown(
    con: duckdb.DuckDBPyConnection, now: int, then: int, *, measure: str = "units", until: date | None = None,
    was_until: date | None = None, month: int = 0, was_month: int = 0,
) -> bool:  # fmt: skip
    """Whether a row is few away by the publisher, and by the auditor where both judge it."""
    con.execute("insert into counts values ('a', 'row', 's', ?, ?, ?, ?)", [measure, month, until, now])
    con.execute("insert into earlier_counts values ('r', 's', ?, ?, ?, ?)", [measure, was_month, was_until, then])
    write_grown(con, LIMIT)
    found = con.execute("from grown_rows").fetchall() != []
    if measure != "died":
        said = by_subject([Earlier("r", "s", measure, was_month, was_until, then)])
        assert is_few_away(said, LIMIT, "s", measure, now, month=month, until=until) == found
    return found


@pytest.mark.parametrize(("now", "expected"), [(50, False), (51, True), (54, True), (55, False), (46, True)])
def test_few_more_or_less_are_few_away(con: duckdb.DuckDBPyConnection, now: int, *, expected: bool) -> None:
    assert grown(con, now, 50) == expected


def test_a_period_that_went_on_is_weighed(con: duckdb.DuckDBPyConnection) -> None:
    assert grown(con, 52, 50, until=DECEMBER, was_until=NOVEMBER)


def test_a_period_that_had_ended_is_not(con: duckdb.DuckDBPyConnection) -> None:
    assert not grown(con, 52, 50, until=DECEMBER, was_until=DECEMBER)


def test_months_of_curves_stand_by_themselves(con: duckdb.DuckDBPyConnection) -> None:
    assert not grown(con, 52, 50, measure="events", month=6, was_month=3)


@pytest.mark.parametrize(("month", "expected"), [(6, True), (3, True), (2, False)])
def test_who_had_died_has_so_ever_after(con: duckdb.DuckDBPyConnection, month: int, *, expected: bool) -> None:
    assert grown(con, 12, 10, measure="died", month=month, was_month=3) == expected


def test_the_cohort_is_told_apart_from_what_it_counts(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        "insert into counts values ('a', 'x', 'x', 'cohort', 0, null, 52), ('a', 'y', 'y', 'units', 0, null, 9)"
    )
    con.execute("insert into earlier_counts select 'r', subject, measure, 0, null, count - 1 from counts")
    write_grown(con, LIMIT)
    assert con.execute("select named, has_grown_cohort from grown_rows order by 1").fetchall() == [
        ("x", True), ("y", False),
    ]  # fmt: skip


def test_each_release_of_a_curve_stays_by_itself() -> None:
    said = [
        Earlier(release, "waiting pathway:new_home", measure, month, None, count)
        for release, measure, month, count in (
            ("1", "at_risk", 0, 40), ("1", "events", 3, 6), ("2", "at_risk", 0, 45), ("2", "died", 0, 1),
        )
    ]  # fmt: skip
    first, second = earlier_curves(said)["waiting", "pathway:new_home"]
    assert (first.at_risk, first.events, second.at_risk, second.events) == ({0: 40}, {3: 6}, {0: 45}, {})
