"""The commands for partners, on their own machine: check, pseudonymise. The work is done elsewhere."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from orchestration.errors import GateRefused
from orchestration.intake.findings import Finding
from orchestration.settings import PROJECT_ROOT, Settings

NOT_COMPARED = (
    "  Le regole sui cambiamenti non sono state verificate: indicare la consegna precedente con --before.\n"
    "  What changed since the delivery before was not asked: give it with --before."
)


def check(
    files: Annotated[list[Path], typer.Argument(help="Deliveries, named as they will be delivered.")],
    before: Annotated[list[Path] | None, typer.Option(help="The delivery before, to ask what changed.")] = None,
) -> None:
    """Say whether deliveries would be accepted, and all that is wrong with them; nothing is stored or sent."""
    from expectations.contract import load_contracts
    from orchestration.intake.check import check_files

    contracts = load_contracts(Settings().contracts)
    checked = check_files(files, contracts, today=datetime.now(UTC).date(), before=before or ())
    for each in checked:
        verdict = "ACCETTATO / ACCEPTED" if each.is_accepted else "RIFIUTATO / REFUSED"
        about = f" ({each.extract}, {each.reference_date}, righe / rows: {each.rows:,})" if each.extract else ""
        typer.echo(f"{verdict}  {each.file_name}{about}")
        for finding in each.findings:
            typer.echo("\n".join(_lines(finding, each.titles, "-")))
        for finding in each.notes:
            typer.echo("\n".join(_lines(finding, each.titles, "- nota / note:")))
        if each.is_accepted and not each.compared:
            typer.echo(NOT_COMPARED)
    if refused := sum(not each.is_accepted for each in checked):
        raise GateRefused(f"{refused} of {len(checked)} files would be refused. Nothing was stored.")


def pseudonymise(
    file: Annotated[Path, typer.Argument(help="The export, a CSV with the identifiers.")],
    columns: Annotated[str, typer.Option(help="Headings of the identifiers to hash, with commas between them.")],
    key_file: Annotated[Path, typer.Option(help="File that holds the key; open to nobody else.")],
    out: Annotated[Path, typer.Option(help="The delivery to write: <extract>_<YYYY-MM-DD>.csv.")],
    drop: Annotated[str, typer.Option(help="Headings of the columns to leave out, with commas between them.")] = "",
) -> None:
    """Replace identifiers by keyed hashes and leave personal columns out; the export itself is not changed."""
    from expectations.contract import load_contracts
    from orchestration.keys import key_in
    from orchestration.pseudonymise import pseudonymise as pseudonymised

    key = key_in(key_file, "pseudonym")
    contracts = load_contracts(Settings().contracts)
    report = pseudonymised(file, out, contracts, key, columns=_named(columns), drop=_named(drop))
    typer.echo(f"Scritto / written  {out} (righe / rows: {report.rows:,})")
    for heading, counts in report.hashed.items():
        different = f"{counts.values:,} -> {counts.different:,} pseudonimi / pseudonyms"
        typer.echo(f"  {heading}: {different}, vuoti / empty: {counts.empty:,}")
    typer.echo(f"  tolte / dropped: {', '.join(report.dropped) or '-'}")
    typer.echo(f"  chiave / key check: {report.key_check}")


def docs(
    out: Annotated[Path, typer.Option(help="Folder of the pages.")] = PROJECT_ROOT / "docs" / "extracts",
) -> None:
    """Write the page and the empty template of every extract from its contract, and the table of settings."""
    from expectations.contract import load_contracts
    from orchestration.report.extracts import write_extract_pages
    from orchestration.report.settings import write_settings

    sample = PROJECT_ROOT / "data" / "sample" / "torino"
    written = write_extract_pages(load_contracts(Settings().contracts), sample, out)
    typer.echo(f"{len(written)} files in {out}")
    if (operations := out.parent / "operations.md").is_file():
        write_settings(operations)


def _named(headings: str) -> list[str]:
    return [each.strip() for each in headings.split(",") if each.strip()]


def _lines(finding: Finding, titles: dict[str, str], mark: str) -> Iterator[str]:
    """One finding in both languages: column, lines, words; never a value."""
    title = titles.get(finding.column or "", "")
    named = f"{finding.column} ({title})" if title and title != finding.column else finding.column
    listed = ", ".join(map(str, finding.lines)) + (", …" if finding.count > len(finding.lines) > 0 else "")
    many = f" [{finding.count}]" if finding.count > len(finding.lines) else ""
    where = "; ".join(part for part in (named, f"righe / lines {listed}{many}" if listed else many.strip()) if part)
    yield f"  {mark} {where + ': ' if where else ''}{finding.message_it or finding.message}"
    yield f"    {finding.message} ({finding.rule})"
