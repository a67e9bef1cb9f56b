"""Run the compiled SQL of dbt's models on many sets of raw tables, each in a database in memory, without dbt's start.

The SQL is the very text that dbt would run, in dbt's order; only the database file is another.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import duckdb
import pandas as pd

from expectations.contract import Contract, load_contracts
from orchestration.dbt_process import dbt
from orchestration.dbt_project import prepared
from orchestration.settings import Settings
from reference.raw import complete

Frames = Mapping[tuple[str, str], pd.DataFrame]


@dataclass(frozen=True)
class Model:
    """One model: its schema and table, whether it is a view, and its SQL."""

    name: str
    schema: str
    is_view: bool
    sql: str


@dataclass(frozen=True)
class Compiled:
    """The models named and all that they rest on, in an order in which they can be built; and tests by name."""

    models: list[Model]
    tests: Mapping[str, str]


def compiled_models(data: Path, wanted: Iterable[str], tests: Iterable[str] = ()) -> Compiled:
    """Compile models, with their ancestors, and singular tests."""
    settings = Settings(data=data)
    (settings.build_dir / "current").mkdir(parents=True)
    prepared(settings)
    ran = dbt(settings, ["compile", "--select", *(f"+{name}" for name in wanted), *tests], logs=settings.build_dir)
    assert ran.returncode == 0, ran.stdout.decode()
    nodes = json.loads((settings.dbt_target / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    folder = settings.dbt_target / "compiled" / "homes4all"
    ordered: dict[str, Model] = {}

    def add(node_id: str) -> None:
        node = nodes[node_id]
        if node["name"] in ordered:
            return
        for parent in node["depends_on"]["nodes"]:
            if parent.startswith("model."):
                add(parent)
        sql = (folder / node["original_file_path"]).read_text(encoding="utf-8")
        is_view = node["config"]["materialized"] == "view"
        ordered[node["name"]] = Model(node["name"], node["schema"], is_view, sql)

    for name in wanted:
        add(f"model.homes4all.{name}")
    found = {name: (folder / "tests" / "singular" / f"{name}.sql").read_text(encoding="utf-8") for name in tests}
    return Compiled(list(ordered.values()), found)


def built(models: Iterable[Model], frames: Frames, as_of: date) -> duckdb.DuckDBPyConnection:
    """A database in memory that holds the raw tables and every model; extracts without a frame are empty."""
    con = duckdb.connect()
    con.execute("attach ':memory:' as homes4all; use homes4all; create schema provenance")
    con.execute("create table provenance.build as select $day::date as as_of, 'many' as run_id", {"day": as_of})
    for (source, extract), contract in _contracts().items():
        frame = frames.get((source, extract), pd.DataFrame())
        columns = ", ".join(
            f"cast({_as_text(frame, column.name)} as varchar) as {column.name}" for column in contract.columns
        )
        con.register("frame", frame if len(frame.columns) else pd.DataFrame({"none": []}))
        con.execute(f"create schema if not exists raw_{source}")
        con.execute(
            f"create table raw_{source}.{extract} as select {columns}, 'delivery' as _delivery_id, "
            "cast(row_number() over () + 1 as integer) as _row from frame"
        )
        con.unregister("frame")
    complete(con, _contracts(), as_of)
    for model in models:
        con.execute(f"create schema if not exists {model.schema}")
        con.execute(f"create {'view' if model.is_view else 'table'} {model.schema}.{model.name} as {model.sql}")
    return con


@cache
def _contracts() -> Mapping[tuple[str, str], Contract]:
    return load_contracts(Settings().contracts)


def _as_text(frame: pd.DataFrame, column: str) -> str:
    """The SQL that reads a frame's column as the intake's text: dates without a time."""
    if column not in frame:
        return "null"
    return f"cast({column} as date)" if frame[column].dtype.kind == "M" else column
