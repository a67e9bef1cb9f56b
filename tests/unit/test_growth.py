"""Catches: a count that is few away from an earlier release and is taken for one that tells nothing."""

from collections.abc import Iterator
from datetime import date

import duckdb
import pytest

from orchestration.audit.cells import grown_counts
from orchestration.audit.curves import few_besides
from orchestration.audit.earlier import by_subject, is_few_away
from orchestration.publish.cells import grown_counts as grown_of
from orchestration.publish.curves import EarlierCurve
from orchestration.publish.growth import Earlier, earlier_curves, write_grown, write_least

LIMIT = 5
NOVEMBER, DECEMBER = date(2024, 12, 1), date(2025, 1, 1)


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("""
            create table counts (table_name varchar, named varchar, subject varchar, measure varchar, month integer,
                until date, count bigint);
            create table followed (named varchar, is_small boolean);
            create table earlier_counts (release varchar, subject varchar, measure varchar, month integer, until date,
                count bigint);
        """)
        yield connection


def grown(
    con: duckdb.DuckDBPyConnection, now: int, then: int, *, measure: str = "units", until: date | None = None,
    was_until: date | None = None, month: int = 0, was_month: int = 0,
) -> bool:  # fmt: skip
    """Whether a row is few away, by the publisher and by the auditor."""
    con.execute("insert into counts values ('metrics.results', 'row', 's', ?, ?, ?, ?)", [measure, month, until, now])
    con.execute("insert into earlier_counts values ('r', 's', ?, ?, ?, ?)", [measure, was_month, was_until, then])
    write_grown(con, LIMIT)
    found = con.execute("from grown_rows").fetchall() != []
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


@pytest.mark.parametrize(
    ("measure", "month", "was_month", "expected"),
    [("events", 12, 6, True), ("events", 6, 6, True), ("events", 6, 12, False),
     ("at_risk", 0, 3, True), ("at_risk", 3, 3, True), ("at_risk", 3, 0, False)],
)  # fmt: skip
def test_those_of_one_month_are_among_those_of_another(
    con: duckdb.DuckDBPyConnection, measure: str, month: int, was_month: int, *, expected: bool
) -> None:
    """An event in six months is one in twelve; who was followed to the third month was so at the beginning."""
    assert grown(con, 52, 50, measure=measure, month=month, was_month=was_month) == expected


@pytest.mark.parametrize(("later", "expected"), [(35, False), (36, True), (34, True), (39, True), (40, False)])
def test_few_new_events_between_two_horizons_withhold_the_second(
    con: duckdb.DuckDBPyConnection, later: int, *, expected: bool
) -> None:
    now, then = {12: 25, 24: later}, {12: 10, 24: 20}
    for month in now:
        con.execute("insert into followed values (?, false)", [f"row {month}"])
        con.execute("insert into counts values ('metrics.results', ?, 's', 'events', ?, null, ?)",
                    [f"row {month}", month, now[month]])  # fmt: skip
        con.execute("insert into earlier_counts values ('r', 's', 'events', ?, null, ?)", [month, then[month]])
    write_grown(con, LIMIT)
    assert con.execute("select named from grown_rows").fetchall() == [("row 24",)] * expected
    assert (24 in few_besides(now, then, LIMIT)) == expected


def test_the_least_is_the_most_that_was_said_and_may_still_be(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("""
        insert into counts values ('metrics.results', 'x', 'x', 'units', 0, null, 10),
            ('metrics.results', 'x', 'x', 'rest', 0, null, 4), ('metrics.results', 'y', 'y', 'units', 0, null, 10);
        insert into earlier_counts
        select release, 'x', measure, 0, null, count
        from (values ('1', 'units', 7), ('2', 'units', 9), ('3', 'units', 12), ('1', 'rest', 4))
            as said(release, measure, count)
    """)
    write_least(con)
    assert con.execute("from least_counts").fetchall() == [("x", 0, 9, 0, 4)]


def test_what_has_grown_is_told_apart(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("""
        insert into counts values ('metrics.results', 'x', 'x', 'cohort', 0, null, 52),
            ('metrics.results', 'x', 'x', 'excluded', 0, null, 9), ('metrics.results', 'y', 'y', 'units', 0, null, 9)
    """)
    con.execute("insert into earlier_counts select 'r', subject, measure, 0, null, count - 1 from counts")
    write_grown(con, LIMIT)
    assert con.execute("select named, measures from grown_rows order by 1").fetchall() == [
        ("x", ["cohort", "excluded"]), ("y", ["units"]),
    ]  # fmt: skip


SHARE, SUM = {"in": 9.0, "out": 9.0, "excluded": 9.0}, {"in": 9.0, "excluded": 9.0, "other": 9.0}


@pytest.mark.parametrize(
    ("formula", "measures", "expected"),
    [
        ("rate", {"cohort", "excluded"}, {"excluded"}),
        ("rate", {"units"}, {"in", "out"}),
        ("rate", {"units", "excluded"}, {"in", "out", "excluded"}),
        ("rate", {"units", "rest"}, {"out"}),
        ("rate", {"cohort"}, {"in", "out", "excluded"}),
        ("survival", {"events"}, {"in"}),
        ("sum", {"counted"}, {"other"}),
        ("sum", {"units"}, {"in"}),
        ("sum", {"cohort"}, {"in", "excluded"}),
        ("sum", set(), set()),
    ],
)
def test_counts_that_have_grown_are_protected_or_all_of_a_sum_that_has(
    formula: str, measures: set[str], expected: set[str]
) -> None:
    is_share = formula != "sum"
    assert grown_counts(measures, SHARE if is_share else SUM, formula) == expected
    names = ("in", "excluded", "out") if is_share else ("in", "excluded", "other")
    assert {names[count] for count in grown_of(measures, is_of_units=is_share)} == expected


def test_each_release_of_a_curve_stays_by_itself() -> None:
    said = [
        Earlier(release, "waiting pathway:new_home", measure, month, None, count)
        for release, measure, month, count in (
            ("1", "at_risk", 0, 40), ("1", "events", 3, 6), ("2", "at_risk", 0, 45), ("2", "died", 0, 1),
            ("3", "at_risk", 0, 40), ("3", "events", 3, 6),
        )
    ]  # fmt: skip
    first, second = earlier_curves(said)["waiting", "pathway:new_home"]
    assert (first, second) == (EarlierCurve({0: 40}, {3: 6}), EarlierCurve({0: 45}, died={0: 1}))


def test_a_horizon_that_is_hidden_is_no_bound_on_the_next_night(con: duckdb.DuckDBPyConnection) -> None:
    """Few apart from twelve months, 24 are hidden; beside what the same build has told six months stay as they are."""
    for month, count in {6: 10, 12: 20, 24: 22}.items():
        con.execute("insert into counts values ('metrics.results', ?, 's', 'events', ?, null, ?)",
                    [f"row {month}", month, count])  # fmt: skip
        con.execute("insert into followed values (?, ?)", [f"row {month}", month == 24])
        if month != 24:
            con.execute("insert into earlier_counts values ('r', 's', 'events', ?, null, ?)", [month, count])
    write_grown(con, LIMIT)
    assert con.execute("select named, measures from grown_rows").fetchall() == [("row 24", ["part"])]
