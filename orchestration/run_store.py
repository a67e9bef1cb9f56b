"""Dagster's own databases while a run of ours writes to them: fast, and their errors in our words.

They hold the history of runs and no truth: what is published rests on the archive, the build and the verdict.
"""

import errno
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import sqlalchemy

from orchestration.errors import machine_refused
from orchestration.settings import Settings

LITTLE_ROOM = 1 << 20  # bytes


@contextmanager
def readable_store(settings: Settings) -> Iterator[None]:
    """Tell in our words that Dagster's own databases cannot be written.

    Raises:
        MachineRefused: instead of the error of the database, which holds what was to be written.
    """
    try:
        yield
    except sqlalchemy.exc.OperationalError as refused:
        # On a full disk SQLite may also say that it cannot open its file.
        is_full = "full" in str(refused.orig) or shutil.disk_usage(settings.data).free < LITTLE_ROOM
        error = OSError(errno.ENOSPC if is_full else errno.EACCES, "", str(settings.dagster_home))
        raise machine_refused(error) from None


@contextmanager
def quick_store() -> Iterator[None]:
    """Let Dagster write its events without waiting for the disk each time.

    Dagster opens and closes its SQLite files several times an event, and SQLite moves its log into the file whenever
    the last connection closes. One more connection a file is held, and the log is flushed then and no more often: a
    killed process loses nothing, a power cut at most the last events, and the files stay whole.

    It makes a new engine each time, too, which would compile each statement anew; all of them share what is compiled.
    """
    with ExitStack() as held:
        files: set[str] = set()
        compiled = _Compiled()

        def connected(connection: sqlite3.Connection, _: object) -> None:
            connection.execute("pragma synchronous = normal")
            _, _, file = connection.execute("pragma database_list").fetchone()
            (mode,) = connection.execute("pragma journal_mode").fetchone()
            if mode == "wal" and file not in files:
                files.add(file)
                keeper = sqlite3.connect(file, check_same_thread=False)
                held.callback(keeper.close)
                keeper.execute("select count(*) from sqlite_master").fetchone()  # a connection that read stays in

        def begun(connection: sqlalchemy.Connection) -> None:
            connection.execution_options(compiled_cache=compiled)

        for name, listener in (("connect", connected), ("engine_connect", begun)):
            sqlalchemy.event.listen(sqlalchemy.engine.Engine, name, listener)
            held.callback(sqlalchemy.event.remove, sqlalchemy.engine.Engine, name, listener)
        yield


class _Compiled(dict[tuple[Any, ...], Any]):
    """Compiled statements by what they say; the dialects of two engines on SQLite are alike."""

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        return super().get(_alike(key), default)

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        super().__setitem__(_alike(key), compiled)


def _alike(key: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(type(part) if isinstance(part, sqlalchemy.engine.Dialect) else part for part in key)
