"""`homes4all certify`: freeze a payment period of the last build, if everything that it rests on is in order.

What is due is decided in `statements`; here is when it may be certified, and in which order it is written.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb

from orchestration.durable import file_sha256
from orchestration.errors import GateRefused, UsageError
from orchestration.intake.archive import Archive
from orchestration.publish.provenance import MEASUREMENT_MODEL, code_version
from orchestration.publish.verdict import read_verdict, verified
from orchestration.report.blocks import Language
from orchestration.report.render import html, pdf
from orchestration.resources import Build, Builds, exclusive
from orchestration.settings import Settings
from orchestration.statements.draft import Draft, Period, drafted, payment_period
from orchestration.statements.knowledge import Knowledge, recorded
from orchestration.statements.page import page
from orchestration.statements.record import Statement, used
from orchestration.statements.store import Statements

USED = """
    select delivery_id from provenance.deliveries where is_used
    union select _delivery_id from raw_municipality.households_history order by 1
"""
LANGUAGES: tuple[Language, ...] = ("it", "en")


@dataclass(frozen=True)
class Origin:
    """What the last build says of itself."""

    run_id: str
    as_of: date
    code_version: str
    delivery_ids: tuple[str, ...]


def certify(settings: Settings, period: str, *, now: datetime) -> Statement:
    """Certify a payment period of the last build; returns the statement, which nothing changes from then on.

    Raises:
        RunLocked: a run is at work on the same data folder.
        UsageError: no such payment period, certified already, or not over on `as_of`.
        GateRefused: the gates of the build did not pass, an earlier statement is damaged or knew a later day.
        ArchiveDamaged: a delivery is missing or damaged.
    """
    with exclusive(settings.lock_file):
        build = Builds(settings.build_dir).current()
        verified(read_verdict(build.verdict), build.warehouse, build.candidate)
        origin = origin_of(build)
        statements = Statements(settings.statements_dir)
        earlier = statements.checked()
        refuse_again(period, earlier)
        with build.connect(read_only=True) as con:
            wanted = payment_period(con, period)
        refuse_twice_paid(wanted, earlier)
        refuse_untimely(wanted, origin, earlier)
        archive = Archive(settings.archive_dir)
        known = Knowledge(recorded(archive, origin.delivery_ids), origin.as_of, origin.code_version)
        for delivery in known.used:
            archive.parquet(delivery)
        with (
            drafted(build.warehouse, archive, period, earlier, known) as draft,
            statements.scratch() as folder,
        ):
            statement = described(draft, known, origin, earlier, now, settings.statements_dir / period)
            return written(statements, draft, statement, folder)


def origin_of(build: Build) -> Origin:
    """The day, run, software and deliveries of a build that passed its gates.

    Raises:
        GateRefused: the software is no longer the one that made the build.
    """
    with duckdb.connect(str(build.candidate), read_only=True) as con:
        run_id, as_of, made_by = con.execute("select run_id, as_of, code_version from provenance.runs").fetchall()[0]
    with build.connect(read_only=True) as con:
        rows = con.execute(USED).fetchall()
    if made_by != code_version():
        raise GateRefused("The software has changed since the last build. Start `homes4all run`, then certify.")
    return Origin(run_id, as_of, made_by, tuple(each for (each,) in rows))


def refuse_again(period: str, earlier: list[Statement]) -> None:
    """Refuse to certify twice.

    Raises:
        UsageError: the period is certified.
    """
    for each in earlier:
        if each.statement_id == period:
            raise UsageError(
                f"{period} was certified on {each.certified_at:%Y-%m-%d} and stays as it is. What is known "
                "differently now comes as adjustments with the next period that is certified."
            )


def refuse_twice_paid(period: Period, earlier: list[Statement]) -> None:
    """Refuse a period with a day that a certified one has, as after a change of payment_period that the build lacks.

    Raises:
        UsageError: a day of the period is certified.
    """
    for each in earlier:
        if period.starts_on < each.period_end and each.period_start < period.ends_on:
            raise UsageError(
                f"{period.name} has days that were certified with {each.statement_id}, and no day is paid twice. "
                "Start `homes4all run`, then certify."
            )


def refuse_untimely(period: Period, origin: Origin, earlier: list[Statement]) -> None:
    """Refuse a period that is not over, and a day before the one that was certified last.

    Raises:
        UsageError: a day of the period comes after `as_of`.
        GateRefused: the newest statement knew a later day.
    """
    last_day = period.ends_on - timedelta(days=1)
    if last_day > origin.as_of:
        raise UsageError(
            f"The last day of {period.name} is {last_day}, and the registers of this build are complete up to "
            f"{origin.as_of}. Certify it when every register has been delivered with its last day."
        )
    if earlier and origin.as_of < earlier[-1].as_of:
        raise GateRefused(
            f"The last build is as of {origin.as_of}, and statement {earlier[-1].statement_id} already knew "
            f"{earlier[-1].as_of}. Start `homes4all run` without --as-of, then certify."
        )


def described(
    draft: Draft, known: Knowledge, origin: Origin, earlier: list[Statement], now: datetime, folder: Path
) -> Statement:
    """The record of a draft: everything but the hashes of its files, which are not written yet."""
    statement = Statement(
        folder=folder,
        statement_id=draft.period.name,
        number=len(earlier) + 1,
        period_type=draft.period.period_type,
        period_start=draft.period.starts_on,
        period_end=draft.period.ends_on,
        certified_at=now.replace(microsecond=0),
        as_of=known.as_of,
        run_id=origin.run_id,
        code_version=origin.code_version,
        illustrative=draft.illustrative,
        deliveries=tuple(used(each) for each in known.used),
        totals=draft.totals,
        tables=draft.contents(),
        previous=earlier[-1].content_hash if earlier else None,
        content_hash="",
        files={},
        measurement_model=MEASUREMENT_MODEL,
    )
    return replace(statement, content_hash=statement.committed())


def written(statements: Statements, draft: Draft, statement: Statement, folder: Path) -> Statement:
    """Write tables and pages, seal them, and give the folder its name."""
    draft.write(folder)
    for language in LANGUAGES:
        document = page(statement, draft.con, language)
        (folder / f"statement_{language}.html").write_text(html(document), encoding="utf-8")
        (folder / f"statement_{language}.pdf").write_bytes(pdf(document))
    complete = replace(statement, files={path.name: file_sha256(path) for path in sorted(folder.iterdir())})
    statements.settle(folder, complete)
    return complete
