"""Parquet: typed columns are written out as the contract's native text, so that one set of rules holds for all formats.

Rows are numbered as if a line of headings stood before them.
"""

from pathlib import Path

import duckdb

from expectations.contract import Contract, FileFormat
from expectations.quoting import identifier, literal
from orchestration.intake.delivered import Texts, require_few, written_format
from orchestration.intake.findings import Unreadable, finding
from orchestration.intake.stage import most_bytes

NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "HUGEINT",
           "DECIMAL", "FLOAT", "DOUBLE")  # fmt: skip
LONGEST_TEXT = 1 << 20  # many rows may point to one text, and each becomes a copy of its own


def load_parquet(con: duckdb.DuckDBPyConnection, path: Path, contract: Contract, file: FileFormat) -> Texts:
    """Create `texts` from a Parquet file; a column of a type that has no text is fatal if the contract wants it.

    Raises:
        Unreadable: it holds far more than its size allows.
    """
    _require_size(con, f"SELECT sum(total_uncompressed_size), 0 FROM parquet_metadata({literal(str(path))})", path)
    source = f"read_parquet({literal(str(path))}, file_row_number = true)"
    types = {name: kind for name, kind, *_ in con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
    types.pop("file_row_number")
    require_few([*types])
    native = [_text(name, kind, written_format(name, contract, file)) for name, kind in types.items()]
    fields = "".join(
        f", {text or f'{identifier(name)}::VARCHAR'} AS f{place}"
        for place, (name, text) in enumerate(zip(types, native, strict=True))
    )
    con.execute(f"""
        CREATE VIEW texts AS
        SELECT file_row_number + 2 AS _row, null::VARCHAR AS _fault{fields}, null::VARCHAR AS _whole FROM {source}
    """)
    for place in range(len(types)):  # one by one: DuckDB unpacks as many texts at a time as there are columns
        _require_size(con, f"SELECT sum(strlen(f{place})), max(strlen(f{place})) FROM texts", path)
    untyped = {name for name, text in zip(types, native, strict=True) if text is None}
    fatal = [finding("column_type", column=heading) for heading in contract.headings if heading in untyped]
    return Texts(tuple(types), fatal=tuple(fatal))


def _require_size(con: duckdb.DuckDBPyConnection, sql: str, path: Path) -> None:
    """Hold a size (of pages unpacked, of texts that rows point to) against that of the file, and the longest text."""
    size, longest = con.execute(sql).fetchone() or (0, 0)
    if (size or 0) > most_bytes(path.stat().st_size) or (longest or 0) > LONGEST_TEXT:
        raise Unreadable(finding("too_large"))


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
