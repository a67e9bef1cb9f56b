"""From the archive into a fresh warehouse: the raw tables, and what the build rests on.

Nothing is changed on the way: raw tables are the archived Parquet, row by row. What is optional and was not delivered
is there too, empty: a table for an extract, a column for a column.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import duckdb

from expectations.contract import Contract
from expectations.quoting import identifier
from orchestration.errors import GateRefused, UsageError
from orchestration.intake.archive import Archive, Delivery, newest

Contracts = Mapping[tuple[str, str], Contract]
Deliveries = Mapping[tuple[str, str], Delivery]

DEFINING_SOURCE = "chamber"
HISTORY = ("municipality", "households")  # of which all deliveries are asked, not the newest alone


def complete_until(latest: Deliveries, contracts: Contracts) -> date | None:
    """The day up to which every register is complete: the earliest of the newest reference dates; none without any.

    The Chamber's deliveries carry their own validity and do not count (measurement model, section 1), nor do optional
    extracts, which come when there is something to tell.
    """
    return min((each.reference_date for each in registers_of(latest, contracts)), default=None)


def is_register(contract: Contract) -> bool:
    """Whether an extract counts for `complete_until`: neither the Chamber's nor optional ones do."""
    return contract.source != DEFINING_SOURCE and not contract.optional


def registers_of(latest: Deliveries, contracts: Contracts) -> list[Delivery]:
    """The newest deliveries of the extracts that count."""
    return [each for key, each in latest.items() if key in contracts and is_register(contracts[key])]


def holding_back(latest: Deliveries, contracts: Contracts) -> tuple[list[Delivery], list[Delivery]]:
    """The registers that hold the day of `complete_until` back, and those that have gone beyond it."""
    day, registers = complete_until(latest, contracts), registers_of(latest, contracts)
    return [each for each in registers if each.reference_date == day], [
        each for each in registers if day and each.reference_date > day
    ]


def chosen_as_of(latest: Deliveries, contracts: Contracts, wanted: date | None) -> date:
    """The day to compute as of: the one asked for, else the last complete one.

    Raises:
        GateRefused: no register was ever delivered.
        UsageError: the day asked for lies beyond what the registers cover.
    """
    complete = complete_until(latest, contracts)
    if complete is None:
        raise GateRefused("No register was ever delivered.")
    if wanted is not None and wanted > complete:
        raise UsageError(f"As of {wanted} is too late: the registers are complete up to {complete}.")
    return wanted or complete


def load_warehouse(
    con: duckdb.DuckDBPyConnection,
    archive: Archive,
    contracts: Contracts,
    *,
    as_of: date,
    run_id: str,
    chosen: Iterable[Delivery] | None = None,
) -> dict[tuple[str, str], int]:
    """Fill an empty warehouse with one delivery of every extract that was delivered; returns the rows by extract.

    Args:
        chosen: the deliveries to build from, the newest of each extract and what its history needs; all that were
            accepted where none are named.

    Raises:
        GateRefused: an extract that is not optional was never delivered.
    """
    accepted = archive.deliveries() if chosen is None else [*chosen]
    used = newest(accepted)
    missing = sorted("/".join(key) for key, each in contracts.items() if key not in used and not each.optional)
    if missing:
        raise GateRefused(f"Never delivered: {', '.join(missing)}.")
    rows: dict[tuple[str, str], int] = {}
    for key, contract in contracts.items():
        rows[key] = load_raw(con, contract, archive.parquet(used[key]) if key in used else None)
    history = [each for each in accepted if (each.source, each.extract) == HISTORY]
    load_history(con, contracts[HISTORY], [(each.reference_date, archive.parquet(each)) for each in history])
    con.execute("create schema provenance")
    con.execute("create table provenance.build as select $as_of::date as as_of, $run_id as run_id",
                {"as_of": as_of, "run_id": run_id})  # fmt: skip
    load_inclusive_ends(con, contracts)
    load_register(con, archive.deliveries(), used={delivery.delivery_id for delivery in used.values()})
    return rows


def load_raw(con: duckdb.DuckDBPyConnection, contract: Contract, parquet: Path | None) -> int:
    """The raw table of an extract, empty without a delivery; returns its rows."""
    table = f"raw_{contract.source}.{contract.extract}"
    con.execute(f"create schema if not exists raw_{contract.source}")
    if parquet:
        con.execute(f"create table {table} as select * from read_parquet($file)", {"file": str(parquet)})
    else:
        con.execute(f"create table {table} (_delivery_id varchar, _row integer)")
    for column in contract.columns:
        if parquet is None or column.optional:  # an older delivery lacks what its contract did not know yet
            con.execute(f"alter table {table} add column if not exists {identifier(column.name)} varchar")
    (rows,) = con.execute(f"select count(*) from {table}").fetchone() or (0,)
    return rows


def load_history(con: duckdb.DuckDBPyConnection, contract: Contract, history: Iterable[tuple[date, Path]]) -> None:
    """The rows of all deliveries of an extract in one raw table, each with the reference date of its delivery."""
    table = f"raw_{contract.source}.{contract.extract}_history"
    listed = [identifier(column.name) for column in contract.columns]
    columns = ", ".join(f"{name} varchar" for name in listed)
    con.execute(f"create table {table} ({columns}, _delivery_id varchar, _row integer, _reference_date date)")
    for day, parquet in history:
        there = {*con.read_parquet(str(parquet)).columns}
        names = ", ".join(identifier(c.name) for c in contract.columns if c.name in there)
        con.execute(
            f"insert into {table} by name "
            f"select {names}, _delivery_id, _row, $day::date as _reference_date from read_parquet($file)",
            {"day": day, "file": str(parquet)},
        )


def load_inclusive_ends(con: duckdb.DuckDBPyConnection, contracts: Mapping[tuple[str, str], Contract]) -> None:
    """Write provenance.inclusive_ends: one row per column whose contract says that it holds the last day."""
    con.execute("create table provenance.inclusive_ends (source varchar, extract varchar, column_name varchar)")
    for (source, extract), contract in contracts.items():
        for name in (column.name for column in contract.columns if column.inclusive_end):
            con.execute("insert into provenance.inclusive_ends values (?, ?, ?)", [source, extract, name])


def load_register(con: duckdb.DuckDBPyConnection, deliveries: Iterable[Delivery], used: set[str]) -> None:
    """Write provenance.deliveries: one row per accepted delivery, and whether this build rests on it."""
    con.execute("""
        create table provenance.deliveries (
            delivery_id varchar, source varchar, extract varchar, reference_date date, file_name varchar,
            file_sha256 varchar, "rows" bigint, received_at timestamp, contract_version varchar, is_used boolean,
            passed_rules varchar
        )
    """)
    rows = [
        (
            each.delivery_id,
            each.source,
            each.extract,
            each.reference_date,
            each.file_name,
            each.file_sha256,
            each.rows,
            each.received_at.replace(tzinfo=None),
            each.contract_version,
            each.delivery_id in used,
            ", ".join(each.passed_rules) or None,
        )
        for each in sorted(deliveries, key=lambda each: each.delivery_id)
    ]
    if rows:
        con.executemany("insert into provenance.deliveries values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
