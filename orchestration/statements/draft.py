"""A statement as it comes out of a build, whether it is certified now or rebuilt: its entries and its five tables.

The build is only read. What is due is decided in `ledger`, why it changed in `causes`.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa

from orchestration.errors import GateRefused, UsageError
from orchestration.intake.archive import Archive
from orchestration.statements.causes import Cause, Setting, causes
from orchestration.statements.content import TableContent, table_content
from orchestration.statements.frozen import TABLES, adjustment_rows, claims_in, entries_of, frozen_sql
from orchestration.statements.knowledge import Knowledge, differences, reading_of, recorded
from orchestration.statements.ledger import NOTHING, Claim, Entries, certify
from orchestration.statements.record import Statement, Totals

LIMITS = """
    select distinct tariff_id from read_parquet($files, union_by_name = true) where kind = 'limit'
"""


@dataclass(frozen=True)
class Period:
    """A payment period, half-open."""

    name: str
    period_type: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Draft:
    """A statement before it has a name: the period, its entries, and a connection that holds its tables."""

    period: Period
    entries: Entries
    con: duckdb.DuckDBPyConnection

    @property
    def totals(self) -> Totals:
        """What it comes to."""
        claims = sum((each.amount_eur for each in self.entries.claims), NOTHING)
        adjustments = sum((each.difference_eur for each in self.entries.adjustments), NOTHING)
        return Totals(
            len(self.entries.claims), _cents(claims), len(self.entries.adjustments), _cents(adjustments),
            _cents(claims + adjustments),
        )  # fmt: skip

    @property
    def illustrative(self) -> bool:
        """Whether any amount rests on an example instead of the contract in force."""
        adjusted = (each.claim for each in self.entries.adjustments)
        return any(claim.illustrative for claim in (*self.entries.claims, *adjusted))

    def contents(self) -> dict[str, TableContent]:
        """The content of its tables."""
        return {name: table_content(self.con, f"frozen.{name}") for name in TABLES}

    def write(self, folder: Path) -> None:
        """Its tables as Parquet files, the rows in order."""
        for name in TABLES:
            path = str(folder / f"{name}.parquet").replace("'", "''")
            self.con.execute(f"copy (from frozen.{name} order by all) to '{path}' (format parquet)")


@contextmanager
def drafted(
    warehouse: Path, archive: Archive, period: str, earlier: Sequence[Statement], now: Knowledge
) -> Iterator[Draft]:
    """The statement of a period as a build and the earlier statements, in their order, make it.

    Raises:
        UsageError: the build knows no such payment period.
        GateRefused: the tables do not agree with each other.
        ArchiveDamaged: a delivery that an earlier statement rests on is missing or damaged.
    """
    with duckdb.connect() as con:
        con.execute(f"attach '{str(warehouse).replace(chr(39), chr(39) * 2)}' as homes4all (read_only)")
        chosen = payment_period(con, period)
        entries = certify(period, claims_in(con), [entries_of(each) for each in earlier])
        found = _causes(con, archive, entries, {each.statement_id: each for each in earlier}, now)
        con.execute("create schema frozen")
        _register(con, entries, found, now)
        for name, sql in frozen_sql().items():
            con.execute(f"create table frozen.{name} as {sql}", {"period": period} if "$period" in sql else None)
        _reconcile(con, entries)
        yield Draft(chosen, entries, con)


def payment_period(con: duckdb.DuckDBPyConnection, name: str) -> Period:
    """A payment period of the build.

    Raises:
        UsageError: there is none of that name.
    """
    rows = con.execute("""
        select period, period_type, period_start, period_end from homes4all.payments.payment_periods order by 3
    """).fetchall()
    for row in rows:
        if row[0] == name:
            return Period(*row)
    known = ", ".join(row[0] for row in rows) or "none"
    raise UsageError(f"`{name}` is no payment period. There is: {known}.")


def _causes(
    con: duckdb.DuckDBPyConnection,
    archive: Archive,
    entries: Entries,
    earlier: Mapping[str, Statement],
    now: Knowledge,
) -> dict[str, Cause]:
    """Why each claim is adjusted; deliveries are compared once for each earlier statement that is spoken of."""
    reading = reading_of(con)
    settings: dict[str, Setting] = {}
    for name in sorted({each.previous_statement for each in entries.adjustments}):
        statement = earlier[name]
        known = recorded(archive, [each.delivery_id for each in statement.deliveries])
        before = Knowledge(known, statement.as_of, statement.code_version)
        tariffs = [archive.parquet(side.deliveries["chamber", "outcome_tariffs"]) for side in (before, now)]
        limits = con.execute(LIMITS, {"files": [str(path) for path in tariffs]}).fetchall()
        settings[name] = Setting(
            differences(archive, reading, before, now),
            frozenset(limit for (limit,) in limits),
            before.code_version != now.code_version,
        )
    return causes(entries.statement_id, entries.adjustments, settings)


def _register(con: duckdb.DuckDBPyConnection, entries: Entries, found: Mapping[str, Cause], now: Knowledge) -> None:
    """What the tables of a statement are made of besides the build: which claims, and the adjustments."""
    fresh: Sequence[Claim] = entries.claims
    con.register("fresh", pa.table({"claim_id": pa.array([each.claim_id for each in fresh], pa.string())}))
    files = {delivery.delivery_id: delivery.file_name for delivery in now.used}
    con.register("adjusted", adjustment_rows(entries, found, files))


def _reconcile(con: duckdb.DuckDBPyConnection, entries: Entries) -> None:
    """Hold the tables of a statement against its entries.

    Raises:
        GateRefused: lines, limits or claims do not come to the same amounts.
    """
    due = sum((each.amount_eur for each in entries.claims), NOTHING)
    lines, before, claims, cut = con.execute("""
        select
            (select coalesce(sum(amount_eur), 0) from frozen.lines),
            (select coalesce(sum(amount_before_limits_eur), 0) from frozen.lines),
            (select coalesce(sum(amount_eur), 0) from frozen.claims),
            (select coalesce(sum(amount_cut_eur), 0) from frozen.limits_applied)
    """).fetchall()[0]
    if not (lines == claims == due and before - cut == due):
        raise GateRefused("The statement's lines, limits and claims do not add up; please report it. Nothing was done.")


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"))
