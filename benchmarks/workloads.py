"""What is measured alone in a process of its own; each prints what it saw as a line of JSON.

`python -m benchmarks.workloads NAME ARGUMENTS`; the seconds do not include imports.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.measure import ROOT

SPELLS = ("household_spells", "metric_stable_days", "metric_temporary_nights")
ANSWERS = {
    "spells": "select household_id, state, started_on, ended_on from core.household_spells",
    "stable_days": "select household_id, value from metrics.metric_stable_days where in_numerator",
    "nights": "select metric_id, household_id, value from metrics.metric_temporary_nights where in_numerator",
}


def archived(archive: Path) -> dict[tuple[str, str], Path]:
    """The rows of the newest delivery of every extract."""
    from orchestration.intake.archive import Archive

    found = Archive(archive)
    return {key: found.parquet(delivery) for key, delivery in found.latest().items()}


def models(data: Path, wanted: tuple[str, ...] = ()) -> tuple[set[str], list[tuple[str, str, str]]]:
    """The sources that models read, and each one's name, kind and compiled SQL, in an order that can be built."""
    manifest = json.loads((data / "dbt_target" / "manifest.json").read_text(encoding="utf-8"))
    nodes = {name: node for name, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    ordered: list[str] = []

    def add(name: str) -> None:
        if name in nodes and name not in ordered:
            for other in nodes[name]["depends_on"]["nodes"]:
                add(other)
            ordered.append(name)

    for name, node in nodes.items():
        if not wanted or node["name"] in wanted:
            add(name)
    compiled = data / "dbt_target" / "compiled" / "homes4all" / "models"
    read = {other for name in ordered for other in nodes[name]["depends_on"]["nodes"] if other.startswith("source.")}
    return {".".join(each.split(".")[-2:]) for each in read}, [
        (
            f"{nodes[name]['schema']}.{nodes[name]['name']}",
            nodes[name]["config"]["materialized"],
            (compiled / nodes[name]["path"]).read_text(encoding="utf-8"),
        )
        for name in ordered
    ]


def bare_duckdb(data: Path, *wanted: str) -> dict[str, Any]:
    """The same compiled SQL over the same Parquet in one DuckDB process, with what is neither (a few rows) copied.

    All models stand in a file with the raw tables, as in a build; models that are wanted alone stand in memory and
    read the Parquet where it lies, as the analysts' programs do.
    """
    with tempfile.TemporaryDirectory(dir=data) as folder:
        rows, (sources, built) = archived(data / "archive"), models(data, wanted)
        file, raw = (":memory:", "view") if wanted else (f"{folder}/homes4all.duckdb", "table")
        began = time.perf_counter()
        with duckdb.connect() as con:
            con.execute(f"set threads = 2; attach '{file}' as homes4all; use homes4all")
            con.execute(f"attach '{data}/build/current/homes4all.duckdb' as built (read_only)")
            for (source, extract), path in rows.items():
                if f"raw_{source}.{extract}" in sources:
                    con.execute(f"create schema if not exists raw_{source}")
                    con.execute(f"create {raw} raw_{source}.{extract} as select * from read_parquet('{path}')")
            copied = con.execute(
                "select schema_name || '.' || table_name from duckdb_tables() "
                "where database_name = 'built' and schema_name in ('provenance', 'certified')"
            ).fetchall()
            for (table,) in copied:
                con.execute(f"create schema if not exists {table.split('.')[0]}")
                con.execute(f"create table {table} as from built.{table}")
            con.execute("detach built")
            for name, kind, sql in built:
                con.execute(f"create schema if not exists {name.split('.')[0]}")
                con.execute(f"create {kind} {name} as {sql}")
            if not wanted:
                con.execute("checkpoint")
            seconds = time.perf_counter() - began
            answers = {key: fingerprint(con, sql) for key, sql in ANSWERS.items()} if wanted else {}
    return {"seconds": seconds, "answers": answers}


def fingerprint(con: duckdb.DuckDBPyConnection, sql: str) -> list[str]:
    """The rows of an answer and a hash of them that does not depend on their order."""
    hashed = f"select columns(*)::varchar from ({sql})"
    row = con.execute(f"select count(*), sum(hash(answer)::hugeint) from ({hashed}) as answer").fetchone()
    return [str(each) for each in row or ()]


def pandas(data: Path) -> dict[str, Any]:
    """Spells, stable days and nights as an analyst computes them in pandas; the answers hashed as DuckDB's are."""
    from benchmarks.analysts import frames_of, in_pandas

    paths, began = archived(data / "archive"), time.perf_counter()
    answers = in_pandas(frames_of(paths), as_of(data))
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "answers": fingerprints(answers)}


def sqlite(data: Path) -> dict[str, Any]:
    """The same through SQL in SQLite."""
    from benchmarks.analysts import frames_of, in_sqlite

    paths, began = archived(data / "archive"), time.perf_counter()
    answers = in_sqlite(frames_of(paths), as_of(data))
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "answers": fingerprints(answers)}


def fingerprints(frames: dict[str, Any]) -> dict[str, list[str]]:
    """The same of frames, their values cast to the types of the models."""
    with duckdb.connect() as con:
        for name, frame in frames.items():
            con.register(name, frame)
        typed = {
            "spells": "select household_id, state, started_on::date, ended_on::date from spells",
            "stable_days": "select household_id, value::decimal(18, 4) from stable_days",
            "nights": "select metric_id, household_id, value::decimal(18, 4) from nights",
        }
        return {name: fingerprint(con, sql) for name, sql in typed.items()}


def as_of(data: Path) -> str:
    """The day of the build."""
    with duckdb.connect(str(data / "build" / "current" / "homes4all.duckdb"), read_only=True) as con:
        row = con.execute("select as_of::varchar from provenance.build").fetchone()
    return row[0] if row else ""


def intake(landing: Path, scratch: Path) -> dict[str, Any]:
    """Take one landing into an empty archive: scanned, read strictly, checked, archived."""
    from expectations.contract import load_contracts
    from expectations.gate import warm_up
    from orchestration.intake.archive import Archive
    from orchestration.intake.take import take_in

    contracts = load_contracts(ROOT / "expectations" / "contracts")
    warm_up()
    began = time.perf_counter()
    verdicts = take_in(landing, Archive(scratch / "archive"), contracts, now=datetime.now(UTC))
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "accepted": sum(each.outcome == "accepted" for each in verdicts)}


def read_csv(file: Path, scratch: Path) -> dict[str, Any]:
    """The same file through DuckDB's own reader to Parquet, with types guessed."""
    began = time.perf_counter()
    with duckdb.connect() as con:
        con.execute("set threads = 2")
        con.execute(f"copy (from read_csv('{file}')) to '{scratch}/bare.parquet' (format parquet, compression zstd)")
    return {"seconds": time.perf_counter() - began}


WORKLOADS: dict[str, Callable[..., dict[str, Any]]] = {
    "bare_duckdb": bare_duckdb, "pandas": pandas, "sqlite": sqlite, "intake": intake, "read_csv": read_csv,
}  # fmt: skip

if __name__ == "__main__":
    name, *arguments = sys.argv[1:]
    print(json.dumps(WORKLOADS[name](*(Path(each) if "/" in each else each for each in arguments))))
