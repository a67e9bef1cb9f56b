"""Certified statements on disk: one read-only folder a period, sealed, in a chain; nothing here decides what is due.

A statement exists from the moment its folder has its name. The chain is checked whole before it is trusted: seals,
files, values, numbers without a gap, and each one's link to the one certified before it.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestration.durable import PRIVATE, SealBroken, file_sha256, sealed, settle_folder, unsealed
from orchestration.errors import GateRefused, UsageError
from orchestration.statements.content import file_contents
from orchestration.statements.record import Statement, statement_of

RECORD = "statement.json"
SCRATCH = ".certify-"
RESTORE = "Restore the folder of statements from a backup."


class StatementDamaged(GateRefused):
    """A certified statement is not what was certified; the message names it and the file."""


class Statements:
    """All statements of a data folder. One process at a time writes: certifying holds the lock of the runs."""

    def __init__(self, root: Path):
        self.root = root

    def all(self) -> list[Statement]:
        """Every statement in the order of certification, as their seals say; their files are not looked at.

        Raises:
            StatementDamaged: a record is not what was written, or the chain of records has a gap or a wrong link.
        """
        folders = sorted(self.root.glob("[!.]*")) if self.root.is_dir() else []
        found = sorted((_read(folder) for folder in folders), key=lambda each: each.number)
        previous = None
        for number, statement in enumerate(found, 1):
            if statement.number != number or statement.previous != previous:
                raise StatementDamaged(
                    f"Statement {statement.statement_id} does not follow the one before it: a statement is missing "
                    f"or was replaced. {RESTORE}"
                )
            previous = statement.content_hash
        return found

    def checked(self) -> list[Statement]:
        """Every statement in order, its files and values checked.

        Raises:
            StatementDamaged: a record, a file or a value is not what was certified.
        """
        found = self.all()
        for statement in found:
            if damage := damages(statement):
                raise StatementDamaged(f"{damage[0]} {RESTORE}")
        return found

    def one(self, statement_id: str) -> Statement:
        """One statement, in the chain of all.

        Raises:
            UsageError: there is none of that name.
        """
        found = self.all()
        for statement in found:
            if statement.statement_id == statement_id:
                return statement
        names = ", ".join(each.statement_id for each in found) or "none yet"
        raise UsageError(f"There is no statement `{statement_id}`. Certified: {names}.")

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A private folder beside the statements, removed afterwards, with whatever a crash left behind."""
        self.root.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        for left in self.root.glob(f"{SCRATCH}*"):
            _remove(left)
        folder = Path(tempfile.mkdtemp(prefix=SCRATCH, dir=self.root))
        try:
            yield folder
        finally:
            if folder.exists():
                _remove(folder)

    def settle(self, folder: Path, statement: Statement) -> None:
        """Seal a finished folder and give it its name; from then on the statement exists and nothing changes it."""
        (folder / RECORD).write_text(sealed(statement.as_record()), encoding="utf-8")
        settle_folder(folder, statement.folder)


def damages(statement: Statement) -> list[str]:
    """What is not as it was certified, a sentence a file: missing or added files, bytes, and values behind them."""
    name = f"Statement {statement.statement_id}"
    found = {path.name for path in statement.folder.iterdir()} - {RECORD}
    said = [f"{name}: {each} is missing." for each in sorted(set(statement.files) - found)]
    said += [f"{name}: {each} was added after it was certified." for each in sorted(found - set(statement.files))]
    changed = [
        each for each in sorted(found & set(statement.files))
        if file_sha256(statement.folder / each) != statement.files[each]
    ]  # fmt: skip
    said += [f"{name}: {each} was changed after it was certified." for each in changed]
    if not said:
        contents = file_contents({each: statement.table(each) for each in statement.tables})
        changed = [each for each, content in contents.items() if content != statement.tables[each]]
        said += [f"{name}: the values of {each} are not those that were certified." for each in changed]
    if statement.committed() != statement.content_hash:
        said.append(f"{name}: its record is not the one that was certified.")
    return said


def _read(folder: Path) -> Statement:
    try:
        statement = statement_of(unsealed(folder / RECORD), folder)
    except SealBroken as broken:
        raise StatementDamaged(f"Statement {folder.name}: its record {broken}. {RESTORE}") from broken
    except (OSError, ValueError) as broken:
        raise StatementDamaged(f"Statement {folder.name}: its record is missing or damaged. {RESTORE}") from broken
    if statement.statement_id != folder.name:
        raise StatementDamaged(f"Statement {folder.name}: its record is of {statement.statement_id}. {RESTORE}")
    return statement


def _remove(folder: Path) -> None:
    folder.chmod(0o755)
    shutil.rmtree(folder)
