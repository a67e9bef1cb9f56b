"""Catches: a count that is not rounded where the Chamber asks for it, and an estimate that tells it all the same."""

from collections.abc import Iterator, Sequence

import duckdb
import pytest

from expectations.contract import load_contracts
from orchestration.publish.rounding import rounded
from orchestration.settings import Settings

Row = tuple[object, ...]


def answer(con: duckdb.DuckDBPyConnection, table: str, query: str, base: int, shown: str) -> list[Row]:
    return con.execute(f"select {shown} from ({rounded({table: query}, base)[table]})").fetchall()


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """Every published table that is rounded, a row each in which every number is 47."""
    texts = {"VARCHAR": "'text'", "DATE": "date '2024-12-31'", "BOOLEAN": "true", "TIMESTAMP": "now()::timestamp"}
    with duckdb.connect() as connection:
        for contract in load_contracts(Settings().contracts / "published").values():
            values = ", ".join(
                f'cast({texts.get(column.dtype, "47")} as {column.dtype}) as "{column.name}"'
                for column in contract.columns
            )
            connection.execute(f"create schema if not exists {contract.extract.split('.')[0]}")
            connection.execute(f"create table {contract.extract} as select {values}")
        yield connection


def result(formula: str, *, is_counted: bool, numerator: str = "8", denominator: str = "23") -> str:
    return f"""
        select '{formula}' as formula, {is_counted} as is_counted, {numerator}::decimal(18, 4) as numerator,
            {denominator}::decimal(18, 4) as denominator, 12::bigint as excluded, 0.3478 as "value", 0.1881 as ci_low,
            0.5511 as ci_high, 'wilson' as interval_method
    """


@pytest.mark.parametrize(("exact", "shown"), [((8, 23), (10, 25)), ((16, 31), (15, 30)), ((23, 44), (25, 45))])
def test_the_documented_example(con: duckdb.DuckDBPyConnection, exact: tuple[int, int], shown: tuple[int, int]) -> None:
    """OpenSAFELY: counts up to 7 redacted, the rest rounded to 5; rates are of the rounded counts."""
    query = result("rate", is_counted=True, numerator=str(exact[0]), denominator=str(exact[1]))
    told = answer(con, "metrics.results", query, 5, 'numerator, denominator, "value"')
    assert told == [(*shown, pytest.approx(shown[0] / shown[1]))]


def test_a_redacted_count_stays_redacted(con: duckdb.DuckDBPyConnection) -> None:
    """The first line of the same example: 3 of 18."""
    query = result("rate", is_counted=True, numerator="null", denominator="18").replace("0.3478", "null")
    assert answer(con, "metrics.results", query, 5, 'numerator, denominator, "value"') == [(None, 20, None)]


@pytest.mark.parametrize(
    ("formula", "is_counted", "shown"),
    [
        ("count", True, (10, 25, 10, 10, None)),
        ("sum", True, (10, 25, 10, 10, None)),
        ("sum", False, (8, 25, 10, 0.3478, "wilson")),
        ("mean", True, (10, 25, 10, 0.4, None)),
        ("mean", False, (None, 25, 10, 0.3478, "wilson")),
        ("ratio", False, (8, 23, 10, 0.3478, "wilson")),
        ("survival", True, (10, 25, 10, 0.35, None)),
        ("median_survival", True, (10, 25, 10, 0.3478, None)),
    ],
)
def test_what_comes_from_counts_comes_from_the_rounded_ones(
    con: duckdb.DuckDBPyConnection, formula: str, shown: Row, *, is_counted: bool
) -> None:
    told = answer(
        con, "metrics.results", result(formula, is_counted=is_counted), 5,
        'numerator, denominator, excluded, "value", interval_method',
    )  # fmt: skip
    assert told == [shown]


@pytest.mark.parametrize(
    ("table", "columns", "shown"),
    [
        ("metrics.survival_curves", ("at_risk", "events", "censored", "ci_low", "ci_high"), (45, 45, 45, None, None)),
        (
            "savings.by_method",
            ("households", "gross_saving_eur", "gross_saving_per_household_eur", "net_saving_per_household_eur"),
            (45, 47, None, None),
        ),
        ("savings.match_quality", ("programme_households", "matched_households", "comparison_households"), (45,) * 3),
        ("provenance.deliveries", ('"rows"',), (45,)),
        ("payments.lines", ("claims", "amount_eur"), (47, 47)),
    ],
)
def test_the_other_tables(con: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str], shown: Row) -> None:
    assert answer(con, table, f"select * from {table}", 5, ", ".join(columns)) == [shown]


def test_without_a_base_nothing_changes() -> None:
    queries = {"metrics.results": "select 1", "payments.lines": "select 2"}
    assert rounded(queries, 0) == queries
