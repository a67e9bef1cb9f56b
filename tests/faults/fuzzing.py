"""What becomes of a mutant: accepted and equal to a plain reading, or refused with reasons; else a defect.

Run in a process of its own: a mutant may take the process with it, and memory is counted per process.
"""

import re
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import duckdb
from reading import CONTRACTS

from faults.mutants import Mutant, mutant
from faults.plain_reading import canonical_rows
from orchestration.intake.archive import Archive
from orchestration.intake.findings import Unreadable
from orchestration.intake.identify import Identity
from orchestration.intake.read import read
from orchestration.intake.take import take_in

REFERENCE = datetime(2024, 12, 31, tzinfo=UTC)
FRESH_EVERY = 1_000
WHOLE_EVERY = 50  # these go the whole way through `take_in`, gate and archive included
SLOWEST = 60.0
MOST_MEMORY_KIB = 2 << 20


class Verdict(NamedTuple):
    """What became of one mutant; `defect` says what is wrong with that, in words without its content."""

    number: int
    mutation: str
    file_format: str
    outcome: str
    defect: str
    seconds: float
    memory_kib: int


def judge(seed: int, number: int) -> Verdict:
    """Make a mutant, take it in, and hold the outcome against the plain reading."""
    each = mutant(seed, number)
    forget_peak()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        try:
            rows, rules, is_told = (_whole if number % WHOLE_EVERY == 1 else _read)(each, Path(folder))
        except Exception as error:  # noqa: BLE001 (whatever it is, it is a defect with a name)
            outcome, defect = "raised", f"{type(error).__module__}.{type(error).__name__} at {_place(error)}"
        else:
            outcome, defect = ("accepted", "") if rows is not None else ("refused", "")
            if rows is None and not (rules and is_told):
                defect = "refused without a reason in both languages"
            if rows is not None and rows != canonical_rows(each.content, each.file_format, each.contract):
                defect = "accepted, and not equal to the plain reading"
    seconds, memory = time.monotonic() - started, peak_kib()
    if not defect and seconds > SLOWEST:
        defect = f"took {seconds:.0f} seconds"
    if not defect and memory > MOST_MEMORY_KIB:
        defect = f"took {memory >> 10} MiB"
    return Verdict(number, each.mutation, each.file_format, outcome, defect, seconds, memory)


def forget_peak() -> None:
    """Let the peak of this process's memory be what it has now: the last mutant is not this one's fault."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def peak_kib() -> int:
    """The most memory that this process held since."""
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    return int(peak[1]) if peak else 0


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    places = []
    while trace:
        places.append(f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return " ".join(places[-3:])


def _read(each: Mutant, folder: Path) -> tuple[list | None, set[str], bool]:
    staged, target = folder / "delivered", folder / "rows.parquet"
    staged.write_bytes(each.content)
    try:
        identity = Identity(each.contract, REFERENCE.date(), each.file_format)
        with read(staged, identity, CONTRACTS, folder) as readable:
            findings = readable.findings
            if not findings:
                readable.write_parquet(target, "d")
                return _rows(target, each), set(), True
    except Unreadable as problem:
        findings = problem.findings
    return None, {found.rule for found in findings}, all(found.message and found.message_it for found in findings)


def _whole(each: Mutant, folder: Path) -> tuple[list | None, set[str], bool]:
    landing, archive = folder / "landing", Archive(folder / "archive")
    landing.mkdir()
    name = f"{each.contract.extract}_{REFERENCE.date()}.{each.file_format}"
    (landing / name).write_bytes(each.content)
    (verdict,) = take_in(landing, archive, CONTRACTS, now=REFERENCE)
    if verdict.delivery:
        return _rows(archive.parquet(verdict.delivery), each), set(), True
    return (
        None,
        {found.rule for found in verdict.findings},
        all(found.message and found.message_it for found in verdict.findings) and verdict.report is not None,
    )


def _rows(path: Path, each: Mutant) -> list:
    names = ", ".join(column.name for column in each.contract.columns)
    with duckdb.connect() as con:
        return con.execute(f"SELECT {names} FROM read_parquet(?) ORDER BY _row", [str(path)]).fetchall()


def judge_all(seed: int, numbers: range, *, processes: int = 2) -> list[Verdict]:
    """The verdicts on many mutants; one that takes its process with it is a defect too."""
    verdicts, waiting = [], list(numbers)
    while waiting:
        done, lost = _judge_some(seed, waiting, processes)
        verdicts += done
        for suspect in lost[: 2 * processes]:
            alone, crashed = _judge_some(seed, [suspect], 1)
            verdicts += alone
            for number in crashed:
                each = mutant(seed, number)
                words = "took the process with it"
                verdicts.append(Verdict(number, each.mutation, each.file_format, "crashed", words, 0, 0))
        waiting = lost[2 * processes :]
    return verdicts


def _judge_some(seed: int, numbers: list[int], processes: int) -> tuple[list[Verdict], list[int]]:
    """Verdicts, and the mutants that were waiting or at work when a process was lost, in order.

    Processes are made anew every so often: a pool that replaces its own (`max_tasks_per_child`) may wait for ever.
    """
    verdicts, lost = [], []
    for first in range(0, len(numbers), FRESH_EVERY):
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            some = numbers[first : first + FRESH_EVERY]
            for number, job in [(number, pool.submit(judge, seed, number)) for number in some]:
                try:
                    verdicts.append(job.result())
                except BrokenProcessPool:
                    lost.append(number)
    return verdicts, lost


def tally(verdicts: list[Verdict]) -> str:
    """Outcomes by mutation, as lines of text."""
    outcomes = ("accepted", "refused", "raised", "crashed")
    counts = Counter((each.mutation, each.outcome) for each in verdicts)
    lines = [f"{'mutation':<24}" + "".join(f"{outcome:>10}" for outcome in outcomes)]
    for mutation in sorted({each.mutation for each in verdicts}):
        lines.append(f"{mutation:<24}" + "".join(f"{counts[mutation, outcome]:>10}" for outcome in outcomes))
    slowest, largest = max(verdicts, key=lambda v: v.seconds), max(verdicts, key=lambda v: v.memory_kib)
    lines.append(f"slowest {slowest.seconds:.1f} s ({slowest.mutation}), most memory {largest.memory_kib >> 10} MiB")
    return "\n".join(lines)
