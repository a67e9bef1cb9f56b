"""The night on which nothing changed: recognised by its content, verified again, and said so.

A whole run would end with the published file that is there if it rests on the same deliveries, statements, day,
software and key. Each of these is asked here, and what the run would verify is verified. Whatever is not exactly as it
was, or cannot be read, is a reason to run. Nothing is decided about the data, and only the note of it is written.
"""

import hashlib
import json
import platform
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from importlib.metadata import distributions
from pathlib import Path

import duckdb

from expectations.contract import Contract, load_contracts
from expectations.quoting import literal
from orchestration.durable import file_sha256, text_sha256, write
from orchestration.errors import Homes4AllError
from orchestration.intake.archive import Archive
from orchestration.intake.changes import lateness
from orchestration.intake.findings import Unreadable
from orchestration.intake.identify import identify
from orchestration.intake.landing import found_in
from orchestration.intake.load import chosen_as_of
from orchestration.publish.provenance import CODE_SUFFIXES, code_version
from orchestration.publish.restricted import evaluation_key
from orchestration.publish.verdict import read_verdict, verified
from orchestration.resources import Build, Builds, exclusive
from orchestration.settings import Settings
from orchestration.statements.store import Statements

SOFTWARE, CONFIRMED = "software.json", "confirmed.json"


def why_run(settings: Settings, as_of: date | None, now: datetime) -> str | None:
    """The first reason for a whole run, in words; none if it would end with the published file that is there.

    Raises:
        RunLocked: another run is at work on the same data folder.
    """
    with exclusive(settings.lock_file):
        if not settings.published_file.exists():
            return "the published file is not there yet"
        try:
            build = Builds(settings.build_dir).current()
            if reason := next(reasons(settings, build, as_of, now), None):
                return reason
            (build.folder / CONFIRMED).write_text(json.dumps({"at": now.isoformat()}), encoding="utf-8")
        except (Homes4AllError, OSError, ValueError, KeyError, duckdb.Error) as stopped:
            return f"it cannot be confirmed ({type(stopped).__name__})"
    return None


def confirmed_at(build: Build) -> datetime | None:
    """When a build was last found unchanged, if it was."""
    path = build.folder / CONFIRMED
    return datetime.fromisoformat(json.loads(path.read_text(encoding="utf-8"))["at"]) if path.exists() else None


def record_software(settings: Settings, build: Build) -> None:
    """Note with what software a build was begun."""
    write(build.folder / SOFTWARE, json.dumps(software(settings)))


def software(settings: Settings) -> dict[str, str]:
    """Everything but the data that a build depends on: our code, contracts and models, Python, and every package."""
    installed = sorted({f"{each.name}=={each.version}" for each in distributions()})
    return {
        "code": code_version(),
        "contracts": folder_hash(settings.contracts),
        "models": folder_hash(settings.dbt_project),
        "python": platform.python_version(),
        "packages": text_sha256("\n".join(installed)),
    }


