"""Catches: an example that does not run, a macro that fails, or reads another database, where the file is attached."""

import shutil
from pathlib import Path

import duckdb
import pytest
from conftest import City

CALLS = {
    "metric_series": (
        "'households_enrolled'",
        "from metrics.results where metric_id = 'households_enrolled' and breakdown = 'all'",
    ),
    "metric_by": (
        "'housing_retention_12m', 'pathway'",
        "from metrics.results where metric_id = 'housing_retention_12m' and breakdown = 'pathway'",
    ),
    "survival": ("'housing_survival'", "from metrics.survival_curves where curve = 'housing_survival'"),
}
PAID = "select distinct period from payments.lines order by period limit 1"


@pytest.fixture(scope="module")
def renamed(published_city: City, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published file under a name that needs quotes."""
    return Path(
        shutil.copyfile(published_city.settings.published_file, tmp_path_factory.mktemp("copy") / "h4a 2024-12.duckdb")
    )


def test_every_example_runs_as_it_stands_in_a_file_of_any_name(renamed: Path) -> None:
    with duckdb.connect(str(renamed), read_only=True) as con:
        examples = con.execute("select number, sql from provenance.examples order by number").fetchall()
        assert [number for number, _ in examples] == [*range(1, len(examples) + 1)]
        answered = {number: len(con.execute(sql).fetchall()) for number, sql in examples}
    statements = next(number for number, sql in examples if "payment_trace" in sql)
    assert [number for number, rows in answered.items() if not rows and number != statements] == []


@pytest.mark.parametrize("macro", CALLS)
def test_a_macro_answers_the_same_opened_and_attached(renamed: Path, macro: str) -> None:
    arguments, plain = CALLS[macro]
    with duckdb.connect(str(renamed), read_only=True) as con:
        expected = con.execute(f"{plain} order by all").fetchall()
        assert expected
        assert con.execute(f"from {macro}({arguments}) order by all").fetchall() == expected
    with duckdb.connect() as con:
        con.execute(f"attach '{renamed}' as \"any name\" (read_only)")
        con.execute("create schema metrics; create table metrics.results as select 'not of the file' as metric_id")
        named = f"from \"any name\".{macro}({arguments}, file := 'any name') order by all"
        assert con.execute(named).fetchall() == expected
        con.execute('use "any name"')
        assert con.execute(f"from {macro}({arguments}) order by all").fetchall() == expected


def test_a_payment_is_traced_to_its_lines_and_limits(renamed: Path) -> None:
    with duckdb.connect() as con:
        con.execute(f"attach '{renamed}' as h4a (read_only)")
        con.execute("use h4a")
        row = con.execute(PAID).fetchone()
        assert row is not None
        con.execute("use memory")
        traced = con.execute(
            "select part, tariff_id, amount_eur from h4a.payment_trace(?, file := 'h4a') order by all", row
        ).fetchall()
        assert (
            traced
            == con.execute(
                """
            select 'limit', tariff_id, -amount_cut_eur from h4a.payments.limits_applied where period = $1
            union all
            select 'line', tariff_id, amount_eur from h4a.payments.lines where period = $1
            order by all
            """,
                row,
            ).fetchall()
        )


def test_every_macro_explains_itself(renamed: Path) -> None:
    with duckdb.connect(str(renamed), read_only=True) as con:
        found = con.execute("select function_name, comment from duckdb_functions() where not internal").fetchall()
    assert {name for name, _ in found} == {*CALLS, "payment_trace"}
    assert all(comment for _, comment in found)
