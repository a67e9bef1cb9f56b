"""The table `delivered`, which every file format is brought into: one row per line of the file, all text.

Columns: `_row` (line in the delivered file; the headings are line 1), `_fault` (the rule that the line as a whole
breaks, else null) and the contract's columns as the partner writes them, null where empty.
"""

from collections.abc import Sequence
from dataclasses import replace

import duckdb

from expectations.contract import Column, Contract, FileFormat
from orchestration.intake.findings import LINES_SHOWN, Finding, finding


def identifier(name: str) -> str:
    """A name as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as SQL takes it."""
    return "'" + text.replace("'", "''") + "'"


def written_format(column: Column, file: FileFormat) -> FileFormat:
    """How typed cells of a column are written out: as the partner writes, but plainly in a column of text."""
    is_text = column.dtype == "VARCHAR" and not column.native_values
    return replace(file, date_format="%Y-%m-%d", decimal_separator=".") if is_text else file


def create_delivered(
    con: duckdb.DuckDBPyConnection, contract: Contract, texts: Sequence[str], rows: str, *, fault: str = "null::VARCHAR"
) -> None:
    """Create the table from a relation that has `_row`; `texts` are SQL expressions, one per column of the contract."""
    columns = ", ".join(
        f"nullif({text}, '') AS {identifier(column.name)}" for text, column in zip(texts, contract.columns, strict=True)
    )
    con.execute(f"CREATE TABLE delivered AS SELECT _row::INTEGER AS _row, {fault} AS _fault, {columns} FROM {rows}")


def faulty_lines(con: duckdb.DuckDBPyConnection) -> list[Finding]:
    """The lines that are no rows, a finding a rule."""
    faults = con.execute(
        f"SELECT _fault, count(*), min(_row, {LINES_SHOWN}) FROM delivered "
        "WHERE _fault IS NOT NULL GROUP BY _fault ORDER BY _fault"
    ).fetchall()
    return [finding(rule, lines=lines, count=count) for rule, count, lines in faults]
