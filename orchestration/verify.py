"""`homes4all verify`: is a statement what was certified, and does it come out of the archive again?

A rebuild uses the recorded deliveries and day, in a folder of its own that is removed afterwards. By the rules that
the statement was computed by, it must be identical in every figure; by amended ones it may differ, and is said to.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from expectations.contract import load_contracts
from expectations.quoting import identifier
from orchestration.dbt_process import Dbt
from orchestration.dbt_project import build_models
from orchestration.errors import GateRefused
from orchestration.intake.archive import Archive, ArchiveDamaged
from orchestration.intake.load import load_warehouse
from orchestration.publish.provenance import MEASUREMENT_MODEL, code_version
from orchestration.resources import Builds
from orchestration.settings import Settings
from orchestration.statements.draft import Draft, drafted
from orchestration.statements.frozen import BOOKKEEPING
from orchestration.statements.knowledge import Knowledge, recorded
from orchestration.statements.load import load_statements
from orchestration.statements.record import Statement
from orchestration.statements.store import Statements, damages

NEEDED = ("+claims", "+payment_periods", "+results")
LINES_SHOWN = 20
# Its file is missing or no Parquet, or lacks a column by which its lines are told apart.
UNREADABLE = (duckdb.IOException, duckdb.InvalidInputException, duckdb.BinderException)
# By table, what a line of it is, and which of its figures is added up to say how far apart two sides are.
COMPARED = {"claims": ("tariff_id", "amount_eur"), "adjustments": ("tariff_id", "difference_eur"),
            "lines": ("tariff_id", "amount_eur"), "limits_applied": ("tariff_id", "amount_cut_eur"),
            "results": ("metric_id", "numerator")}  # fmt: skip
DIFFERENT_LINES = """
    with certified as (select {columns} from read_parquet($file)),
    rebuilt as (select {columns} from frozen.{table}),
    gone as (from certified except all from rebuilt),
    come as (from rebuilt except all from certified),
    sides as (select {key} as line, {figure} as certified, null as rebuilt, true as was from gone
        union all select {key}, null, {figure}, false from come)
    select line, count(*) filter (was), count(*) filter (not was),
        coalesce(sum(certified), 0), coalesce(sum(rebuilt), 0)
    from sides group by line order by line
