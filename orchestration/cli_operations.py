"""The commands of an operator besides the nightly run. The work is done in `orchestration.operations`."""

import json
import os
import signal
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from orchestration.errors import GateRefused, MachineRefused, UsageError
from orchestration.settings import PROJECT_ROOT, chosen

out = Console(soft_wrap=True)

Data = Annotated[Path | None, typer.Option("--data", help="Folder of archive, builds and published file.")]
Landing = Annotated[Path | None, typer.Option("--landing", help="Folder where partners drop their files.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for monitoring.")]


def status(data: Data = None, landing: Landing = None, as_json: AsJson = False) -> None:
    """Say how the last run ended, what is published, what is late, and whether a person is needed (exit code 3)."""
    from pydantic import TypeAdapter

    from orchestration.intake.archive import Archive
    from orchestration.operations.facts import Status
    from orchestration.operations.glance import status_lines
    from orchestration.operations.status import let_pass_by
    from orchestration.operations.status import status as found_out

    settings = chosen(data, landing)
    found = found_out(settings, now=datetime.now(UTC).replace(microsecond=0))
    if as_json:
        typer.echo(TypeAdapter(Status).dump_json(found, indent=1).decode())
    else:
        people = let_pass_by(Archive(settings.archive_dir), found.extracts)
        for line in status_lines(found, settings.time_zone, people):
            style = "red" if line.startswith("  PROBLEM") else None
            out.print(line, style=style, markup=False, highlight=False)
    if not found.ok:
        raise typer.Exit(GateRefused.exit_code)


def doctor(
    data: Data = None,
    landing: Landing = None,
    deep: Annotated[bool, typer.Option("--deep", help="Read every byte of archive, ledger and statements.")] = False,
    as_json: AsJson = False,
) -> None:
    """Examine the installation: what is in order, what is not, and what to do (exit code 3 if a problem is found)."""
    from orchestration.operations.doctor import examine
    from orchestration.operations.integrity import kept

    settings, now = chosen(data, landing), datetime.now(UTC).replace(microsecond=0)
    findings = examine(settings, kept(settings, deep=deep), now=now, deep=deep, variables=os.environ)
    is_ok = all(each.state != "problem" for each in findings)
    if as_json:
        record = {"version": 1, "checked_at": now.isoformat(), "ok": is_ok, "findings": [*map(asdict, findings)]}
        typer.echo(json.dumps(record, indent=1, ensure_ascii=False))
    else:
        for each in findings:
            style = {"problem": "red", "warning": "yellow"}.get(each.state)
            out.print(f"{each.state:<8} {each.check:<15} {each.found}", style=style, markup=False, highlight=False)
            if each.advice:
                out.print(f"{'':<24} → {each.advice}", markup=False, highlight=False)
    if not is_ok:
        raise typer.Exit(GateRefused.exit_code)


def notify(
    died: Annotated[bool, typer.Option("--died", help="Not a trial: the process of a run died. For systemd.")] = False,
) -> None:
    """Send a trial message to those who are told when a run fails (exit code 5: it could not be handed over)."""
    from orchestration.notify import DIED, tell, tell_trial, ways

    settings = chosen()
    if not (named := ways(settings)):
        raise UsageError("Nobody is told when a run fails: set HOMES4ALL_WEBHOOK, or HOMES4ALL_SMTP and _MAIL_TO.")
    if failed := tell(settings, DIED) if died else tell_trial(settings):
        raise MachineRefused(f"Nobody could be told by {' and '.join(failed)}. docs/operations.md says what is needed.")
    out.print(f"A message was handed over by {' and '.join(named)}.", markup=False, highlight=False)


def ui(
    data: Data = None,
    landing: Landing = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 3000,
) -> None:
    """Open the Dagster UI, with the schedule and the delivery sensor on."""
    from orchestration.runner import prepare_home, process_environment

    settings = chosen(data, landing)
    prepare_home(settings)
    dagster = str(Path(sys.executable).parent / "dagster")
    listen = ("--host", host, "--port", str(port))
    # Dagster takes the place of this process, so that whoever stops it stops Dagster, which ends its own processes.
    # It does so at SIGTERM as at SIGINT, and a shell lets what it starts in the background ignore SIGINT.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.chdir(PROJECT_ROOT)
    os.execve(dagster, [dagster, "dev", "-m", "orchestration.definitions", *listen], process_environment(settings))  # noqa: S606


def tidy(data: Data = None) -> None:
    """Remove old runs from Dagster's history, old builds and rebuilt days (HOMES4ALL_KEEP_DAYS); never the truth."""
    import dagster as dg

    from orchestration.resources import exclusive
    from orchestration.runner import prepare_home
    from orchestration.tidy import tidy as tidied

    settings = chosen(data)
    with exclusive(settings.lock_file):
        prepare_home(settings)
        with dg.DagsterInstance.get() as instance:
            done = tidied(settings, instance, now=datetime.now(UTC))
    out.print(done.sentence(settings.keep_days), markup=False, highlight=False)


def backup(
    to: Annotated[Path, typer.Option("--to", help="Folder of the backup, on another disk; it grows with the archive.")],
    data: Data = None,
) -> None:
    """Back up archive, ledger and statements, all that cannot be rebuilt, and prove the copy by its hashes."""
    from orchestration.operations.backup import backup as backed_up

    done = backed_up(chosen(data), to, now=datetime.now(UTC).replace(microsecond=0))
    held = f"{done.deliveries} deliveries and {done.statements} statements in {done.files} files, every hash proven"
    out.print(f"Backed up to {done.folder}: {held}; {done.copied} files copied now.", markup=False, highlight=False)


def restore(
    source: Annotated[Path, typer.Option("--from", help="Folder of a backup.")],
    data: Data = None,
) -> None:
    """Restore archive, ledger and statements from a backup into a data folder that has none."""
    from orchestration.operations.backup import restore as restored

    settings = chosen(data)
    done = restored(settings, source)
    held = f"{done.deliveries} deliveries and {done.statements} statements in {done.files} files, every hash proven"
    for line in (
        f"Restored to {settings.data.resolve()}: {held}.",
        "Now start `homes4all run`: it rebuilds and publishes everything else. `homes4all verify` proves a statement.",
    ):
        out.print(line, markup=False, highlight=False)
