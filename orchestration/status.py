"""What an operator sees at a glance: deliveries, the last run, its verdict, what is published and certified."""

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb

from orchestration.intake.archive import Archive
from orchestration.intake.load import complete_until
from orchestration.resources import Builds
from orchestration.settings import Settings
from orchestration.statements.store import Statements
from orchestration.unchanged import confirmed_at


def status_lines(settings: Settings) -> Iterator[str]:
    """The status as lines of text: facts about files and checks, never about households."""
    yield from delivery_lines(Archive(settings.archive_dir))
    yield from run_lines(Builds(settings.build_dir))
    yield from published_lines(settings.published_file)
    yield from certified_lines(Statements(settings.statements_dir))


def delivery_lines(archive: Archive) -> Iterator[str]:
    """The newest accepted delivery of every extract, and the day that all of them cover."""
    latest = archive.latest()
    if not latest:
        yield "Deliveries: none accepted yet."
        return
    yield f"Deliveries: {len(archive.deliveries())} accepted; complete up to {complete_until(latest)}."
    for (source, extract), delivery in sorted(latest.items()):
        name = f"{source}/{extract}"
        yield f"  {name:<36} {delivery.reference_date}  {delivery.rows:>9,} rows  {delivery.file_name}"
        if delivery.passed_rules:
            people = sorted({each.accepted_by for each in archive.acceptances(delivery.delivery_id)})
            yield f"    let pass by {', '.join(people)} in spite of {', '.join(delivery.passed_rules)}"


def run_lines(builds: Builds) -> Iterator[str]:
    """How the newest run ended, with the checks that stopped it."""
    if not (builds.folder / "current").exists():
        yield "Last run: none yet."
        return
    build = builds.current()
    if build.verdict.exists():
        verdict = json.loads(build.verdict.read_text(encoding="utf-8"))
        yield f"Last run: {build.run_id}, {verdict['checks']} checks, {'passed' if verdict['passed'] else 'refused'}."
        if confirmed := confirmed_at(build):
            yield f"  nothing had changed on {confirmed:%Y-%m-%d %H:%M} UTC: all of it was verified again."
        yield from (f"  refused by {check}" for check in verdict["failed"])
        return
    yield f"Last run: {build.run_id}, stopped before the verdict; nothing was published."
    for path in sorted((build.folder / "gates").glob("*.json")):
        for record in json.loads(path.read_text(encoding="utf-8")):
            if not record["passed"] and record["severity"] == "error":
                yield f"  refused by {record['stage']}/{record['asset']}: {record['description']}"


def published_lines(file: Path) -> Iterator[str]:
    """What evaluators see now."""
    if not file.exists():
        yield "Published: nothing yet."
        return
    with duckdb.connect(str(file), read_only=True) as con:
        run_id, as_of, built_at = con.execute("select run_id, as_of, built_at from provenance.runs").fetchall()[0]
    yield f"Published: {file}, as of {as_of}, built {built_at} UTC by {run_id}."


def certified_lines(statements: Statements) -> Iterator[str]:
    """Which payment periods are certified, in the order of certification."""
    found = statements.all()
    if not found:
        yield "Certified: no payment period yet."
        return
    yield f"Certified: {len(found)} payment periods."
    for each in found:
        sample = ", illustrative" if each.illustrative else ""
        yield (
            f"  {each.statement_id}  on {each.certified_at:%Y-%m-%d}, as of {each.as_of}: "
            f"{each.totals.total_eur:,} EUR{sample}"
        )
