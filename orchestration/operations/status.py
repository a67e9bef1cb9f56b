"""The state of an installation, found out: deliveries, last run, what is published; and what of it needs a person.

Nothing is changed by looking, and nothing that cannot be read hides the rest.
"""

import json
import shutil
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from expectations.contract import load_contracts
from orchestration.council.kept import is_kept
from orchestration.errors import Homes4AllError
from orchestration.intake.archive import Archive, Delivery
from orchestration.intake.findings import finding
from orchestration.intake.landing import Contracts, found_in
from orchestration.intake.load import complete_until, registers_of
from orchestration.operations.facts import (
    VERSION,
    Certified,
    Disk,
    Extract,
    LastRun,
    Outcome,
    Problem,
    Published,
    Restricted,
    Status,
    Stray,
)
from orchestration.operations.registers import (
    day_problem,
    delivery_problems,
    held_back_by,
    others_since,
    punctuality,
)
from orchestration.resources import Build, Builds, build_began_at, is_held
from orchestration.settings import Settings
from orchestration.statements.store import Statements
from orchestration.unchanged import confirmed_at

FOLDERS = (
    "archive",
    "build",
    "rebuilt",
    "ledger",
    "published",
    "reports",
    "restricted",
    "statements",
    "dagster",
    "dbt_target",
)
LITTLE_ROOM = 100 << 20  # bytes: less than this no run is sure of
RUNS_AHEAD = 5  # room for fewer is worth a warning


def status(settings: Settings, *, now: datetime) -> Status:
    """The state of an installation; what cannot be read is a problem and hides nothing else.

    Raises:
        ContractError: the contracts of this installation cannot be used.
    """
    contracts = load_contracts(settings.contracts)
    unreadable: list[Problem] = []
    accepted: list[Delivery] = []
    certified: tuple[Certified, ...] = ()
    published: Published | None = None
    try:
        accepted = Archive(settings.archive_dir).deliveries()
    except Homes4AllError as damaged:
        unreadable.append(Problem("archive_damaged", str(damaged)))
    try:
        certified = tuple(certified_of(Statements(settings.statements_dir)))
    except Homes4AllError as damaged:
        unreadable.append(Problem("statements_damaged", str(damaged)))
    try:
        published = published_of(settings.published_file, now)
    except duckdb.Error:
        text = f"The published file {settings.published_file} cannot be read; a run that passes replaces it."
        unreadable.append(Problem("published_damaged", text))
    latest = {(each.source, each.extract): each for each in accepted}
    extracts = tuple(punctuality(contract, latest.get(key), now.date()) for key, contract in contracts.items())
    run = last_run(Builds(settings.build_dir), published, at_work=is_held(settings.lock_file))
    restricted = restricted_of(settings.restricted_file, published)
    disk = disk_of(settings)
    held = held_back_by(latest, extracts, contracts)
    since = others_since(accepted, held, contracts)
    registers = len(registers_of(latest, contracts))
    day, needs_a_person = day_problem(held, registers, since)
    strays = tuple(strays_in(settings.landing_dir, contracts))
    found = (
        *unreadable,
        *run_problems(run, now=now, overdue_after=timedelta(hours=settings.overdue_hours)),
        *([] if settings.published_file.exists() else [NOTHING_PUBLISHED]),
        *delivery_problems([each for each in extracts if each.blocks]),
        *([day] if day and needs_a_person else []),
        *([Problem("disk_full", room_text(disk))] if runs_that_fit(disk) < 1 else []),
    )
    warnings = (
        *delivery_problems([each for each in extracts if not each.blocks]),
        *([day] if day and not needs_a_person else []),
        *([STRAYS] if strays else []),
        *([RESTRICTED_BEHIND] if restricted and not restricted.is_current else []),
        *([REPORT_BEHIND] if published and run.outcome != "at_work" and not is_kept(settings) else []),
        *([Problem("disk_low", room_text(disk))] if 1 <= runs_that_fit(disk) < RUNS_AHEAD else []),
    )
    return Status(
        version=VERSION,
        checked_at=now,
        ok=not found,
        problems=found,
        warnings=warnings,
        data=settings.data.resolve(),
        last_run=run,
        published=published,
        restricted=restricted,
        deliveries=len(accepted),
        complete_until=complete_until(latest, contracts),
        extracts=extracts,
        certified=certified,
        disk=disk,
        held_back_by=held,
        others_since=since,
        strays=strays,
    )


def strays_in(landing: Path, contracts: Contracts) -> Iterator[Stray]:
    """What lies in the landing and is no delivery, with what to do about it."""
    for each in found_in(landing, contracts):
        if each.stray:
            yield Stray(each.name, finding(each.stray).message)


def let_pass_by(archive: Archive, extracts: Iterable[Extract]) -> dict[str, str]:
    """Who let the deliveries in use pass, by their ids; names are for the operator's eyes and in no JSON."""
    passed = [each.delivery_id for each in extracts if each.delivery_id and each.passed_rules]
    return {each: ", ".join(sorted({one.accepted_by for one in archive.acceptances(each)})) for each in passed}


