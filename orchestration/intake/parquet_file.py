"""Parquet: typed columns are written out as the contract's native text, so that one set of rules holds for all formats.

Rows are numbered as if a line of headings stood before them.
"""

from collections.abc import Mapping
from pathlib import Path

import duckdb

from expectations.contract import Contract, FileFormat
from orchestration.intake.delivered import create_delivered, identifier, literal, written_format
from orchestration.intake.findings import Unreadable, finding
from orchestration.intake.identify import match_headings

NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "HUGEINT",
           "DECIMAL", "FLOAT", "DOUBLE")  # fmt: skip


def load_parquet(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    contract: Contract,
    file: FileFormat,
    contracts: Mapping[tuple[str, str], Contract],
) -> None:
    """Create `delivered` from a Parquet file.

    Raises:
        Unreadable: damaged, or the columns are not those of the contract, or of no type that has a text.
    """
    source = f"read_parquet({literal(str(path))}, file_row_number = true)"
    try:
        types = {name: kind for name, kind, *_ in con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
        types.pop("file_row_number")
        match_headings(list(types), contract, contracts)
        texts = {
            column.heading: _text(column.heading, types[column.heading], written_format(column, file))
            for column in contract.columns
        }
        if untyped := [heading for heading, text in texts.items() if text is None]:
            raise Unreadable(*(finding("column_type", column=heading) for heading in untyped))
        rows = f"(SELECT *, file_row_number + 2 AS _row FROM {source})"
        create_delivered(con, contract, [text or "" for text in texts.values()], rows)
    except duckdb.Error as error:
        raise Unreadable(finding("damaged_file")) from error


def _text(heading: str, kind: str, file: FileFormat) -> str | None:
    """SQL for the native text of a typed column; None where its type has none."""
    name = identifier(heading)
    if kind == "VARCHAR" or kind.startswith("ENUM"):
        return f"{name}::VARCHAR"
    if kind == "BOOLEAN":
        return f"CASE {name} WHEN true THEN {literal(file.true_value)} WHEN false THEN {literal(file.false_value)} END"
    if kind.split("(")[0] in NUMBERS:
        return f"replace({name}::VARCHAR, '.', {literal(file.decimal_separator)})"
    if kind == "DATE":
        return f"strftime({name}, {literal(file.date_format)})"
    if kind.startswith("TIMESTAMP") and "WITH TIME ZONE" not in kind:
        day = f"strftime({name}, {literal(file.date_format)})"
        return f"CASE WHEN {name} = date_trunc('day', {name}) THEN {day} ELSE {name}::VARCHAR END"
    return None
