"""The commands of an operator besides the nightly run: status. The work is done in `orchestration.operations`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from orchestration.errors import GateRefused
from orchestration.settings import Settings

out = Console(soft_wrap=True)

Data = Annotated[Path | None, typer.Option("--data", help="Folder of archive, builds and published file.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for monitoring.")]


def settings_of(data: Path | None) -> Settings:
    """The settings of the environment, with the folder of the command line on top."""
    settings = Settings()
    return settings.model_copy(update={"data": data or settings.data})


def status(data: Data = None, as_json: AsJson = False) -> None:
    """Say how the last run ended, what is published, what is late, and whether a person is needed (exit code 3)."""
    from pydantic import TypeAdapter

    from orchestration.intake.archive import Archive
    from orchestration.operations.facts import Status
    from orchestration.operations.glance import status_lines
    from orchestration.operations.status import let_pass_by
    from orchestration.operations.status import status as found_out

    settings = settings_of(data)
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
