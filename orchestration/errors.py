"""The errors people see, each with the exit code of the `homes4all` command.

Messages say what happened, where, and what to do; they never hold a value of a row.
"""

import errno
import os

import duckdb

NO_SPACE = "No space left"
CANNOT_WRITE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # met in writing alone


class Homes4AllError(Exception):
    """Anything that stops the work and has no exit code of its own."""

    exit_code = 1


class UsageError(Homes4AllError):
    """The command was called in a way it cannot serve."""

    exit_code = 2


class GateRefused(Homes4AllError):
    """A contract or a gate refused; nothing was published."""

    exit_code = 3


class RunLocked(Homes4AllError):
    """Another run is at work on the same data folder."""

    exit_code = 4


class MachineRefused(Homes4AllError):
    """The disk is full, a folder cannot be written, or the like; nothing is wrong with the data."""

    exit_code = 5


class ReportFailed(Homes4AllError):
    """The new file was published, and its report could not be written."""

    exit_code = 6


class RulesAmended(Homes4AllError):
    """A certified statement is intact, and comes out otherwise by rules of measurement amended since then.

    Neither 0, which would say that it was proven identical, nor 3, since nothing is wrong and nothing is to be done.
    """

    exit_code = 7


def machine_refused(error: OSError) -> MachineRefused:
    """An error of the operating system in our words: what, where, and what to do."""
    what = os.strerror(error.errno) if error.errno else "an unknown reason"
    where = f" at {error.filename}" if error.filename else ""
    return MachineRefused(
        f"The machine refused to read or write{where}: {what}. Make room or mend the permissions, and run again."
    )


def disk_full(text: str) -> MachineRefused | None:
    """The error of a full disk, if that is what a library's message is about."""
    return machine_refused(OSError(errno.ENOSPC, "")) if NO_SPACE in text else None


def in_our_words(error: BaseException) -> Homes4AllError | None:
    """What an error is to people: one of ours, or of the machine; none if it is one of the software."""
    if isinstance(error, Homes4AllError):
        return error
    if isinstance(error, OSError):
        return machine_refused(error)
    return disk_full(str(error)) if isinstance(error, duckdb.Error) else None
