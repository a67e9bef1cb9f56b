"""The hash of what a statement says: over values, in one order, whatever bytes a file stores them as."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb

from expectations.quoting import literal
from orchestration.durable import canonical_json, text_sha256


@dataclass(frozen=True)
class TableContent:
    """How many rows a table has, and the hash of its columns, types and values."""

    rows: int
    sha256: str


def table_content(con: duckdb.DuckDBPyConnection, relation: str) -> TableContent:
    """The content of a relation: each row as a line of JSON, every value as text, the lines in order."""
    columns = [(name, kind) for name, kind, *_ in con.execute(f"describe from {relation}").fetchall()]
    texts = ", ".join(f'cast("{name}" as varchar)' for name, _ in columns)
    rows = con.execute(f"select {texts} from {relation}").fetchall()
    digest = sha256(canonical_json(columns).encode())
    for line in sorted(json.dumps(row, ensure_ascii=False) for row in rows):
        digest.update(b"\n" + line.encode())
    return TableContent(len(rows), digest.hexdigest())


def file_contents(files: Mapping[str, Path]) -> dict[str, TableContent | None]:
    """The content of Parquet files, by name; none of a file that cannot be read."""
    found: dict[str, TableContent | None] = {}
    with duckdb.connect() as con:
        for name, path in files.items():
            try:
                found[name] = table_content(con, f"read_parquet({literal(str(path))})")
            except duckdb.Error:
                found[name] = None
    return found


def content_hash(record: Mapping[str, Any]) -> str:
    """The hash of a record of plain values."""
    return text_sha256(canonical_json(record))
