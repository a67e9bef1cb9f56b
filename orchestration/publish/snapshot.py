"""The swap that puts a judged file in place of the published one."""

import shutil
from pathlib import Path

import duckdb

from orchestration.durable import file_sha256, settle
from orchestration.errors import GateRefused


def publish(candidate: Path, published: Path, sha256: str) -> None:
    """Put a copy of the candidate in place of the published file: readers see the old one or the new one, whole.

    Args:
        sha256: of the candidate that was judged; the very copy that is published must have it.

    Raises:
        GateRefused: the candidate was not closed properly, or the copy differs from what was judged.
    """
    if candidate.with_name(candidate.name + ".wal").exists():
        raise GateRefused("The release candidate was not closed properly. Start the whole nightly job.")
    published.parent.mkdir(parents=True, exist_ok=True)
    incoming = published.with_name(f".{published.name}.incoming")
    shutil.copyfile(candidate, incoming)
    if file_sha256(incoming) != sha256:
        incoming.unlink()
        raise GateRefused("The release candidate changed after it was judged. Start the whole nightly job.")
    settle(incoming, published)


def table_rows(file: Path) -> dict[str, int]:
    """Rows of every table of a DuckDB file, by schema and name."""
    with duckdb.connect(str(file), read_only=True) as con:
        tables = con.execute("select schema_name || '.' || table_name from duckdb_tables() order by 1").fetchall()
        counted = {table: con.execute(f"select count(*) from {table}").fetchone() for (table,) in tables}
    return {table: row[0] for table, row in counted.items() if row}
