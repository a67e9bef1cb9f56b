"""The command of the councillor's report. The work is done elsewhere."""

from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from orchestration.settings import chosen

out = Console(soft_wrap=True)


def report(
    period: Annotated[str, typer.Option(help="programme_to_date, 2024, 2024Q2, 2024-04 or a phase.")] = (
        "programme_to_date"
    ),
    lang: Annotated[Literal["it", "en"] | None, typer.Option(help="One language only; else both.")] = None,
    folder: Annotated[Path | None, typer.Option("--out", help="Folder to write to; default <data>/reports.")] = None,
    data: Annotated[Path | None, typer.Option("--data", help="Folder of the published file.")] = None,
) -> None:
    """Write the councillor's report from the published file: what was promised, what came out, how sure it is."""
    from orchestration.council.page import documents, write_documents

    settings = chosen(data)
    made = documents(settings.published_file, period, (lang,) if lang else ("it", "en"))
    for path in write_documents(made, period, folder or settings.reports_dir):
        out.print(f"Written: {path}", markup=False, highlight=False)
