"""`homes4all verify`: rebuild a statement from the archive and say whether it comes out the same, or what differs.

A rebuild uses the recorded deliveries and day, in a folder of its own that is removed afterwards.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from expectations.contract import load_contracts
from orchestration.dbt_process import Dbt
from orchestration.dbt_project import build_models
from orchestration.errors import GateRefused
from orchestration.intake.archive import Archive, ArchiveDamaged
from orchestration.intake.load import load_warehouse
from orchestration.publish.provenance import code_version
from orchestration.resources import Builds
from orchestration.settings import Settings
from orchestration.statements.draft import Draft, drafted
from orchestration.statements.knowledge import Knowledge, recorded
from orchestration.statements.load import load_statements
from orchestration.statements.record import Statement
from orchestration.statements.store import Statements, damages

NEEDED = ("+claims", "+payment_periods", "+results")
LINES_SHOWN = 20
# Its file is missing or no Parquet, or has other columns than this software makes.
UNREADABLE = (duckdb.IOException, duckdb.InvalidInputException, duckdb.BinderException)
COMPARED = {"claims": "amount_eur", "adjustments": "difference_eur", "lines": "amount_eur",
            "limits_applied": "amount_cut_eur", "results": None}  # fmt: skip
DIFFERENT_LINES = """
    with certified as (select * from read_parquet($file)),
    gone as (from certified except all from frozen.{table}),
    come as (from frozen.{table} except all from certified),
    sides as (select {key} as line, {amount} as certified, null as rebuilt, true as was from gone
        union all select {key}, null, {amount}, false from come)
    select line, count(*) filter (was), count(*) filter (not was),
        coalesce(sum(certified), 0), coalesce(sum(rebuilt), 0)
    from sides group by line order by line
"""


@dataclass(frozen=True)
class Verification:
    """What a rebuild found: nothing, or what differs and why, a sentence each."""

    statement: Statement
    differences: tuple[str, ...]

    @property
    def is_identical(self) -> bool:
        """Whether the statement is what it was and comes out of the archive again."""
        return not self.differences


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
        differing = list(different_lines(draft, statement))
    if differing:
        found += [*differing, *software(statement)]
    return Verification(statement, tuple(found))


def knowledge_of(archive: Archive, statement: Statement) -> Knowledge:
    """What a statement rested on, out of the archive, every file of it verified.

    Raises:
        ArchiveDamaged: a delivery is missing, damaged, or not the one that the statement recorded.
    """
    known = recorded(archive, [each.delivery_id for each in statement.deliveries])
    for each in statement.deliveries:
        delivery = known[each.source, each.extract]
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
            load_warehouse(
                con, archive, contracts, as_of=statement.as_of, run_id=statement.run_id, chosen=known.deliveries
            )
            load_statements(con, earlier)
        results = build_models(Dbt(own), build, NEEDED, tests=False)
        if broken := sorted(each["unique_id"].split(".")[-1] for each in results if each["status"] != "success"):
            why = " ".join(software(statement))
            raise GateRefused(f"It cannot be rebuilt: these models failed: {', '.join(broken)}. {why}".strip())
        with drafted(build.warehouse, archive, statement.statement_id, earlier, known) as draft:
            yield draft


def different_lines(draft: Draft, statement: Statement) -> Iterator[str]:
    """What differs between a statement and its rebuild, a sentence a table and line."""
    contents = draft.contents()
    for table, amount in COMPARED.items():
        key = "metric_id" if table == "results" else "tariff_id"
        sql = DIFFERENT_LINES.format(table=table, key=key, amount=amount or "null::decimal(18, 2)")
        try:
            rows = draft.con.execute(sql, {"file": str(statement.table(table))}).fetchall()
        except UNREADABLE:
            yield f"{table}: its file cannot be compared with the rebuild."
            continue
        if not rows and contents[table] != statement.tables[table]:
            yield f"{table}: its file and the rebuild agree, and the record says other values were certified."
        for line, gone, come, certified, made in rows[:LINES_SHOWN]:
            sums = f", certified {certified} €, rebuilt {made} €" if amount else ""
            yield f"{table}, line {line}: {gone} rows of the statement against {come} of the rebuild{sums}."
        if len(rows) > LINES_SHOWN:
            yield f"{table}: and {len(rows) - LINES_SHOWN} more lines."


def software(statement: Statement) -> list[str]:
    """Whether another version of the software may be why."""
    now = code_version()
    if now == statement.code_version:
        return ["The software is the version that certified it."]
    return [f"The version of the software has changed from {statement.code_version} to {now}."]
