"""The cities that are measured: the sample, and synthetic ones of any size, kept in `benchmarks/.cities`."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import BIN, ROOT, Measured, measured

KEPT = ROOT / "benchmarks" / ".cities"
MONTHS = 58  # January 2022 to October 2026


@dataclass(frozen=True)
class City:
    """A landing, and a data folder of its own."""

    landing: Path
    data: Path

    @property
    def environment(self) -> dict[str, str]:
        """The settings of its runs."""
        return {"HOMES4ALL_DATA": str(self.data), "HOMES4ALL_LANDING": str(self.landing)}

    @property
    def warehouse(self) -> Path:
        """The DuckDB file of its last build."""
        return self.data / "build" / "current" / "homes4all.duckdb"

    @property
    def published(self) -> Path:
        """What evaluators open."""
        return self.data / "published" / "homes4all.duckdb"

    def run(self, *options: str) -> Measured:
        """The nightly run, as an operator starts it."""
        return measured([str(BIN / "homes4all"), "run", *options], self.environment)

    def bare_dbt(self) -> Measured:
        """`dbt build` of the same project over the raw tables of the last build."""
        project = ROOT / "dbt_project"
        command = [str(BIN / "dbt"), "--quiet", "build", "--exclude-resource-type", "unit_test"]
        command += ["--project-dir", str(project), "--profiles-dir", str(project)]
        command += ["--target-path", str(self.data / "dbt_target"), "--log-path", str(self.data / "bare_dbt")]
        return measured(command, {"HOMES4ALL_WAREHOUSE": str(self.warehouse)})

    def bytes_on_disk(self) -> int:
        """Of archive, build and published file."""
        folders = (self.data / name for name in ("archive", "build", "published"))
        return sum(path.stat().st_size for folder in folders for path in folder.rglob("*") if path.is_file())


def landing(households: int | None) -> Path:
    """The deliveries of a city; the sample's where no size is asked for."""
    if households is None:
        return ROOT / "data" / "sample" / "torino"
    folder = KEPT / str(households)
    if not folder.exists():
        partial = KEPT / f".{households}_{os.getpid()}" / "landing"
        sample = [str(BIN / "homes4all"), "sample", "--households", str(households), "--months", str(MONTHS)]
        measured([*sample, "--out", str(partial)])
        partial.rename(folder)
        shutil.rmtree(partial.parent)
    return folder


@contextmanager
def city(households: int | None = None) -> Iterator[City]:
    """A city before its first night, removed afterwards."""
    KEPT.mkdir(exist_ok=True)
    deliveries = landing(households)
    with tempfile.TemporaryDirectory(prefix=".data_", dir=KEPT) as folder:
        yield City(deliveries, Path(folder))
