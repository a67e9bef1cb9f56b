"""The swap that puts a judged file in place of the published one."""

import shutil
from pathlib import Path

import duckdb

from orchestration.durable import READ_ONLY, file_sha256, settle, sync
from orchestration.errors import GateRefused

READ_BY_GROUP = 0o440


def publish(candidate: Path, published: Path, sha256: str, *, mode: int = READ_ONLY) -> None:
    """Put a copy of the candidate in place of the published file: readers see the old one or the new one, whole.

    Args:
        sha256: of the candidate that was judged; the very copy that is published must have it.
        mode: who may read it; nobody may write.

    Raises:
        GateRefused: the candidate was not closed properly, or the copy differs from what was judged.
    """
    settle(copied(candidate, published, sha256, mode=mode), published, mode=mode)


def copied(candidate: Path, published: Path, sha256: str, *, mode: int = READ_ONLY) -> Path:
    """A copy of the candidate beside the published file, on the disk and with the hash that was judged.

    Where several files are published together all are copied first: what may fail fails before the first is replaced.

    Raises:
        GateRefused: as `publish` does.
    """
    if candidate.with_name(candidate.name + ".wal").exists():
        raise GateRefused("The release candidate was not closed properly. Start the whole nightly job.")
    published.parent.mkdir(mode=folder_mode(mode), parents=True, exist_ok=True)
    incoming = published.with_name(f".{published.name}.incoming")
    incoming.unlink(missing_ok=True)  # what a killed run left may be read-only
    shutil.copyfile(candidate, incoming)
    sync(incoming)
    if file_sha256(incoming) != sha256:
        incoming.unlink()
        raise GateRefused("The release candidate changed after it was judged. Start the whole nightly job.")
    return incoming


def folder_mode(mode: int) -> int:
    """Who may look into the folder of a file: its owner, and those who may read the file."""
    return mode | 0o700 | (mode & 0o044) >> 2


def table_rows(file: Path) -> dict[str, int]:
    """Rows of every table of a DuckDB file, by schema and name."""
    with duckdb.connect(str(file), read_only=True) as con:
        tables = con.execute("select schema_name || '.' || table_name from duckdb_tables() order by 1").fetchall()
        counted = {table: con.execute(f"select count(*) from {table}").fetchone() for (table,) in tables}
    return {table: row[0] for table, row in counted.items() if row}
