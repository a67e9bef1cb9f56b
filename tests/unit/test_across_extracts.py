"""Catches: what two registers say of one household or dwelling and cannot both be true, passing unseen; or cried wolf.

The SQL of the dbt tests is run on a few rows, without dbt.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import jinja2
import pytest

TESTS = Path(__file__).parents[2] / "dbt_project" / "tests"
STAYS, TENANCIES, DWELLINGS = "stg_municipality__temporary_stays", "stg_provider__tenancies", "stg_provider__dwellings"
ENROLMENTS = "stg_provider__enrolments"
Found = list[tuple[str, int]]


def sql(name: str, **arguments: object) -> str:
    """A test as dbt renders it; a generic one with its arguments."""
    words = {
        "ref": lambda table: table,
        "as_of": lambda: "date '2024-06-30'",
        "observed_until": lambda: "date '2024-07-01'",
        "months_after": lambda day, months: f"cast({day} + to_months({months}) as date)",
    }
    if not arguments:
        return jinja2.Template((TESTS / "singular" / f"{name}.sql").read_text(encoding="utf-8")).render(**words)
    text = (TESTS / "generic" / f"{name}.sql").read_text(encoding="utf-8")
    macro = text.replace("{% test ", "{% macro ").replace("{% endtest %}", "{% endmacro %}")
    return jinja2.Template(f"{macro}{{{{ {name}({', '.join(arguments)}) }}}}").render(**words, **arguments)


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        con.execute(f"""
            create table {STAYS} (household_id text, checked_in_on date, checked_out_on date, _delivery_id text,
                _row int);
            create table {TENANCIES} (tenancy_id text, household_id text, dwelling_id text, started_on date,
                ended_on date, monthly_rent_eur decimal(18, 2), _delivery_id text, _row int);
            create table {ENROLMENTS} (household_id text, exited_on date, exit_reason text, _delivery_id text,
                _row int);
            create table {DWELLINGS} (dwelling_id text, market_rent_eur_month decimal(18, 2));
        """)
        yield con


def stay(con, row: int, start: str, end: str | None, household: str = "h") -> None:
    con.execute(f"insert into {STAYS} values (?, ?, ?, 's', ?)", [household, start, end, row])


def tenancy(con, row: int, start: str, end: str | None, household: str = "h", dwelling: str | None = "d",
            rent: float = 1) -> None:  # fmt: skip
    values = [f"t{row}", household, dwelling, start, end, rent, row]
    con.execute(f"insert into {TENANCIES} values (?, ?, ?, ?, ?, ?, 't', ?)", values)


def found(con, name: str, **arguments: object) -> Found:
    return sorted(con.execute(sql(name, **arguments)).fetchall())


@pytest.mark.parametrize(
    ("stayed", "housed", "is_found"),
    [
        (("2024-02-01", "2024-03-01"), ("2024-02-01", "2024-03-01"), True),
        (("2024-02-01", "2024-02-29"), ("2024-01-01", None), False),
        (("2024-02-02", "2024-03-31"), ("2024-01-01", None), False),
        (("2024-02-02", "2024-04-01"), ("2024-01-01", None), True),
        (("2024-01-01", None), ("2024-01-15", "2024-02-29"), False),
        (("2024-01-01", None), ("2024-01-15", "2024-03-01"), True),
        (("2024-01-01", None), ("2024-06-01", None), True),
        (("2024-01-01", None), ("2024-06-02", None), False),
        (("2024-01-01", "2024-02-01"), ("2024-02-01", "2024-06-01"), False),
    ],
)
def test_housed_and_in_a_hotel_for_a_whole_month(con, stayed, housed, is_found):
    stay(con, 2, *stayed)
    tenancy(con, 7, *housed)
    stay(con, 3, "2024-01-01", None, household="another")
    expected = [("s", 2), ("t", 7)] if is_found else []
    assert found(con, "housed_and_in_temporary_accommodation_for_a_month") == expected


@pytest.mark.parametrize(
    ("first", "second", "is_found"),
    [
        (("2024-01-01", "2024-02-01"), ("2024-02-01", None), False),
        (("2024-01-01", "2024-02-02"), ("2024-02-01", None), True),
        (("2024-01-01", None), ("2024-06-30", None), True),
        (("2024-01-01", "2024-03-01"), ("2024-02-01", "2024-02-01"), False),
        (("2024-01-01", None), ("2023-01-01", "2024-01-01"), False),
    ],
)
def test_two_households_in_one_dwelling(con, first, second, is_found):
    tenancy(con, 2, *first)
    tenancy(con, 3, *second, household="other")
    tenancy(con, 4, *second, household="another", dwelling="e")
    tenancy(con, 5, *first, household="one", dwelling=None)
    tenancy(con, 6, *first, household="two", dwelling=None)
    assert found(con, "dwellings_are_let_to_one_household_at_a_time") == ([("t", 2), ("t", 3)] if is_found else [])


def test_one_household_may_have_two_tenancies_of_its_dwelling(con):
    tenancy(con, 2, "2024-01-01", None)
    tenancy(con, 3, "2024-02-01", None)
    assert found(con, "dwellings_are_let_to_one_household_at_a_time") == []


@pytest.mark.parametrize(("rent", "is_found"), [(49.99, True), (50, False), (750, False), (750.01, True), (500, False)])
def test_rents_against_the_market(con, rent, is_found):
    con.execute(f"insert into {DWELLINGS} values ('d', 500), ('unknown', null), ('nought', 0)")
    tenancy(con, 2, "2024-01-01", None, rent=rent)
    for row, dwelling in enumerate(("unknown", "nought", None, "nowhere"), start=3):
        tenancy(con, row, "2024-01-01", None, dwelling=dwelling, rent=9999)
    arguments = {"model": TENANCIES, "column_name": "monthly_rent_eur", "dwellings": DWELLINGS,
                 "market_rent": "market_rent_eur_month", "at_least": 0.1, "at_most": 1.5}  # fmt: skip
    assert found(con, "within_market", **arguments) == ([("t", 2)] if is_found else [])


@pytest.mark.parametrize(
    ("reason", "exited", "housed", "is_found"),
    [
        ("withdrew", "2024-02-10", ("2023-01-01", None), True),
        ("evicted", "2024-02-10", ("2023-01-01", "2024-03-11"), True),
        ("moved", "2024-02-10", ("2024-02-10", None), True),
        ("withdrew", "2024-02-10", ("2023-01-01", "2024-03-10"), False),
        ("withdrew", "2024-02-10", ("2024-02-11", None), False),
        ("withdrew", "2024-05-31", ("2023-01-01", None), True),
        ("withdrew", "2024-06-10", ("2023-01-01", None), False),
        ("completed", "2024-02-10", ("2023-01-01", None), False),
        ("deceased", "2024-02-10", ("2023-01-01", None), False),
        ("other", "2024-02-10", ("2023-01-01", None), False),
        (None, None, ("2023-01-01", None), False),
    ],
)
def test_a_household_that_left_while_its_tenancy_stays_open(con, reason, exited, housed, is_found):
    """A tenancy may end up to a month after; who left less than a month ago may still have to hand over the keys."""
    con.execute(f"insert into {ENROLMENTS} values ('h', ?, ?, 'e', 5)", [exited, reason])
    tenancy(con, 7, *housed)
    tenancy(con, 8, "2023-01-01", None, household="another")
    expected = [("e", 5), ("t", 7)] if is_found else []
    assert found(con, "left_while_the_tenancy_stays_open") == expected
