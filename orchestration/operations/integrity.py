"""Whether what cannot be rebuilt is what was written: the archive of deliveries, the ledger, and the statements.

Seals and the presence of files are read in a moment; all bytes only where asked. Nothing is repaired here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from orchestration.errors import Homes4AllError
from orchestration.intake.archive import Archive, Delivery
from orchestration.settings import Settings
from orchestration.statements.store import Statements, damages


@dataclass(frozen=True)
class Kept:
    """What was found: how much of each, the damage as sentences, and the newest moment that anything was written."""

    deliveries: int
    statements: int
    damage: tuple[str, ...]
    newest: datetime | None


def kept(settings: Settings, *, deep: bool = False) -> Kept:
    """Look at archive, ledger and statements.

    Args:
        settings: of the installation.
        deep: hash every file, too; it takes about a second a GiB.
    """
    archive, statements = Archive(settings.archive_dir), Statements(settings.statements_dir)
    found: list[Delivery] = []
    damage: list[str] = []
    moments: list[datetime] = []
    try:
        found = archive.deliveries()
        archive.refusals()
        for each in found:
            archive.acceptances(each.delivery_id)
    except Homes4AllError as damaged:
        damage.append(str(damaged))
    damage += archive_damage(archive, found, deep=deep)
    damage += ledger_damage(settings) if deep else ()
    moments += [each.received_at for each in found]
    certified = 0
    try:
        chain = statements.all()
        certified = len(chain)
        moments += [each.certified_at for each in chain]
        damage += [said for each in chain if deep for said in damages(each)]
    except Homes4AllError as damaged:
        damage.append(str(damaged))
    return Kept(len(found), certified, tuple(damage), max(moments, default=None))


def archive_damage(archive: Archive, deliveries: list[Delivery], *, deep: bool) -> Iterator[str]:
    """Rows of deliveries that are missing, or (`deep`) not what was written."""
    for each in deliveries:
        try:
            archive.parquet(each, verify=deep)
        except Homes4AllError as damaged:
            yield str(damaged)


def ledger_damage(settings: Settings) -> Iterator[str]:
    """Files of the ledger that cannot be read; a release would not know what they have told."""
    with duckdb.connect() as con:
        for path in sorted(settings.ledger_dir.rglob("[!.]*.parquet")):
            try:
                con.execute("select columns(*) is null from read_parquet(?)", [str(path)]).fetchall()
            except duckdb.Error:
                yield f"{path} cannot be read: restore it from the backup; without it a release could tell too much."


def files_of(settings: Settings) -> Iterator[Path]:
    """Every file of archive, ledger and statements, relative to the data folder; what is only scratch is left out."""
    data = settings.data.resolve()
    for folder in (settings.archive_dir, settings.ledger_dir, settings.statements_dir):
        for path in sorted(folder.rglob("*")):
            parts = path.relative_to(folder).parts
            if path.is_file() and not any(part.startswith(".") for part in parts):
                yield path.relative_to(data)
