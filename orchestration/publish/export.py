"""The published file as files that other tools open: CSV, Parquet, one Excel workbook, or INDIGO's JSON.

What is written is what was published, table by table; nothing is computed or shown beyond it. Which table becomes what
in INDIGO's standard is decided in `indigo`.
"""

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from expectations.quoting import literal
from orchestration.durable import sync
from orchestration.errors import UsageError
from orchestration.publish import indigo

WORKBOOK_NAME = "homes4all.xlsx"
SHEET_NAME_LENGTH = 31  # Excel's limit
SHEET_ROWS = 1_048_576  # Excel's limit, the headings included
FORMULA_SIGNS = ("=", "+", "-", "@")


@dataclass(frozen=True)
class Exported:
    """What an export wrote: the folder, the files by name in order, and the rows of each table (for indigo: list)."""

    folder: Path
    files: tuple[str, ...]
    rows: Mapping[str, int]


def export(published: Path, target: Path, file_format: str) -> Exported:
    """Write the published file into a folder that is empty or not there yet; whole, or not at all.

    Args:
        published: the published file; it is only read.
        target: the folder to make.
        file_format: a key of `WRITERS`.

    Raises:
        UsageError: nothing is published, the folder holds something, the format is unknown, or a sheet cannot hold it.
    """
    if file_format not in WRITERS:
        raise UsageError(f"There is no format '{file_format}'; there are {', '.join(WRITERS)}.")
    if not published.exists():
        raise UsageError(f"Nothing is published in {published.parent} yet. Start with `homes4all run`.")
    target = target.absolute()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(f"{target} is there already and not empty; nothing was written. Give another with --out.")
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.tmp")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    try:
        with duckdb.connect(str(published), read_only=True) as con:
            rows = WRITERS[file_format](con, partial)
        files = sorted(partial.iterdir())
        for path in (*files, partial):
            sync(path)
        partial.rename(target)  # takes the place of an empty folder, and of nothing else
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return Exported(target, tuple(path.name for path in files), rows)


def published_tables(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The tables of the open file, as schema.table, in order."""
    found = con.execute("select schema_name || '.' || table_name from duckdb_tables() where not internal order by all")
    return [name for (name,) in found.fetchall()]


def sheet_names(tables: list[str]) -> dict[str, str]:
    """A name for the sheet of each table: its own, cut to Excel's length, numbered where two would be alike."""
    names: dict[str, str] = {}
    for table in tables:
        name, number = table[:SHEET_NAME_LENGTH], 2
        while name.lower() in {taken.lower() for taken in names.values()}:
            name, number = f"{table[: SHEET_NAME_LENGTH - len(str(number)) - 1]}~{number}", number + 1
        names[table] = name
    return names


def _write_csv(con: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, int]:
    return {table: _copied(con, table, folder / f"{table}.csv", "csv, header") for table in published_tables(con)}


def _write_parquet(con: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, int]:
    return {table: _copied(con, table, folder / f"{table}.parquet", "parquet") for table in published_tables(con)}


def _copied(con: duckdb.DuckDBPyConnection, table: str, path: Path, form: str) -> int:
    """Write a table to a file; returns its rows."""
    row = con.execute(f"copy {table} to {literal(str(path))} (format {form})").fetchone()
    return row[0] if row else 0


def _write_workbook(con: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, int]:
    tables = published_tables(con)
    for table in tables:
        if (count := con.sql(f"from {table}").shape[0]) >= SHEET_ROWS:
            raise UsageError(f"{table} has {count:,} rows, more than a sheet holds. Export it as csv or parquet.")
    book, written = Workbook(write_only=True), {}
    for table, name in sheet_names(tables).items():
        answer = con.execute(f"from {table}")
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "A2"
        sheet.append([column[0] for column in answer.description or []])
        rows = answer.fetchall()
        for row in rows:
            sheet.append([_cell(sheet, value) for value in row])
        written[table] = len(rows)
    book.save(folder / WORKBOOK_NAME)
    return written


def _cell(sheet: Any, value: object) -> Any:
    """A value as Excel may hold it: a text is text, whatever it begins with, and so never a formula."""
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", value))
        cell.data_type = "s"  # openpyxl takes what begins with = for a formula
        if value.startswith(FORMULA_SIGNS):
            cell.quotePrefix = True  # and Excel would, once somebody edits the cell
        return cell
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def _write_indigo(con: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, int]:
    lists = indigo.project(con)
    (folder / indigo.FILE_NAME).write_text(json.dumps(lists, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return {name: len(items) for name, items in lists.items()}


WRITERS: dict[str, Callable[[duckdb.DuckDBPyConnection, Path], dict[str, int]]] = {
    "csv": _write_csv,
    "parquet": _write_parquet,
    "xlsx": _write_workbook,
    "indigo": _write_indigo,
}
