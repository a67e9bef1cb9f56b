"""The commands for evaluators besides `query` and `explain`. The work is done in `orchestration.publish`."""

from pathlib import Path
from typing import Annotated

import typer

from orchestration.settings import chosen


def export(
    file_format: Annotated[str, typer.Option("--format", help="csv, parquet, xlsx, or indigo (JSON).")],
    out: Annotated[
        Path | None, typer.Option(help="Folder to write to, empty or not there yet; homes4all-<format> if not given.")
    ] = None,
    data: Annotated[Path | None, typer.Option("--data", help="Folder of archive, builds and published file.")] = None,
) -> None:
    """Write the tables of the published file, with the dictionary, for other tools; or what INDIGO asks."""
    from orchestration.publish.export import export as exported

    done = exported(chosen(data).published_file, out or Path(f"homes4all-{file_format}"), file_format)
    for name, rows in done.rows.items():
        typer.echo(f"  {name:<28} {rows:>9,} rows")
    files = "1 file" if len(done.files) == 1 else f"{len(done.files)} files"
    typer.echo(
        f"Exported to {done.folder}: {files}. What each column means: docs/evaluators.md, provenance.dictionary."
    )
