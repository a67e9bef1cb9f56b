"""Twenty questions as evaluators ask them of the published file, and how long the answers take."""

import subprocess
import sys
import time
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from benchmarks.cities import City

READERS = 8
WARM_ROUNDS = 50
PAUSE_SECONDS = 0.05  # a person, or a page, does not ask without end

QUERIES = (
    "select count(*) from metrics.results",
    "select * from metrics.definitions order by metric_id",
    "select metric_id, value from metrics.results where period_type = 'programme_to_date' and breakdown = 'all'",
    "select period_start, value, status from metrics.results where metric_id = 'households_enrolled' "
    "and period_type = 'quarter' and breakdown = 'all' order by period_start",
    "select category, value from metrics.results where metric_id = 'homes_entered' and breakdown = 'pathway' "
    "and period_type = 'programme_to_date'",
    "select status, count(*) from metrics.results group by status order by status",
    "select metric_id, count(*) filter (status = 'suppressed') / count(*) from metrics.results group by metric_id",
    "select year(period_start), sum(numerator), sum(denominator) from metrics.results "
    "where metric_id = 'housing_retention_12m' and breakdown = 'all' and period_type = 'month' group by 1 order by 1",
    "select d.title_it, r.value, r.unit from metrics.results r join metrics.definitions d "
    "on d.metric_id = r.metric_id and d.version = r.metric_version where r.period_type = 'year' order by all",
    "select * from metrics.survival_curves order by all limit 100",
    "select metric_id, max(value) - min(value) from metrics.results where period_type = 'year' group by metric_id",
    "select * from savings.by_method order by all",
    "select * from savings.match_quality order by all",
    "select * from payments.lines order by all",
    "select * from payments.limits_applied order by all",
    "select * from payments.statements order by all",
    "select source, extract, reference_date, file_name from provenance.deliveries where is_used order by all",
    "select stage, severity, count(*), count(*) filter (passed) from provenance.checks group by all order by all",
    "select table_name, column_name, description from provenance.dictionary order by all",
    "pivot (select metric_id, period_start, value from metrics.results where breakdown = 'all' "
    "and period_type = 'year') on year(period_start) using first(value) group by metric_id",
)


def one_round(con: duckdb.DuckDBPyConnection) -> list[float]:
    """Milliseconds that each question took, the rows fetched."""
    found = []
    for query in QUERIES:
        began = time.perf_counter()
        con.execute(query).fetchall()
        found.append((time.perf_counter() - began) * 1000)
    return found


def cold(file: Path) -> list[float]:
    """Milliseconds of each question in a process of its own that has just opened the file."""
    code = (
        "import sys, time, duckdb; began = time.perf_counter(); "
        "con = duckdb.connect(sys.argv[1], read_only=True); con.execute(sys.argv[2]).fetchall(); "
        "print((time.perf_counter() - began) * 1000)"
    )
    return [
        float(subprocess.run([sys.executable, "-c", code, str(file), query], capture_output=True, check=True).stdout)
        for query in QUERIES
    ]


def reading(file: str, until: str) -> list[float]:
    """What one reader waits, round after round, until a run has ended."""
    found: list[float] = []
    while not Path(until).exists():
        with duckdb.connect(file, read_only=True, config={"threads": "1"}) as con:
            for query in QUERIES:
                began = time.perf_counter()
                con.execute(query).fetchall()
                found.append((time.perf_counter() - began) * 1000)
                time.sleep(PAUSE_SECONDS)
    return found


def asked(of: City) -> dict[str, Any]:
    """Cold, warm, and with eight readers at once while a whole run goes on."""
    with duckdb.connect(str(of.published), read_only=True) as con:
        one_round(con)
        warm = [each for _ in range(WARM_ROUNDS) for each in one_round(con)]
    first = cold(of.published)
    ended = of.data / "run_has_ended"
    with get_context("spawn").Pool(READERS) as pool:
        waiting = [pool.apply_async(reading, (str(of.published), str(ended))) for _ in range(READERS)]
        of.run("--rebuild")
        ended.touch()
        company = [each for one in waiting for each in one.get()]
    return {"cold": spread(first), "warm": spread(warm), f"{READERS} readers and a run": spread(company)}


def spread(milliseconds: list[float]) -> dict[str, float]:
    """Median and 99th percentile."""
    return {
        "answers": len(milliseconds),
        "median, ms": round(float(np.median(milliseconds)), 2),
        "p99, ms": round(float(np.percentile(milliseconds, 99)), 2),
    }
