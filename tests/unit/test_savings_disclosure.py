"""Catches: a saving or a match that shows a count of one to four, or lets it be found by subtraction."""

from collections.abc import Iterator

import duckdb
import pytest

from expectations.contract import load_contracts
from orchestration.publish import disclosure_money
from orchestration.settings import Settings

LIMIT = 5
SHOWN = {
    "method",
    "window_months",
    "covariate",
    "interval_method",
    "bootstrap_seed",
    "bootstrap_replicates",
    "status",
    "costs_from",
    "costs_to",
    "is_payable",
    "illustrative",
    "as_of",
}
TEXTS = {"VARCHAR": "'published'", "DATE": "date '2024-12-31'", "BOOLEAN": "true"}


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """Both tables with the columns of their contracts, and a row each in which every number is 50."""
    contracts = load_contracts(Settings().contracts / "published")
    with duckdb.connect() as connection:
        connection.execute("create schema savings")
        for contract in contracts.values():
            if contract.extract.startswith("savings."):
                values = ", ".join(
                    f"cast({TEXTS.get(column.dtype, '50')} as {column.dtype}) as {column.name}"
                    for column in contract.columns
                )
                connection.execute(f"create table {contract.extract} as select {values}")
        yield connection


def shown(con: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, object]]:
    result = con.execute(f"select * from ({query})")
    names = [each[0] for each in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def test_large_counts_are_shown_whole(con: duckdb.DuckDBPyConnection) -> None:
    for query in (disclosure_money.savings(LIMIT), disclosure_money.match_quality(LIMIT)):
        (row,) = shown(con, query)
        assert row["status"] == "published"
        assert None not in row.values()


@pytest.mark.parametrize("households", [1, 4])
def test_a_small_method_shows_no_figure(con: duckdb.DuckDBPyConnection, households: int) -> None:
    con.execute(f"update savings.by_method set households = {households}")
    (row,) = shown(con, disclosure_money.savings(LIMIT))
    assert row["status"] == "suppressed"
    assert {name for name, value in row.items() if value is not None} == SHOWN - {"covariate"}


@pytest.mark.parametrize(("lacking", "is_shown"), [(0, True), (1, False), (4, False), (5, True), (50, True)])
def test_the_few_that_a_method_lacks_are_not_told_by_difference(
    con: duckdb.DuckDBPyConnection, lacking: int, is_shown: bool
) -> None:
    con.execute(f"""
        insert into savings.by_method by name
        select * replace ('comparison_group' as method, 100 - {lacking} as households) from savings.by_method
    """)
    con.execute("update savings.by_method set households = 100 where method = 'published'")
    rows = {row["method"]: row for row in shown(con, disclosure_money.savings(LIMIT))}
    assert rows["published"]["status"] == "published"
    assert (rows["comparison_group"]["observed_cost_eur"] is not None) == is_shown


@pytest.mark.parametrize(("households", "is_shown"), [(50, True), (49, False), (46, False), (45, True)])
def test_the_few_enrolled_that_no_method_has_are_not_told(
    con: duckdb.DuckDBPyConnection, households: int, *, is_shown: bool
) -> None:
    con.execute(f"update savings.by_method set households = {households}")
    (row,) = shown(con, disclosure_money.savings(LIMIT))
    assert (row["observed_cost_eur"] is not None) == is_shown


@pytest.mark.parametrize(
    ("programme", "matched", "district", "compared", "is_shown"),
    [
        (50, 50, 50, 50, True),
        (50, 45, 45, 50, True),
        (50, 46, 46, 50, False),
        (50, 4, 0, 50, False),
        (50, 40, 3, 50, False),
        (50, 40, 37, 50, False),
        (50, 40, 0, 4, False),
        (50, 0, 0, 0, True),
    ],
)
def test_a_match_of_few_is_not_shown(
    con: duckdb.DuckDBPyConnection, programme: int, matched: int, district: int, compared: int, is_shown: bool
) -> None:
    con.execute(f"""
        update savings.match_quality set programme_households = {programme}, matched_households = {matched},
            matched_within_district = {district}, comparison_households = {compared}
    """)
    (row,) = shown(con, disclosure_money.match_quality(LIMIT))
    assert row["status"] == ("published" if is_shown else "suppressed")
    if not is_shown:
        assert {name for name, value in row.items() if value is not None} == SHOWN & row.keys()