"""


@dataclass(frozen=True)
class Verification:
    """What was found: whether the statement is what was certified, and whether this software rebuilds it.

    Attributes:
        damages: what is not as it was certified, or cannot be told; a sentence each.
        differences: what a rebuild by this software gives otherwise; a sentence each.
        compared: by table, what was compared.
        software: the version that rebuilt it.
    """

    statement: Statement
    damages: tuple[str, ...]
    differences: tuple[str, ...] = ()
    compared: tuple[str, ...] = ()
    software: str = field(default_factory=code_version)

    @property
    def is_identical(self) -> bool:
        """Whether the statement is what it was and comes out of the archive again."""
        return not self.damages and not self.differences

    @property
    def has_other_rules(self) -> bool:
        """Whether the statement was computed by other rules of measurement than those of this software."""
        return self.statement.measurement_model != MEASUREMENT_MODEL


@dataclass(frozen=True)
class Columns:
    """The columns of a table of a statement: those compared, those of one side alone, those that are no figure."""

    both: tuple[str, ...]
    certified_alone: tuple[str, ...]
    rebuilt_alone: tuple[str, ...]
    bookkeeping: tuple[str, ...] = ()


def verify(settings: Settings, statement_id: str) -> Verification:
    """Hold a statement against its seals, the archive against the statement, and a rebuild against both.

    Raises:
        UsageError: there is no such statement.
        GateRefused: the record of a statement is damaged, or this software cannot rebuild it.
    """
    statements = Statements(settings.statements_dir)
    statement = statements.one(statement_id)
    earlier = [each for each in statements.all() if each.number < statement.number]
    found = [damage for each in (*earlier, statement) for damage in damages(each)]
    archive = Archive(settings.archive_dir)
    try:
        known = knowledge_of(archive, statement)
    except ArchiveDamaged as damaged:
        return Verification(statement, (*found, str(damaged), "It was not rebuilt without that delivery."))
    if any(map(damages, earlier)):
        return Verification(statement, (*found, "It was not rebuilt: its adjustments rest on the earlier statement."))
    with rebuilt(settings, archive, statement, earlier, known) as draft:
        sides = {table: columns_of(draft, statement, table) for table in COMPARED}
        differences = [each for table in COMPARED for each in different_lines(draft, statement, table, sides[table])]
        compared = [compared_text(statement, table, columns) for table, columns in sides.items()]
    return Verification(statement, tuple(found), tuple(differences), tuple(compared))


def knowledge_of(archive: Archive, statement: Statement) -> Knowledge:
    """What a statement rested on, out of the archive, every file of it verified.

    Raises:
        ArchiveDamaged: a delivery is missing, damaged, or not the one that the statement recorded.
    """
    known = recorded(archive, [each.delivery_id for each in statement.deliveries])
    by_id = {delivery.delivery_id: delivery for delivery in known}
    for each in statement.deliveries:
        delivery = by_id[each.delivery_id]
        if (delivery.file_sha256, delivery.parquet_sha256) != (each.file_sha256, each.parquet_sha256):
            raise ArchiveDamaged(f"The archive's {each.file_name} is not the delivery that was certified; restore it.")
        archive.parquet(delivery)
    return Knowledge(known, statement.as_of, statement.code_version)


@contextmanager
def rebuilt(
    settings: Settings, archive: Archive, statement: Statement, earlier: list[Statement], known: Knowledge
) -> Iterator[Draft]:
    """The statement as it comes out of the archive with this software.

    Raises:
        GateRefused: this software cannot build the models from those deliveries.
    """
    with TemporaryDirectory(prefix=".verify-", dir=settings.data) as folder:
        own = settings.model_copy(update={"data": Path(folder)})
        build = Builds(own.build_dir).begin("rebuilt")
        contracts = load_contracts(settings.contracts)
        with build.connect() as con:
            load_warehouse(con, archive, contracts, as_of=statement.as_of, run_id=statement.run_id, chosen=known.used)
            load_statements(con, earlier)
        results = build_models(Dbt(own), build, NEEDED, tests=False)
        if broken := sorted(each["unique_id"].split(".")[-1] for each in results if each["status"] != "success"):
            names = ", ".join(broken)
            raise GateRefused(f"It cannot be rebuilt: these models failed: {names}. {software(statement)}")
        with drafted(build.warehouse, archive, statement.statement_id, earlier, known) as draft:
            yield draft


def columns_of(draft: Draft, statement: Statement, table: str) -> Columns:
    """What can be compared of a table; nothing of a file that cannot be read."""
    made = [name for name, *_ in draft.con.execute(f"describe frozen.{table}").fetchall()]
    try:
        read = draft.con.execute("describe from read_parquet($file)", {"file": str(statement.table(table))}).fetchall()
    except UNREADABLE:
        return Columns((), (), tuple(made))
    bookkeeping = tuple(name for name, *_ in read if name in BOOKKEEPING.get(table, ()))
    certified = [name for name, *_ in read if name not in bookkeeping]
    return Columns(
        tuple(name for name in certified if name in made),
        tuple(name for name in certified if name not in made),
        tuple(name for name in made if name not in certified),
        bookkeeping,
    )


def different_lines(draft: Draft, statement: Statement, table: str, columns: Columns) -> Iterator[str]:
    """What differs between a table of a statement and its rebuild, a sentence a line.

    Tables may grow from version to version: what this software alone makes was not certified, and is not compared.
    """
    key, figure = COMPARED[table]
    named = ", ".join(identifier(name) for name in columns.both) or "null"
    sql = DIFFERENT_LINES.format(table=table, key=key, figure=figure, columns=named)
    try:
        rows = draft.con.execute(sql, {"file": str(statement.table(table))}).fetchall()
    except UNREADABLE:
        yield f"{table}: its file cannot be compared with the rebuild."
        return
    if columns.certified_alone:
        yield f"{table}: this software does not make {', '.join(columns.certified_alone)}, which were certified."
    if columns.rebuilt_alone and statement.code_version == code_version():
        yield f"{table}: its file lacks {', '.join(columns.rebuilt_alone)}, which its own software makes."
    for line, gone, come, certified, made in rows[:LINES_SHOWN]:
        sums = f"{figure} certified {certified}, rebuilt {made}, {made - certified:+}"
        yield f"{table}, line {line}: {gone} rows of the statement against {come} of the rebuild, {sums}."
    if len(rows) > LINES_SHOWN:
        yield f"{table}: and {len(rows) - LINES_SHOWN} more lines."


def compared_text(statement: Statement, table: str, columns: Columns) -> str:
    """What was compared of a table, and what was not."""
    text = f"{table}: {statement.tables[table].rows} rows, {len(columns.both)} columns"
    if columns.rebuilt_alone:
        text += f"; not compared, since it was certified without: {', '.join(columns.rebuilt_alone)}"
    if columns.bookkeeping:
        text += f"; not compared, since it is no figure: {', '.join(columns.bookkeeping)}"
    return text


def software(statement: Statement) -> str:
    """Whether another version of the software, or other rules, may be why."""
    now = code_version()
    if now == statement.code_version:
        return "The software is the version that certified it."
    text = f"The software is another: version {statement.code_version} certified it, this is {now}"
    if statement.measurement_model == MEASUREMENT_MODEL:
        return f"{text}, by the same rules of measurement (version {MEASUREMENT_MODEL})."
    return (
        f"{text}. The rules of measurement were amended in between, from version {statement.measurement_model} to "
        f"{MEASUREMENT_MODEL} (see CHANGELOG.md)."
    )
