"""Catches: an example or the notebook that does not run, a macro that fails or reads another database."""

import shutil
from pathlib import Path

import duckdb
import nbformat
import pytest
from conftest import City
from nbclient import NotebookClient
from nbformat import NotebookNode

from orchestration.settings import PROJECT_ROOT

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
SVG = "image/svg+xml"
MARKS = ("mark-symbol", "mark-symbol", "mark-rect")  # of the notebook's charts: rates, survival, payments


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


def test_a_definition_reads_in_both_languages(published_city: City) -> None:
    with published_city.published() as con:
        for column in ("outcome", "unit", "direction", "formula"):
            told = con.execute(
                f"select distinct {column}, {column}_it, {column}_en from metrics.definitions"
            ).fetchall()
            assert len(told) > 2
            assert all(
                "_" not in italian + english and italian not in (code, english) for code, italian, english in told
            )


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


def test_a_statement_is_traced_to_the_deliveries_that_adjusted_it(renamed: Path, tmp_path: Path) -> None:
    certified = Path(shutil.copyfile(renamed, tmp_path / "certified.duckdb"))
    certified.chmod(0o600)
    with duckdb.connect(str(certified)) as con:
        con.execute("""
            insert into payments.statements by name
            select '2031Q1' as statement_id, 7 as number, 'quarter' as period_type, date '2031-01-01' as period_start,
                date '2031-04-01' as period_end, timestamp '2031-05-01' as certified_at,
                date '2031-04-01' as certified_as_of, 'any' as code_version, 'any' as content_hash, 40 as claims,
                90.00 as total_eur, 'EUR' as currency, 'published' as status, true as illustrative,
                date '2031-04-01' as as_of
        """)
        con.execute("""
            insert into payments.adjustments by name
            select '2031Q1' as statement_id, 'T' as tariff_id, '2030Q4' as adjusted_period, 'registers' as reason,
                'Registri' as reason_it, 'Registers' as reason_en, 'd1' as caused_by,
                'tenancies.csv' as caused_by_files,
                6 as claims, -10.00 as difference_eur, 'EUR' as currency, 'published' as status,
                true as illustrative, date '2031-04-01' as as_of
        """)
        traced = con.execute("""
            select part, period, what_en, claims, amount_eur, caused_by_files
            from payment_trace('2031Q1') order by part_number
        """).fetchall()
    assert traced == [
        ("statement", "2031Q1", "Certified total", 40, 90, None),
        ("adjustment", "2030Q4", "Registers", 6, -10, "tenancies.csv"),
    ]


def notebook() -> NotebookNode:
    """The notebook for evaluators as it is kept."""
    kept = nbformat.read(PROJECT_ROOT / "docs" / "evaluators.ipynb", as_version=4)
    assert isinstance(kept, NotebookNode)
    return kept


def test_the_notebook_is_kept_without_outputs() -> None:
    cells = [cell for cell in notebook().cells if cell.cell_type == "code"]
    assert cells
    assert all(not cell.outputs and cell.execution_count is None for cell in cells)


def test_the_notebook_runs_from_connect_to_chart(
    renamed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    (tmp_path / "docs").mkdir()
    published = tmp_path / "data" / "published" / "homes4all.duckdb"
    published.parent.mkdir(parents=True)
    published.symlink_to(renamed)
    run = notebook()
    resources = {"metadata": {"path": str(tmp_path / "docs")}}
    NotebookClient(run, timeout=120, kernel_name="python3", resources=resources).execute()
    outputs = [output for cell in run.cells if cell.cell_type == "code" for output in cell.outputs]
    charts = [output["data"][SVG] for output in outputs if SVG in output.get("data", {})]
    assert len(charts) == len(MARKS)
    for chart, mark in zip(charts, MARKS, strict=True):
        drawn = chart[chart.index(f"{mark} role-mark") :].split("</g>")[0]
        assert drawn.count("<path") > 2
