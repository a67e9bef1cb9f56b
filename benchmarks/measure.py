"""How things are measured: seconds and peak memory of a command with all its children, and which machine it was.

What is measured belongs in the other modules.
"""

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
import psutil

SAMPLED_EVERY_SECONDS = 0.1
ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent


class Failed(Exception):
    """A measured command ended with an error."""


@dataclass(frozen=True)
class Measured:
    """One run of a command; memory is the sum over its processes, sampled ten times a second."""

    seconds: float
    peak_bytes: int
    output: str


def machine() -> dict[str, Any]:
    """The machine and the software that figures are of."""
    names = [line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    return {
        "processor": names[0] if names else platform.processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "duckdb": duckdb.__version__,
        "load_before": round(os.getloadavg()[0], 2),
    }


def _lines(path: str) -> list[str]:
    file = Path(path)
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def measured(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Measured:
    """Run a command to its end.

    Raises:
        Failed: it ended with an error.
    """
    began, peak = time.perf_counter(), 0
    with subprocess.Popen(
        command, env={**os.environ, **(environment or {})}, cwd=ROOT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as process:  # fmt: skip
        while process.poll() is None:
            peak = max(peak, _memory(process.pid))
            time.sleep(SAMPLED_EVERY_SECONDS)
        seconds = time.perf_counter() - began
        said = process.stdout.read() if process.stdout else ""
    if process.returncode:
        raise Failed(f"{' '.join(command)} ended with {process.returncode}: {said[-2000:]}")
    return Measured(seconds, peak, said)


def _memory(pid: int) -> int:
    total = 0
    try:
        family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    except psutil.Error:
        return 0
    for each in family:
        try:
            total += each.memory_info().rss
        except psutil.Error:  # it has ended meanwhile
            continue
    return total


def workload(name: str, *arguments: object) -> dict[str, Any]:
    """What a workload of `benchmarks.workloads` says of itself, run alone in a process; with its peak memory."""
    done = measured([sys.executable, "-m", "benchmarks.workloads", name, *map(str, arguments)])
    return {**json.loads(done.output.splitlines()[-1]), "peak_gib": round(done.peak_bytes / 2**30, 2)}


def middle(values: Sequence[float]) -> float:
    """The median, to the hundredth."""
    return round(median(values), 2)
