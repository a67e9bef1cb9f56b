"""The parts of `make bench`: each returns what it measured as plain figures, medians of three where runs are short."""

import math
import sqlite3
import tempfile
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.cities import KEPT, City, city, landing
from benchmarks.measure import Failed, middle, workload
from benchmarks.queries import asked
from benchmarks.workloads import SPELLS

REPEATED = 3
ONCE_FROM = 100_000  # households: from here on a run takes minutes and is measured once
Figures = dict[str, Any]


def times(households: int | None) -> int:
    """How often a run over a city of this size is repeated."""
    return REPEATED if households is None or households < ONCE_FROM else 1


def night(sizes: Sequence[int]) -> Figures:
    """The sample: a whole second run, one on which nothing changed, and the bare `dbt build`, in turn."""
    with city() as sample:
        first = sample.run().seconds
        whole, quiet, bare, stages = [], [], [], []
        for _ in range(REPEATED):
            whole.append(sample.run("--rebuild").seconds)
            stages.append(stages_of(sample))
            quiet.append(sample.run().seconds)
            bare.append(sample.bare_dbt().seconds)  # it writes into the build that was judged, so it comes last
    found = {name: middle([each[name] for each in stages]) for name in stages[0]}
    found["before and after"] = round(middle(whole) - sum(found.values()), 2)
    return {
        "first run, s": round(first, 2), "whole run, s": middle(whole), "nothing changed, s": middle(quiet),
        "bare dbt build, s": middle(bare), "whole run / bare dbt build": round(middle(whole) / middle(bare), 2),
        "stages, s": found,
    }  # fmt: skip


def stages_of(of: City) -> dict[str, float]:
    """Seconds of each stage of the newest run, from Dagster's own history."""
    runs = (of.data / "dagster" / "history" / "runs").glob("*-*.db")
    with sqlite3.connect(max(runs, key=lambda path: path.stat().st_mtime)) as con:
        events = con.execute(
            "select step_key, dagster_event_type, timestamp from event_logs where dagster_event_type is not null "
            "order by id"
        ).fetchall()
    at = {(step, kind): datetime.fromisoformat(when) for step, kind, when in events}
    planned = min(datetime.fromisoformat(when) for _, _, when in events)
    began = {step: when for (step, kind), when in at.items() if kind == "STEP_START"}
    found = {"planning in Dagster": (min(began.values()) - planned).total_seconds()}
    for step, when in began.items():
        found[step] = round((at[step, "STEP_SUCCESS"] - when).total_seconds(), 2)
    return found


def growth(sizes: Sequence[int]) -> Figures:
    """One first run a size (three of the small): wall time, peak memory, rows and bytes; the exponent between sizes."""
    found: Figures = {}
    previous: tuple[int, float] | None = None
    for households in sizes:
        seconds, peaks = [], []
        for _ in range(times(households)):
            with city(households) as here:
                done = here.run()
                rows = delivered_rows(here)
                size = here.bytes_on_disk()
            seconds.append(done.seconds)
            peaks.append(done.peak_bytes)
        row = {
            "s": middle(seconds), "peak GiB": round(max(peaks) / 2**30, 2), "rows": rows,
            "rows a second": round(rows / middle(seconds)), "MiB on disk": round(size / 2**20),
        }  # fmt: skip
        if previous:
            row["exponent"] = round(math.log(middle(seconds) / previous[1]) / math.log(households / previous[0]), 2)
        previous = households, middle(seconds)
        found[f"{households:,} households"] = row
    return found


def delivered_rows(of: City) -> int:
    """Rows of the newest deliveries."""
    from orchestration.intake.archive import Archive

    return sum(each.rows for each in Archive(of.data / "archive").latest().values())


def bare(sizes: Sequence[int]) -> Figures:
    """A whole second run against the same compiled SQL and the same Parquet in one bare DuckDB process."""
    found: Figures = {}
    for households in sizes:
        with city(households) as here:
            here.run()
            whole = middle([here.run("--rebuild").seconds for _ in range(times(households))])
            limit = middle([workload("bare_duckdb", here.data)["seconds"] for _ in range(times(households))])
        found[f"{households:,} households"] = {
            "whole run, s": whole, "bare DuckDB, s": limit, "ratio": round(whole / limit, 2),
        }  # fmt: skip
    return found


def analysts(sizes: Sequence[int]) -> Figures:
    """Spells and two metrics by our models in bare DuckDB, in pandas and in SQLite; the answers must be equal."""
    found: Figures = {}
    for households in sizes:
        with city(households) as here:
            here.run()
            seen = {
                "ours": [workload("bare_duckdb", here.data, *SPELLS) for _ in range(REPEATED)],
                "pandas": [workload("pandas", here.data) for _ in range(REPEATED)],
                "SQLite": [workload("sqlite", here.data) for _ in range(times(households))],
            }
        answers = {name: runs[0]["answers"] for name, runs in seen.items()}
        if any(each != answers["ours"] for each in answers.values()):
            raise Failed(f"The answers differ at {households:,} households: {answers}")
        row: Figures = {}
        for name, runs in seen.items():
            row[f"{name}, s"] = middle([each["seconds"] for each in runs])
            row[f"{name}, peak GiB"] = max(each["peak_gib"] for each in runs)
        row["pandas / ours, time"] = round(row["pandas, s"] / row["ours, s"], 2)
        row["pandas / ours, memory"] = round(row["pandas, peak GiB"] / row["ours, peak GiB"], 2)
        found[f"{households:,} households"] = row
    return found


def queries(sizes: Sequence[int]) -> Figures:
    """Twenty queries on the published sample: alone, and by eight readers at once while a run goes on."""
    with city() as sample:
        sample.run()
        return asked(sample)


def intake(sizes: Sequence[int]) -> Figures:
    """The biggest CSV file into an empty archive, scanned and checked, against DuckDB's `read_csv` to Parquet."""
    found: Figures = {}
    for households in sizes:
        files = landing(households).glob("*.csv")
        file = max(files, key=lambda path: path.stat().st_size)
        with tempfile.TemporaryDirectory(prefix=".intake_", dir=KEPT) as folder:
            ours, theirs = [], []
            for number in range(times(households) if households >= 1_000_000 else REPEATED):
                scratch = Path(folder) / str(number)
                alone = scratch / "landing"
                alone.mkdir(parents=True)
                (alone / file.name).hardlink_to(file)
                ours.append(workload("intake", alone, scratch))
                theirs.append(workload("read_csv", file, scratch)["seconds"])
        if not all(each["accepted"] for each in ours):
            raise Failed(f"{file.name} was refused")
        taken = middle([each["seconds"] for each in ours])
        found[f"{households:,} households"] = {
            "file": file.name, "MiB": round(file.stat().st_size / 2**20, 1), "intake, s": taken,
            "intake, peak GiB": max(each["peak_gib"] for each in ours), "read_csv, s": middle(theirs),
            "ratio": round(taken / middle(theirs), 2),
        }  # fmt: skip
    return found


PARTS: dict[str, tuple[Callable[[Sequence[int]], Figures], tuple[int, ...]]] = {
    "night": (night, ()),
    "growth": (growth, (1_000, 10_000, 100_000, 1_000_000)),
    "bare": (bare, (10_000, 100_000, 1_000_000)),
    "analysts": (analysts, (10_000, 100_000)),
    "queries": (queries, ()),
    "intake": (intake, (10_000, 100_000, 1_000_000)),
}