def folder_hash(folder: Path) -> str:
    """The hash of every source file below a folder."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.suffix in CODE_SUFFIXES):
        digest.update(f"{path.relative_to(folder)} {file_sha256(path)}\n".encode())
    return digest.hexdigest()


def reasons(settings: Settings, build: Build, as_of: date | None, now: datetime) -> Iterator[str]:
    """Every reason for a whole run, what is quickly asked first.

    Raises:
        GateRefused: the build has no verdict, did not pass, or is not what was judged.
        ArchiveDamaged, StatementDamaged: what the build rests on is not what was written.
    """
    if json.loads((build.folder / SOFTWARE).read_text(encoding="utf-8")) != software(settings):
        yield "the software is another"
    contracts = load_contracts(settings.contracts)
    archive = Archive(settings.archive_dir)
    yield from dropped(settings.landing_dir, archive, contracts, now)
    yield from of_today(build, archive, contracts, now)
    yield from rests_on(settings, build, archive, contracts, as_of)
    yield from published(settings, build)


def dropped(
    landing: Path, archive: Archive, contracts: dict[tuple[str, str], Contract], now: datetime
) -> Iterator[str]:
    """Whether the landing holds a delivery that was never accepted, or what looks like one; strays are no reason."""
    accepted = {(each.extract, each.reference_date): each.file_sha256 for each in archive.deliveries()}
    for path in (each.path for each in found_in(landing.resolve(), contracts) if not each.stray):
        try:
            identity = identify(path, landing.resolve(), contracts, now.date() + timedelta(days=1))
        except Unreadable:
            yield "the landing holds a file that was never accepted"
            return
        known = accepted.get((identity.contract.extract, identity.reference_date))
        if known is None or (path.name != identity.control_name and known != file_sha256(path)):
            yield "the landing holds a file that was never accepted"
            return


def of_today(
    build: Build, archive: Archive, contracts: dict[tuple[str, str], Contract], now: datetime
) -> Iterator[str]:
    """Whether a register is overdue today that was not when the build was made, or the other way round."""
    told = {(each["asset"], each["check_name"]): each["passed"] for each in build.gate_records("deliveries")}
    latest = archive.latest()
    for (source, extract), contract in contracts.items():
        newest = latest.get((source, extract))
        for each in lateness(contract, newest.reference_date if newest else None, now.date()):
            if told.get((f"deliveries_{source}/{extract}", each.name)) != each.passed:
                yield "a register is overdue today, or no longer"


def rests_on(
    settings: Settings,
    build: Build,
    archive: Archive,
    contracts: dict[tuple[str, str], Contract],
    as_of: date | None,
) -> Iterator[str]:
    """Whether the build rests on other deliveries, another day or other statements; all of them are verified.

    Raises:
        ArchiveDamaged, StatementDamaged: one is not what was written.
    """
    latest = archive.latest()
    used = {each.delivery_id for each in latest.values()}
    statements = [(each.statement_id, each.content_hash) for each in Statements(settings.statements_dir).checked()]
    with build.connect(read_only=True) as con:
        day = con.execute("select as_of from provenance.build").fetchall()
        deliveries = con.execute("select delivery_id, is_used from provenance.deliveries").fetchall()
        certified = con.execute("select statement_id, content_hash from certified.statements").fetchall()
    if day != [(chosen_as_of(latest, contracts, as_of),)]:
        yield "the day is another"
    if {*deliveries} != {(each.delivery_id, each.delivery_id in used) for each in archive.deliveries()}:
        yield "the archive holds other deliveries"
    if sorted(certified) != sorted(statements):
        yield "other statements are certified"
    for each in latest.values():
        archive.parquet(each)


def published(settings: Settings, build: Build) -> Iterator[str]:
    """Whether the published file, and the restricted one where a key is set, are those of the build's verdict.

    Raises:
        GateRefused: the verdict is not a pass, or the build is not the one that was judged.
    """
    verdict = verified(read_verdict(build.verdict), build.warehouse, build.candidate, build.restricted)
    if not settings.published_file.is_file() or file_sha256(settings.published_file) != verdict.candidate_sha256:
        yield "the published file is not the one that was judged"
        return
    with duckdb.connect(str(settings.published_file), read_only=True) as con:
        made_by = con.execute("select run_id, code_version from provenance.runs").fetchall()
    if made_by != [(build.run_id, code_version())]:
        yield "the published file is of another build"
    key = evaluation_key(settings)
    if (key is None) != (verdict.restricted_sha256 is None):
        yield "a key for the restricted file is set, or no longer"
    elif key:
        if file_sha256(settings.restricted_file) != verdict.restricted_sha256:
            yield "the restricted file is not the one that was judged"
        with duckdb.connect() as con:  # another key does not open it
            con.execute(
                f"attach {literal(str(settings.restricted_file))} as given (read_only, encryption_key {literal(key)})"
            )
