"""Catches: a table or value lost in an export, a text that Excel runs as a formula, a folder that is overwritten."""

from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from orchestration.cli import app
from orchestration.errors import UsageError
from orchestration.publish.export import export, sheet_names

LONG = "provenance.a_table_of_a_very_long_name"
TEXTS = ["=1+1", "+39 011", "-5", "@SUM(A1)", "plain", "#N/A", "2024-01-01", 'a;b,"c"\nd', "bell\a", None]


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A small published file: texts that look like formulas, every type, a long name and an empty table."""
    file = tmp_path / "data" / "published" / "homes4all.duckdb"
    file.parent.mkdir(parents=True)
    with duckdb.connect(str(file)) as con:
        con.execute("create schema metrics; create schema provenance")
        con.execute("create table metrics.texts (number integer, words varchar)")
        con.executemany("insert into metrics.texts values (?, ?)", list(enumerate(TEXTS)))
        con.execute(
            "create table metrics.results as select 12.3400::decimal(18, 4) as \"value\", date '2024-03-31' as as_of, "
            "timestamp '2024-04-01 02:03:04' as built_at, true as illustrative, 7::bigint as denominator"
        )
        con.execute(f"create table {LONG}_1 as select 1 as one; create table {LONG}_2 (two integer)")
        con.execute("create table provenance.dictionary as select 'metrics.texts' as table_name")
    return file


def as_read(folder: Path, suffix: str) -> dict[str, list[tuple]]:
    reader = {"csv": "read_csv('{}', header = true)", "parquet": "read_parquet('{}')"}[suffix]
    paths = sorted(folder.iterdir())
    assert all(path.suffix == f".{suffix}" for path in paths)
    return {path.stem: duckdb.sql(f"from {reader.format(path)}").fetchall() for path in paths}


def tables(published: Path) -> dict[str, list[tuple]]:
    with duckdb.connect(str(published), read_only=True) as con:
        names = con.execute("select schema_name || '.' || table_name from duckdb_tables() order by 1").fetchall()
        return {name: con.execute(f"from {name}").fetchall() for (name,) in names}


def test_parquet_holds_every_table_as_it_was_published(published, tmp_path):
    done = export(published, tmp_path / "out", "parquet")
    assert as_read(done.folder, "parquet") == tables(published)
    assert "provenance.dictionary.parquet" in done.files


def test_csv_holds_every_table_with_its_headings_and_texts_unchanged(published, tmp_path):
    done = export(published, tmp_path / "out", "csv")
    read, expected = as_read(done.folder, "csv"), tables(published)
    assert {name: len(rows) for name, rows in read.items()} == {name: len(rows) for name, rows in expected.items()}
    assert read["metrics.texts"] == expected["metrics.texts"]
    assert (done.folder / f"{LONG}_2.csv").read_text() == "two\n"
    assert done.rows == {name: len(rows) for name, rows in expected.items()}


def test_a_workbook_holds_a_sheet_a_table_and_no_formula(published, tmp_path):
    done = export(published, tmp_path / "out", "xlsx")
    assert done.files == ("homes4all.xlsx",)
    book = load_workbook(done.folder / "homes4all.xlsx")
    assert len(book.sheetnames) == len(tables(published))
    cells = [cell for row in book["metrics.texts"].iter_rows(min_row=2, min_col=2) for cell in row]
    assert [cell.value for cell in cells] == [
        text and text.replace("\a", "\N{REPLACEMENT CHARACTER}") for text in TEXTS
    ]
    assert {cell.data_type for cell in cells if cell.value} == {"s"}
    assert [cell.quotePrefix for cell in cells] == [True] * 4 + [False] * 6
    headings, row = book["metrics.results"].iter_rows(values_only=True)
    assert headings == ("value", "as_of", "built_at", "illustrative", "denominator")
    assert row[0] == pytest.approx(12.34)
    assert row[1:] == (datetime(2024, 3, 31), datetime(2024, 4, 1, 2, 3, 4), True, 7)  # noqa: DTZ001


def test_sheets_have_names_of_their_own_within_the_limit():
    names = sheet_names([f"{LONG}_1", f"{LONG}_2", f"{LONG.upper()}_3", "metrics.results"])
    assert max(map(len, names.values())) <= 31
    assert len({name.lower() for name in names.values()}) == 4
    assert names["metrics.results"] == "metrics.results"


@pytest.mark.parametrize("file_format", ["csv", "parquet", "xlsx"])
def test_what_is_there_is_never_overwritten(published, tmp_path, file_format):
    (tmp_path / "out").mkdir()
    export(published, tmp_path / "out", file_format)  # a folder that is empty is as good as none
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    (tmp_path / "file").write_text("mine")
    for taken in ("out", "file"):
        with pytest.raises(UsageError, match="nothing was written"):
            export(published, tmp_path / taken, file_format)
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before
    assert (tmp_path / "file").read_text() == "mine"


def test_an_export_that_fails_leaves_nothing(published, tmp_path, monkeypatch):
    monkeypatch.setattr("orchestration.publish.export.SHEET_ROWS", len(TEXTS))
    with pytest.raises(UsageError, match=r"metrics.texts has 10 rows, more than a sheet holds"):
        export(published, tmp_path / "out", "xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_the_command_says_what_it_wrote_and_what_is_missing(published, tmp_path):
    data, out = str(tmp_path / "data"), str(tmp_path / "out")
    told = CliRunner().invoke(app, ["export", "--format", "csv", "--out", out, "--data", data])
    assert told.exit_code == 0
    assert f"Exported to {out}: 5 files" in told.output
    again = CliRunner().invoke(app, ["export", "--format", "csv", "--out", out, "--data", data])
    nothing = CliRunner().invoke(app, ["export", "--format", "csv", "--out", f"{out}2", "--data", f"{data}2"])
    unknown = CliRunner().invoke(app, ["export", "--format", "ods", "--out", f"{out}2", "--data", data])
    for refused, words in ((again, "not empty"), (nothing, "Nothing is published"), (unknown, "no format 'ods'")):
        assert isinstance(refused.exception, UsageError)
        assert words in str(refused.exception)
    assert not Path(f"{out}2").exists()
