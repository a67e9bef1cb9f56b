"""The errors people see, each with the exit code of the `homes4all` command.

Messages say what happened, where, and what to do; they never hold a value of a row.
"""


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
