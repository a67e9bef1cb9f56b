"""From the archive into a fresh warehouse: the raw tables, and what the build rests on.

Nothing is changed on the way: raw tables are the archived Parquet, row by row.
"""

from collections.abc import Iterable, Mapping
from datetime import date

import duckdb

from expectations.contract import Contract
from orchestration.errors import GateRefused, UsageError
from orchestration.intake.archive import Archive, Delivery

DEFINING_SOURCE = "chamber"


def complete_until(latest: Mapping[tuple[str, str], Delivery]) -> date:
    """The day up to which every register is complete: the earliest of the newest reference dates.

    The Chamber's deliveries carry their own validity and do not count (measurement model, section 1).
    """
    return min(delivery.reference_date for (source, _), delivery in latest.items() if source != DEFINING_SOURCE)


def chosen_as_of(latest: Mapping[tuple[str, str], Delivery], wanted: date | None) -> date:
    """The day to compute as of: the one asked for, else the last complete one.

    Raises:
        UsageError: the day asked for lies beyond what the registers cover.
    """
    complete = complete_until(latest)
    if wanted is not None and wanted > complete:
        raise UsageError(f"As of {wanted} is too late: the registers are complete up to {complete}.")
    return wanted or complete


def load_warehouse(
    con: duckdb.DuckDBPyConnection,
    archive: Archive,
    contracts: Mapping[tuple[str, str], Contract],
    *,
    as_of: date,
    run_id: str,
    chosen: Mapping[tuple[str, str], Delivery] | None = None,
) -> dict[tuple[str, str], int]:
    """Fill an empty warehouse with one delivery of every extract; returns the rows of each raw table.

    Args:
        chosen: the deliveries to build from; the newest of each extract where none are named.

    Raises:
        GateRefused: an extract was never delivered.
    """
    used = archive.latest() if chosen is None else chosen
    missing = sorted("/".join(key) for key in contracts if key not in used)
    if missing:
        raise GateRefused(f"Never delivered: {', '.join(missing)}.")
    rows: dict[tuple[str, str], int] = {}
    for source, extract in contracts:
        parquet = str(archive.parquet(used[source, extract]))
        con.execute(f"create schema if not exists raw_{source}")
        con.execute(f"create table raw_{source}.{extract} as select * from read_parquet($file)", {"file": parquet})
        counted = con.execute(f"select count(*) from raw_{source}.{extract}").fetchone()
        rows[source, extract] = counted[0] if counted else 0
    con.execute("create schema provenance")
    con.execute("create table provenance.build as select $as_of::date as as_of, $run_id as run_id",
                {"as_of": as_of, "run_id": run_id})  # fmt: skip
    load_register(con, archive.deliveries(), used={delivery.delivery_id for delivery in used.values()})
    return rows


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