def last_run(builds: Builds, published: Published | None, *, at_work: bool) -> LastRun:
    """How the newest run ended, with the checks that stopped it; `at_work` if the lock of the runs is held."""
    if not (builds.folder / "current").exists():
        return LastRun("at_work" if at_work else "never")
    build = builds.current()
    began_at = build_began_at(build.run_id)
    refused_by, checks = refusals(build)
    outcome: Outcome = "refused" if refused_by else "stopped"
    if not refused_by and published and published.run_id == build.run_id:
        outcome = "published"
    elif not refused_by and at_work:
        return LastRun("at_work", build.run_id, began_at)
    ended_at = max(_written_at(path) for path in (build.folder.resolve(), *build.folder.rglob("*.json")))
    return LastRun(outcome, build.run_id, began_at, ended_at, checks, refused_by, confirmed_at(build))


def refusals(build: Build) -> tuple[tuple[str, ...], int]:
    """A sentence for each check that refused a build, and how many checks there were; counts and lines, no values."""
    records = [
        record
        for path in sorted((build.folder / "gates").glob("*.json"))
        for record in json.loads(path.read_text(encoding="utf-8"))
    ]
    told = {
        f"{record['stage']}/{record['asset']}/{record['check_name']}": f"{record['asset']}: {record['description']}"
        for record in records
        if not record["passed"] and record["severity"] == "error"
    }
    if not build.verdict.exists():
        return tuple(told.values()), len(records)
    verdict = json.loads(build.verdict.read_text(encoding="utf-8"))
    return tuple(told.get(check, check) for check in verdict["failed"]), verdict["checks"]


def run_problems(run: LastRun, *, now: datetime, overdue_after: timedelta) -> Iterator[Problem]:
    """What is wrong with the newest run: refused, stopped, or too long ago."""
    if run.outcome == "refused":
        yield Problem(
            "run_refused", f"The last run was refused by {len(run.refused_by)} checks; see docs/operations.md."
        )
    if run.outcome == "stopped":
        text = "The last run stopped before it published, and no check is why: it was killed, or met an error."
        yield Problem("run_stopped", f"{text} Start `homes4all run` and read what it says.")
    newest = max(filter(None, (run.began_at, run.confirmed_at)), default=None)
    if newest and now - newest > overdue_after:
        hours = round((now - newest) / timedelta(hours=1))
        text = "is still at work" if run.outcome == "at_work" else "was the last one; is the nightly service on?"
        yield Problem("run_overdue", f"A run that began {hours} hours ago {text}")


NOTHING_PUBLISHED = Problem("nothing_published", "Nothing is published yet. Start `homes4all run`.")
REPORT_BEHIND = Problem("report_behind", "The report is not of the published file; the next `homes4all run` writes it.")
STRAYS = Problem("stray_files", "The landing holds what is no delivery; it is ignored, and named above.")
RESTRICTED_BEHIND = Problem("restricted_behind", "The restricted file is of an earlier run; is the key still set?")


def runs_that_fit(disk: Disk) -> float:
    """How many runs like the last one the free room takes."""
    return disk.free_bytes / max(disk.needed_bytes, LITTLE_ROOM)


def room_text(disk: Disk) -> str:
    """How much room is left, as a sentence."""
    return f"{disk.free_bytes >> 20:,} MiB are free, room for {int(runs_that_fit(disk))} more runs like the last one."


def published_of(file: Path, now: datetime) -> Published | None:
    """What evaluators see now; none if nothing was ever published.

    Raises:
        duckdb.Error: the file cannot be read.
    """
    if not file.exists():
        return None
    with duckdb.connect(str(file), read_only=True) as con:
        sql = "select run_id, as_of, built_at, illustrative from provenance.runs"
        run_id, as_of, built_at, illustrative = con.execute(sql).fetchall()[0]
    built_at = built_at.replace(tzinfo=UTC)
    return Published(file, run_id, as_of, built_at, round((now - built_at) / timedelta(hours=1), 1), illustrative)


def restricted_of(file: Path, published: Published | None) -> Restricted | None:
    """The restricted file, judged by when it was written: it is encrypted."""
    if not file.exists():
        return None
    written_at = _written_at(file)
    return Restricted(file, written_at, published is None or written_at >= published.built_at)


def certified_of(statements: Statements) -> Iterator[Certified]:
    """The certified statements, in the order of certification.

    Raises:
        StatementDamaged: a record is not what was written.
    """
    for each in statements.all():
        yield Certified(each.statement_id, each.certified_at, each.as_of, each.totals.total_eur, each.illustrative)


def disk_of(settings: Settings) -> Disk:
    """Room on the disk, and what the folders of the installation use."""
    data = settings.data.resolve()
    room = shutil.disk_usage(next(each for each in (data, *data.parents) if each.exists()))
    newest = settings.build_dir / "current"
    needed = _size(newest.resolve()) + _size(settings.published_file.parent) + _size(settings.restricted_file.parent)
    return Disk(room.total, room.free, needed, {name: _size(data / name) for name in FOLDERS})


def _size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else 0


def _written_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(microsecond=0)
