"""`homes4all backup` and `restore`: a copy of the archive, the ledger and the certified statements, proven by hash.

These three are all that cannot be rebuilt. They only ever grow, so a backup is one folder that grows with them; from it
nothing is ever taken but records of refusals that are no longer on record. Which files count is said in `integrity`.
"""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from orchestration.durable import PRIVATE, SealBroken, file_sha256, sealed, settle, sync, unsealed, write
from orchestration.errors import GateRefused, UsageError
from orchestration.operations.integrity import files_of, kept
from orchestration.publish.provenance import code_version
from orchestration.resources import exclusive
from orchestration.settings import Settings

RECORD = "backup.json"
PARTS = ("archive", "ledger", "statements")
REFUSALS = Path("archive") / "refused"
CLOSED = 0o555


@dataclass(frozen=True)
class BackedUp:
    """What a backup or a restore did: files in it, those copied now, and what they hold."""

    folder: Path
    files: int
    copied: int
    deliveries: int
    statements: int


def backup(settings: Settings, folder: Path, *, now: datetime) -> BackedUp:
    """Bring a backup up to date, and prove every file of it by its hash.

    Raises:
        UsageError: the folder lies within the data folder, or holds something that is no backup.
        GateRefused: the archive or a statement is damaged, or the backup holds what the installation has lost.
        RunLocked: a run is at work on the data folder.
    """
    folder, data = folder.resolve(), settings.data.resolve()
    if folder.is_relative_to(data) or data.is_relative_to(folder):
        raise UsageError(f"{folder} and {data} lie within each other. Back up to another disk.")
    before = recorded(folder) if (folder / RECORD).exists() else {}
    if not before and folder.is_dir() and {each.name for each in folder.iterdir()} - {*PARTS}:
        raise UsageError(
            f"{folder} holds other things and no backup. Name an empty folder, or one of an earlier backup."
        )
    with exclusive(settings.lock_file):
        found = kept(settings, deep=True)
        if found.damage:
            raise GateRefused(f"Nothing was backed up, so that the backup stays good: {' '.join(found.damage)}")
        hashes = {path: file_sha256(data / path) for path in files_of(settings)}
        if lost := [path for path in before if path not in hashes and not path.is_relative_to(REFUSALS)]:
            raise GateRefused(
                f"The backup in {folder} holds {len(lost)} files that {data} lacks, as {lost[0]}. Is it the backup of "
                "this installation? Then restore what was lost; nothing was backed up."
            )
        folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        copied = sum(copy(data / path, folder / path, sha256) for path, sha256 in hashes.items())
    close_statements(folder)
    record = {
        "made_at": now,
        "code_version": code_version(),
        "files": {str(path): each for path, each in hashes.items()},
    }
    write(folder / RECORD, sealed(record))
    for path in {*before} - {*hashes}:
        (folder / path).unlink(missing_ok=True)
    return BackedUp(folder, len(hashes), copied, found.deliveries, found.statements)


def restore(settings: Settings, folder: Path) -> BackedUp:
    """Put archive, ledger and statements of a backup into a data folder that has none, whole or not at all.

    Raises:
        UsageError: there is no backup, or the data folder holds an archive, a ledger or statements.
        GateRefused: the backup is damaged.
        RunLocked: a run is at work on the data folder.
    """
    folder, data = folder.resolve(), settings.data.resolve()
    if not (folder / RECORD).is_file():
        raise UsageError(f"There is no backup in {folder}: {RECORD} is missing.")
    hashes = recorded(folder)
    if damaged := [path for path, each in hashes.items() if not is_file_with(folder / path, each)]:
        raise GateRefused(
            f"The backup is damaged and was not used: {len(damaged)} files are missing or changed, as {damaged[0]}."
        )
    with exclusive(settings.lock_file):
        if occupied := next(files_of(settings), None):
            raise UsageError(
                f"{data} holds {occupied} and more. Move `archive`, `ledger` and `statements` away first, or restore "
                "elsewhere (--data); nothing is ever overwritten."
            )
        with TemporaryDirectory(prefix=".restore-", dir=data) as scratch:
            for path, sha256 in hashes.items():
                copy(folder / path, Path(scratch) / path, sha256)
            close_statements(Path(scratch))
            for part in PARTS:
                shutil.rmtree(data / part, ignore_errors=True)  # it holds no file
                if (Path(scratch) / part).exists():
                    (Path(scratch) / part).chmod(PRIVATE)
                    (Path(scratch) / part).rename(data / part)
        sync(data)
        found = kept(settings, deep=True)
    if found.damage:
        raise GateRefused(f"What was restored is as it was backed up, and damaged: {' '.join(found.damage)}")
    return BackedUp(folder, len(hashes), len(hashes), found.deliveries, found.statements)


def recorded(folder: Path) -> dict[Path, str]:
    """The files of a backup and their hashes, as its record says.

    Raises:
        GateRefused: the record is damaged.
    """
    try:
        return {Path(path): sha256 for path, sha256 in unsealed(folder / RECORD)["files"].items()}
    except SealBroken as broken:
        raise GateRefused(f"The backup's {RECORD} in {folder} {broken}. Use another backup.") from broken


def copy(source: Path, target: Path, sha256: str) -> bool:
    """Copy a file unless its very bytes are there; whether it was copied. The copy is read again from its place.

    Raises:
        GateRefused: the copy is not what was to be copied.
    """
    if is_file_with(target, sha256):
        return False
    target.parent.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    target.parent.chmod(PRIVATE)  # the folder of a statement may be closed already
    partial = target.with_name(f".{target.name}.tmp")
    partial.unlink(missing_ok=True)
    shutil.copyfile(source, partial)
    settle(partial, target)
    if not is_file_with(target, sha256):
        raise GateRefused(f"The copy {target} is not what was copied. Is the disk sound? Start again.")
    return True


def is_file_with(path: Path, sha256: str) -> bool:
    """Whether a file is there and has these very bytes."""
    return path.is_file() and file_sha256(path) == sha256


def close_statements(folder: Path) -> None:
    """Make the folders of statements read-only, as certifying leaves them."""
    for each in (folder / "statements").glob("*"):
        each.chmod(CLOSED)
