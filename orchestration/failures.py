"""Our errors as Dagster shows and stores them, and back again.

Errors of other libraries may hold values and stay redacted; ours never do, and an operator must be able to read them.
"""

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dagster as dg
import duckdb

from orchestration.errors import (
    GateRefused,
    Homes4AllError,
    MachineRefused,
    RunLocked,
    UsageError,
    in_our_words,
)

EXIT_CODE = "exit code"
CHECK_FAILED = "DagsterAssetCheckFailedError"  # raised in a step whose blocking check fails; the class is not public
KINDS: tuple[type[Homes4AllError], ...] = (UsageError, GateRefused, RunLocked, MachineRefused)


class WithoutMessages(logging.Formatter):
    """Tracebacks that say where and what kind of error, but not its message, which may hold a value of a row."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 (the name is logging's)
        """The frames and the class of an error."""
        kind, _, trace = ei
        return "".join(traceback.format_list(traceback.extract_tb(trace))) + (kind.__name__ if kind else "")


def keep_values_out_of_logs() -> None:
    """Log errors of other libraries without their messages; Dagster writes them where it redacts them."""
    redacted = logging.getLogger("dagster.redacted_errors")
    if not redacted.handlers:
        handler = logging.StreamHandler()
        handler.addFilter(lambda record: not record.exc_info or record.exc_info[0] is not dg.Failure)
        handler.setFormatter(WithoutMessages("%(message)s"))
        redacted.addHandler(handler)
        redacted.propagate = False


@contextmanager
def readable_failures() -> Iterator[None]:
    """Turn an error of ours, or of the machine, into a failure whose text is shown and stored."""
    try:
        yield
    except (Homes4AllError, OSError, duckdb.Error) as error:
        if (stopped := in_our_words(error)) is None:
            raise
        # DuckDB's own text names a file of scratch and nothing of use.
        raise _failure(stopped) from None if isinstance(error, duckdb.Error) else error


def _failure(stopped: Homes4AllError) -> dg.Failure:
    return dg.Failure(str(stopped), metadata={EXIT_CODE: stopped.exit_code}, allow_retries=False)


def exit_code_in(error: BaseException | None) -> int:
    """What kind of error stopped a step, as an exit code of the command."""
    if isinstance(error, dg.Failure) and EXIT_CODE in error.metadata:
        return int(str(error.metadata[EXIT_CODE].value))
    if type(error).__name__ == CHECK_FAILED:
        return GateRefused.exit_code
    return Homes4AllError.exit_code


def failure_of(result: dg.ExecuteInProcessResult) -> Homes4AllError:
    """The error that stopped a run, as it was raised."""
    for event in result.all_events:
        if event.is_step_failure and event.step_failure_data.user_failure_data:
            told = event.step_failure_data.user_failure_data
            code = told.metadata[EXIT_CODE].value if EXIT_CODE in told.metadata else 1
            kind = next((each for each in KINDS if each.exit_code == code), Homes4AllError)
            return kind(told.description or "The run stopped.")
    return Homes4AllError(
        "The run stopped with an error of the software. Open the UI (`homes4all ui`) and see its last run."
    )
