"""Catches: a survival curve that tells of a figure of metrics.results that is withheld."""

from collections.abc import Iterator

import duckdb
import pytest

from orchestration.publish.followed import keep_apart, write_months

LIMIT = 5
ROW = "housing_survival_3m 1 programme_to_date 2024-01-01 all all"


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """A curve with five events and five followed no longer in months 1, 2 and 5, and a row of those in three months."""
    with duckdb.connect() as connection:
        connection.execute(f"""
            create schema metrics;
            create table metrics.survival_curves as
            select 'housing_survival' as curve, category, months, 100 - 2 * sum(happened) over upward as at_risk,
                happened as events, happened as censored, 0 as competing
            from (values ('all'), ('pathway:new_home')) as categories (category),
                (values (0, 0), (1, 5), (2, 5), (3, 0), (4, 0), (5, 5)) as grid (months, happened)
            window upward as (partition by category order by months);
            create temp table followed as
            select '{ROW}' as named, 'all' as breakdown, false as is_small, 10::bigint as events,
                100::bigint as followed, 'housing_survival' as curve, 'all' as category, 3 as horizon;
            create temp table grown_rows (table_name varchar, named varchar, measures varchar[]);
            create temp table withheld_results (metric_id varchar, metric_version integer, period_type varchar,
                period_start date, breakdown varchar, category varchar);
        """)
        yield connection


def least(con: duckdb.DuckDBPyConnection) -> tuple[int, int, list[int] | None]:
    write_months(con, LIMIT, [])
    (row,) = con.execute("select least_events, least_rest, list_sort(near) from followed_least").fetchall()
    return row


def test_months_about_the_horizon_tell_between_what_the_events_lie(con: duckdb.DuckDBPyConnection) -> None:
    """Five up to month 1 and fifteen up to month 5; months 2 and 3 tell no less than all, months 3 and 4 no more."""
    assert least(con) == (5, 85, [2, 3, 4])


def test_a_row_that_is_small_by_itself_is_hidden_by_the_curve_as_well(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("update followed set is_small = true")
    assert least(con) == (10, 90, None)
    con.execute("drop table shown_months; drop table followed_least")
    con.execute(f"insert into grown_rows values ('metrics.results', '{ROW}', ['events'])")
    assert least(con) == (5, 85, [2, 3, 4])


@pytest.mark.parametrize(("is_withheld", "months"), [(False, [0, 1, 2, 3, 4, 5]), (True, [0, 1, 5])])
def test_months_that_tell_of_a_withheld_row_are_not_shown(
    con: duckdb.DuckDBPyConnection, months: list[int], *, is_withheld: bool
) -> None:
    write_months(con, LIMIT, [])
    if is_withheld:
        con.execute(
            "insert into withheld_results values "
            "('housing_survival_3m', 1, 'programme_to_date', '2024-01-01', 'all', 'all')"
        )
    keep_apart(con, LIMIT, [])
    for category in ("all", "pathway:new_home"):
        query = "select list(months order by months) from shown_months where category = ?"
        assert con.execute(query, [category]).fetchone() == (months,)
