"""The `homes4all` command: what an operator, an evaluator or a tester types.

Each command is a few lines over the module that does the work; heavy imports happen inside.
"""

import csv
import gc
import logging
import sys
import traceback
from contextlib import ExitStack
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Annotated

import duckdb
import typer
from rich.console import Console
from rich.table import Table

from orchestration.cli_evaluators import export
from orchestration.cli_operations import backup, doctor, notify, restore, status, tidy, ui
from orchestration.cli_partners import check, docs, pseudonymise
from orchestration.cli_report import report
from orchestration.cli_statements import certify, explain_payment, verify
from orchestration.dbt_process import Dbt
from orchestration.errors import GateRefused, Homes4AllError, UsageError, in_our_words
from orchestration.settings import Settings, chosen

app = typer.Typer(
    name="homes4all",
    help="Social-impact measurement of Homes4All: from dropped extracts to a published database.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(status)
app.command()(doctor)
app.command()(notify)
app.command()(backup)
app.command()(restore)
app.command()(tidy)
app.command()(ui)
app.command()(certify)
app.command()(verify)
app.command(name="explain-payment")(explain_payment)
app.command()(export)
app.command()(check)
app.command()(pseudonymise)
app.command()(docs)
app.command()(report)
out = Console(soft_wrap=True)
WIDE = 160
YOUNG = 50_000  # objects; by its own measure Python looks for garbage all through the imports, where there is none

Data = Annotated[Path | None, typer.Option("--data", help="Folder of archive, builds and published file.")]
Landing = Annotated[Path | None, typer.Option("--landing", help="Folder where partners drop their files.")]
Day = Annotated[datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Compute as of an earlier day.")]

FIRST_RESULTS = """
    select metric_id as metric, category, "value", unit, numerator, denominator, excluded, status
    from metrics.results
    where period_type = 'programme_to_date'
    order by breakdown <> 'all', breakdown, metric_id, category
    limit 10
"""

UNCHANGED = (
    "Nothing changed since the last run, so nothing was built: the same deliveries, day, software and statements.",
    "Verified again: the verdict and the files that it judged, the register and the rows in the archive, statements.",
    "{} is the file that was judged, and stays.",
)

GOING_BACK = (
    "The published file is as of {published}; you ask for {asked}, which is earlier, and nothing was done. Readers "
    "would have an earlier day in place of a later one, and the nights after could be refused, since every release is "
    "held against all that were shown before. To look back without publishing, start the job `rebuild_as_of` in the UI."
)

REFUSED = {
    True: "The new file is published; what was refused comes after it.",
    False: "Nothing was published; the published file is as it was.",
    None: "What is published is not known, since the published file cannot be read: `homes4all status` says more.",
}


@app.command()
def run(
    landing: Landing = None,
    data: Data = None,
    as_of: Day = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Build again even if nothing changed.")] = False,
) -> None:
    """Run the nightly job now: take in what was dropped, build, check, publish; or confirm that nothing changed."""
    from orchestration.notify import OutsideSteps, has_published

    day = as_of.date() if as_of else None
    show_progress()
    with OutsideSteps():
        settings = chosen(data, landing)
    if later := later_release(settings, day):
        raise UsageError(GOING_BACK.format(published=later, asked=day))
    with ExitStack() as at_work:
        with OutsideSteps(settings):
            from orchestration.unchanged import why_run

            reason = "it was asked for" if rebuild else why_run(settings, day, datetime.now(UTC))
            if reason is None:
                for line in UNCHANGED:
                    out.print(line.format(settings.published_file), markup=False, highlight=False)
                write_missing_report(settings)
                return
            logging.getLogger("homes4all.run").info("run: a whole run, since %s", reason)
            dbt = at_work.enter_context(Dbt(settings).started())
            from orchestration.runner import run_nightly  # while dbt begins
        outcome = run_nightly(settings, as_of=day, dbt=dbt)  # it tells by itself
    if outcome.refusals:
        for refusal in outcome.refusals:
            out.print(f"REFUSED  {refusal}", style="red", markup=False, highlight=False)
        raise GateRefused(REFUSED[has_published(settings, outcome.run_id)])
    out.print(f"\nPublished {settings.published_file}", style="bold", markup=False, highlight=False)
    print_table(settings.published_file, FIRST_RESULTS)


def later_release(settings: Settings, day: date | None) -> date | None:
    """The day of the published file, if it is later than the one asked for; none also where that cannot be read."""
    from orchestration.operations.status import published_of

    try:
        published = published_of(settings.published_file, datetime.now(UTC)) if day else None
    except duckdb.Error:
        return None
    return published.as_of if published and day and published.as_of > day else None


@app.command()
def accept(
    delivery: Annotated[str, typer.Argument(help="Name of the refused file in the landing, or id of its refusal.")],
    reason: Annotated[str, typer.Option(help="Why the file is right; kept in the archive, not published.")],
    by: Annotated[str | None, typer.Option(help="Your name; or HOMES4ALL_ACCEPTED_BY in the environment.")] = None,
    landing: Landing = None,
    data: Data = None,
) -> None:
    """Let a delivery pass that was refused for what changed since the one before; on record for good."""
    from orchestration.accept import accept as accepted

    found = accepted(chosen(data, landing), delivery, reason=reason, by=by, now=datetime.now(UTC))
    for line in (
        f"Recorded for good: {found.accepted_by} lets {found.file_name} pass in spite of {', '.join(found.rules)}.",
        f"  file     sha256 {found.file_sha256}",
        f"  reason   {found.reason}",
        "Name and reason are kept in the archive; that a person let it pass, and which rules, is published.",
        "The next run takes the file in.",
    ):
        out.print(line, markup=False, highlight=False)


@app.command()
def sample(
    households: Annotated[int, typer.Option(min=50, help="Households of the city.")] = 600,
    months: Annotated[int, typer.Option(min=12, help="Months from January 2022.")] = 36,
    seed: Annotated[int | None, typer.Option(help="Seed of the generator.")] = None,
    out_dir: Annotated[Path, typer.Option("--out", help="Folder to write the deliveries to.")] = Path("sample"),
) -> None:
    """Write synthetic deliveries of a city, in the native formats, with a known true effect."""
    from expectations.contract import load_contracts
    from orchestration.synthetic import CitySpec, generate

    spec = CitySpec(households=households, months=months) if seed is None else CitySpec(households, months, seed)
    for path in generate(spec, load_contracts(Settings().contracts), out_dir):
        out.print(str(path), markup=False, highlight=False)


@app.command()
def query(
    sql: Annotated[str, typer.Argument(help="One SQL statement.")],
    data: Data = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV instead of a table.")] = False,
) -> None:
    """Ask the published file; read-only."""
    print_table(chosen(data).published_file, sql, as_csv=as_csv)


@app.command()
def explain(
    metric: Annotated[str, typer.Argument(help="A metric_id of metrics.definitions.")],
    period: Annotated[
        str, typer.Option(help="2023, 2023Q2, 2023-04, a phase, programme_to_date.")
    ] = "programme_to_date",
    category: Annotated[str, typer.Option(help="all, or breakdown:category, as in pathway:new_home.")] = "all",
    data: Data = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV instead of text.")] = False,
) -> None:
    """Say which households are behind a number of the last build, and the dates that decided each."""
    from orchestration.explain import explain as explained
    from orchestration.resources import WAREHOUSE_NAME

    found = explained(chosen(data).build_dir / "current" / WAREHOUSE_NAME, metric, period, category)
    if as_csv:
        csv.writer(sys.stdout).writerows([found.columns, *found.rows])
        return
    for line in found.lines():
        out.print(line, markup=False, highlight=False)


def write_missing_report(settings: Settings) -> None:
    """Write the report of the published file where it is not there as it was written."""
    from orchestration.council.kept import is_kept, keep
    from orchestration.resources import exclusive

    if not is_kept(settings):
        with exclusive(settings.lock_file):
            keep(settings)
        out.print(f"Its report was not there and was written: {settings.reports_dir}", markup=False, highlight=False)


def print_table(file: Path, sql: str, *, as_csv: bool = False) -> None:
    """Print the answer of the published file.

    Raises:
        UsageError: nothing is published yet, or the statement is wrong.
    """
    if not file.exists():
        raise UsageError(f"Nothing is published in {file.parent} yet. Start with `homes4all run`.")
    with duckdb.connect(str(file), read_only=True, config={"enable_external_access": "false"}) as con:
        try:
            answer = con.execute(sql)
        except duckdb.Error as wrong:
            raise UsageError(str(wrong)) from wrong
        names = [column[0] for column in answer.description or []]
        rows = answer.fetchall()
    if as_csv:
        writer = csv.writer(sys.stdout)
        writer.writerows([names, *rows])
        return
    table = Table(*names, header_style="bold")
    for row in rows:
        table.add_row(*(cell_text(cell) for cell in row))
    Console(width=None if sys.stdout.isatty() else WIDE).print(table, markup=False)


def cell_text(cell: object) -> str:
    """A value for people: nothing for null, no zeros at the end of a decimal."""
    if cell is None:
        return ""
    return f"{cell:f}".rstrip("0").rstrip(".") if isinstance(cell, Decimal) and "." in f"{cell:f}" else str(cell)


def show_progress() -> None:
    """Print what the stages log, a line each, with the time."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter("%(asctime)s  %(message)s", datefmt="%H:%M:%S"))
    stages = logging.getLogger("homes4all")
    stages.addHandler(handler)
    stages.setLevel(logging.INFO)


def software_error(kind: type[BaseException], _: BaseException, trace: TracebackType | None) -> None:
    """Say in one line that the software failed, and where; never the message, which may hold a value."""
    last = traceback.extract_tb(trace)[-1] if trace else None
    where = f" at {Path(last.filename).name}:{last.lineno}" if last else ""
    typer.echo(
        f"homes4all: an error of the software ({kind.__name__}{where}). Please report it; `homes4all status` says what "
        "is published.",
        err=True,
    )


def main() -> None:
    """Run the command; an error is one line and its own exit code."""
    gc.set_threshold(YOUNG)
    sys.excepthook = software_error
    try:
        typer.main.get_command(app)(standalone_mode=True)  # calling the app itself would put another hook in its place
    except (Homes4AllError, OSError, duckdb.Error) as error:
        if (stopped := in_our_words(error)) is None:
            raise
        typer.echo(f"homes4all: {stopped}", err=True)
        sys.exit(stopped.exit_code)
