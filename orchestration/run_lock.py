"""The lock of a data folder as a Dagster resource; the lock itself is in `orchestration.resources`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from orchestration.resources import exclusive


class RunLock(dg.ConfigurableResource):
    """One run at a time on a data folder, whoever started it."""

    lock_file: str

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["RunLock"]:
        """Hold the lock from the first step of the run to the last."""
        with exclusive(Path(self.lock_file)):
            yield self
