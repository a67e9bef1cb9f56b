"""The commands about certified statements: certify, verify, explain-payment. The work is done elsewhere."""

import csv
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from orchestration.errors import GateRefused, RulesAmended
from orchestration.settings import chosen

out = Console(soft_wrap=True)

Data = Annotated[Path | None, typer.Option("--data", help="Folder of archive, builds and published file.")]


def certify(
    period: Annotated[str, typer.Option(help="A payment period that is over, as in 2023Q2.")], data: Data = None
) -> None:
    """Certify a payment period of the last build: freeze it for good, with pages to sign."""
    from orchestration.certify import certify as certified

    statement = certified(chosen(data), period, now=datetime.now(UTC))
    totals = statement.totals
    for line in (
        f"Certified {statement.statement_id} as statement no. {statement.number}: {statement.folder}",
        f"  claims       {totals.claims:>6,}  {totals.claims_eur:>16,} EUR",
        f"  adjustments  {totals.adjustments:>6,}  {totals.adjustments_eur:>16,} EUR",
        f"  total                {totals.total_eur:>16,} EUR",
        f"  content hash {statement.content_hash}",
        *(["  ILLUSTRATIVE: amounts rest on sample values, not on the contract in force."] * statement.illustrative),
        "To sign: statement_it.pdf and statement_en.pdf. The published file shows it from the next run on.",
    ):
        out.print(line, markup=False, highlight=False)


def verify(statement: Annotated[str, typer.Argument(help="A statement, as in 2023Q2.")], data: Data = None) -> None:
    """Say whether a certified statement is intact, and whether it comes out of the archive identical."""
    from orchestration.verify import software
    from orchestration.verify import verify as verified

    found = verified(chosen(data), statement)
    for damage in found.damages:
        out.print(f"DIFFERENT  {damage}", style="red", markup=False, highlight=False)
    if not found.damages:
        text = f"Intact: seals, files and values of {statement} are as certified, {found.statement.content_hash}."
        out.print(text, markup=False, highlight=False)
    for text in found.compared:
        out.print(f"Compared   {text}", markup=False, highlight=False)
    for difference in found.differences:
        out.print(f"DIFFERENT  {difference}", style="red", markup=False, highlight=False)
    why = software(found.statement)
    if found.is_identical:
        text = f"Identical: {statement} comes out of the archive as it was certified. {why}"
        out.print(text, markup=False, highlight=False)
        return
    if found.damages or not found.has_other_rules:
        raise GateRefused(f"Statement {statement} is not what was certified, or cannot be rebuilt as it was. {why}")
    raise RulesAmended(
        f"Statement {statement} is intact, and by today's rules the lines named above come out otherwise. {why} What "
        "was certified stays, and rests on the rules of its time: the software of that version rebuilds it identically."
    )


def explain_payment(
    statement: Annotated[str, typer.Argument(help="A statement, as in 2023Q2.")],
    line: Annotated[str, typer.Argument(help="A tariff_id or a claim_id.")],
    data: Data = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV instead of text.")] = False,
) -> None:
    """Follow a line of a certified statement to its claims and their stays and tenancies."""
    from orchestration.intake.archive import Archive
    from orchestration.statements.store import Statements
    from orchestration.statements.trace import COLUMNS, trace

    settings = chosen(data)
    found = trace(Archive(settings.archive_dir), Statements(settings.statements_dir).one(statement), line)
    if as_csv:
        csv.writer(sys.stdout).writerows([COLUMNS, *found.rows])
        return
    for text in found.lines():
        out.print(text, markup=False, highlight=False)
