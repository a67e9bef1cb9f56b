"""What runs share: the lock, and the build folder with its DuckDB file.

No rule about the data belongs here, and no Dagster: the short commands start without it.
"""

import fcntl
import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import duckdb

from orchestration.durable import PRIVATE
from orchestration.errors import GateRefused, RunLocked

WAREHOUSE_NAME = "homes4all.duckdb"
STAMP = "%Y%m%dT%H%M%SZ"
TRIES = 3
PATIENCE_SECONDS = 0.05


@contextmanager
def exclusive(lock_file: Path, *, wait: bool = False) -> Iterator[None]:
    """Hold a lock, as a rule that of a data folder; the kernel releases it even if the process is killed.

    Args:
        wait: until it is free, for what takes a moment only.

    Raises:
        RunLocked: another process holds it.
    """
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    with lock_file.open("a") as handle:
        if not _locked(handle, fcntl.LOCK_EX, wait=wait):
            raise RunLocked(f"Another run is at work on {lock_file.parent}. Wait until it ends, then try again.")
        yield


def is_held(lock_file: Path) -> bool:
    """Whether a run is at work, asked without getting in the way of one: the look lasts less than its patience."""
    try:
        with lock_file.open() as handle:
            return not _locked(handle, fcntl.LOCK_SH, tries=1)
    except FileNotFoundError:
        return False


def _locked(handle: IO[str], kind: int, *, wait: bool = False, tries: int = TRIES) -> bool:
    """Whether the lock was to be had; a look of `is_held` may be met, so it is tried more than once."""
    for left in reversed(range(tries)):
        try:
            fcntl.flock(handle, kind | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            if left:
                time.sleep(PATIENCE_SECONDS)
        else:
            return True
    return False


def build_began_at(name: str) -> datetime:
    """When the run of a build folder began, by its name."""
    return datetime.strptime(name.split("_")[0], STAMP).replace(tzinfo=UTC)


@dataclass(frozen=True)
class Build:
    """The folder of one run: the warehouse, the gate records, the release candidate and the verdict."""

    folder: Path

    @property
    def run_id(self) -> str:
        """The folder's name identifies the run."""
        return self.folder.resolve().name

    @property
    def warehouse(self) -> Path:
        """The DuckDB file that dbt builds in."""
        return self.folder / WAREHOUSE_NAME

    @property
    def candidate(self) -> Path:
        """The file that is published if every gate passes."""
        return self.folder / "release" / WAREHOUSE_NAME

    @property
    def restricted(self) -> Path:
        """The encrypted file of household-level rows that is published with it, if a key is set."""
        return self.folder / "restricted" / "homes4all_evaluation.duckdb"

    @property
    def verdict(self) -> Path:
        """What all gates said, with the hashes of the files they said it of."""
        return self.folder / "verdict.json"

    def connect(self, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
        """A connection to the warehouse; the caller closes it."""
        return duckdb.connect(str(self.warehouse), read_only=read_only)

    def record_gate(self, stage: str, records: list[dict[str, Any]]) -> None:
        """Write down what the gate of a stage said: counts and sentences, never values."""
        self.verdict.unlink(missing_ok=True)
        folder = self.folder / "gates"
        folder.mkdir(exist_ok=True)
        (folder / f"{stage}.json").write_text(json.dumps(records, indent=1, ensure_ascii=False), encoding="utf-8")

    def gate_records(self, stage: str) -> list[dict[str, Any]]:
        """What the gate of a stage said in this build.

        Raises:
            GateRefused: the gate did not run.
        """
        path = self.folder / "gates" / f"{stage}.json"
        if not path.exists():
            raise GateRefused(f"The {stage} gate did not run in build {self.run_id}. Start the whole nightly job.")
        return json.loads(path.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Builds:
    """All build folders of a data folder."""

    folder: Path
    kept: int = 5

    def begin(self, run_id: str, *, now: datetime | None = None) -> Build:
        """Make the folder of a new run and point `current` at it; the oldest folders go."""
        stamp = (now or datetime.now(UTC)).strftime(STAMP)
        fresh = self.folder / f"{stamp}_{run_id[:8]}"
        self.folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        fresh.mkdir()
        for left in self.folder.glob(".current_*"):
            left.unlink()
        pointer = self.folder / f".current_{run_id[:8]}"
        pointer.symlink_to(fresh.name)
        pointer.replace(self.folder / "current")
        older = sorted(path for path in self.folder.iterdir() if not path.is_symlink() and path != fresh)
        for old in older[: max(0, len(older) + 1 - self.kept)]:
            shutil.rmtree(old)
        return self.current()

    def current(self) -> Build:
        """The build of the newest run, reached by a path that stays the same from run to run.

        Raises:
            GateRefused: no run has begun yet.
        """
        folder = self.folder / "current"
        if not folder.exists():
            raise GateRefused("There is no build yet. Start the whole nightly job (`homes4all run`).")
        return Build(folder)
