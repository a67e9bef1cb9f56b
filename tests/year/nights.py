"""An installation and its operator: nights, certificates, verification and backups by the product's own commands."""

import hashlib
import io
import os
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
from command_line import homes4all

from orchestration.settings import Settings

REFUSED = 3
Records = list[dict[str, Any]]


@dataclass
class Installation:
    """One data folder, its landing, and the contracts that deliveries keep to."""

    folder: Path
    certified: dict[str, Mapping[str, str]] = field(default_factory=dict)
    contracts: Path = field(default_factory=lambda: Settings().contracts)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def landing(self) -> Path:
        return self.folder / "landing"

    def command(self, *arguments: object) -> tuple[int, str]:
        """A command, its exit code and all that it says."""
        told = io.StringIO()
        chosen = patch.dict(os.environ, HOMES4ALL_CONTRACTS=str(self.contracts))
        with chosen, redirect_stdout(told), redirect_stderr(told):
            code = homes4all(*arguments, "--data", self.data)
        return code, told.getvalue()

    def night(self) -> tuple[int, str]:
        return self.command("run", "--landing", self.landing)

    def certify(self, period: str) -> tuple[int, str]:
        code, told = self.command("certify", "--period", period)
        if code == 0:
            self.certified[period] = hashes(self.data / "statements" / period)
        return code, told

    def moved(self) -> list[str]:
        """Certified statements of which a byte has changed since they were certified."""
        return [name for name, was in self.certified.items() if hashes(self.data / "statements" / name) != was]

    def released(self) -> str:
        """What is published, by its content."""
        path = self.data / "published" / "homes4all.duckdb"
        return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "nothing"

    def claims(self) -> Records:
        """All claims of the newest build."""
        with duckdb.connect(str(self.data / "build" / "current" / "homes4all.duckdb"), read_only=True) as con:
            return records(con, "from payments.claims")

    def statement(self, period: str, table: str) -> Records:
        with duckdb.connect() as con:
            return records(con, f"from '{self.data / 'statements' / period / table}.parquet'")


def records(con: duckdb.DuckDBPyConnection, sql: str) -> Records:
    found = con.execute(sql)
    names = [column[0] for column in found.description or []]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def hashes(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}
