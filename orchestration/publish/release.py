"""The release candidate: a fresh DuckDB file that holds what may be published, and nothing else.

The file is written table by table into an empty database, so no free page holds anything that was withheld.
What may be shown is decided in `disclosure`; what was promised stands in `expectations/contracts/published`.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from expectations.contract import Contract
from expectations.gate import CheckResult, run_gate
from orchestration.errors import GateRefused
from orchestration.publish import disclosure, guide
from orchestration.publish.provenance import dictionary
from orchestration.publish.verdict import gate_record

CHECK_COLUMNS = (
    "stage",
    "asset",
    "check_name",
    "description",
    "severity",
    "passed",
    "rows_checked",
    "rows_failed",
)


def quoted(text: str) -> str:
    """A string as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def sources(threshold: int, run: Mapping[str, Any]) -> dict[str, str]:
    """SQL for each published table but the dictionary and the checks, over the build."""
    illustrative = " or ".join(
        f"coalesce((select bool_or(illustrative) from {table}), false)"
        for table in ("metrics.results", "savings.by_method", "payments.lines", "payments.statements")
    )
    return {
        "metrics.results": disclosure.results(threshold),
        "metrics.survival_curves": disclosure.survival_curves(threshold),
        "metrics.definitions": "select * from metrics.definitions",
        "savings.by_method": disclosure.savings(threshold),
        "savings.match_quality": disclosure.match_quality(threshold),
        "payments.lines": disclosure.payment_lines(threshold),
        "payments.limits_applied": disclosure.limits_applied(threshold),
        "payments.statements": disclosure.statements(threshold),
        "payments.adjustments": disclosure.adjustments(threshold),
        "provenance.deliveries": "select * replace (case when not "
        f'{disclosure.is_small("rows", threshold)} then "rows" end as "rows") from provenance.deliveries',
        "provenance.runs": f"""
            select build.run_id, build.as_of, {quoted(run["built_at"].isoformat(" "))}::timestamp as built_at,
                {quoted(run["code_version"])} as code_version, {threshold} as disclosure_threshold,
                (select count(*) from provenance.deliveries where is_used) as deliveries,
                (select count(*) from provenance.deliveries where is_used and passed_rules is not null)
                    as deliveries_let_pass,
                {run["checks"]} as checks, ({illustrative}) as illustrative
            from provenance.build as build""",
    }


def write_candidate(
    warehouse: Path,
    candidate: Path,
    contracts: Mapping[str, Contract],
    gate_records: Iterable[Mapping[str, Any]],
    *,
    code_version: str,
    built_at: datetime,
) -> dict[str, list[CheckResult]]:
    """Write the candidate and run the published contracts on every table of it; returns what they said, by table.

    Rows keep one order, so that the same build gives the same tables.

    Raises:
        GateRefused: a published table has no source, or the build lacks one that was promised.
    """
    candidate.parent.mkdir(parents=True, exist_ok=True)
    candidate.unlink(missing_ok=True)
    records = list(gate_records)
    made: dict[str, list[CheckResult]] = {}
    with duckdb.connect() as con:
        con.execute(f"attach {quoted(str(warehouse))} as homes4all (read_only)")
        con.execute(f"attach {quoted(str(candidate))} as release")
        con.execute("use homes4all")
        threshold = disclosure.threshold(disclosure_parameter(con))
        run = {"built_at": built_at, "code_version": code_version, "checks": len(records)}
        queries = sources(threshold, run)
        con.execute(
            "create temp table dictionary (table_name varchar, column_name varchar, data_type varchar, "
            "description varchar)"
        )
        con.executemany("insert into dictionary values (?, ?, ?, ?)", dictionary(list(contracts.values())))
        queries["provenance.dictionary"] = "select * from dictionary"
        queries[guide.EXAMPLES_TABLE] = guide.add_examples(con)
        for table, query in queries.items():
            write_table(con, contracts[table], query)
            made[table] = run_gate(contracts[table], as_gate_reads_it(con, f"from release.{table}"))
        _write_checks(con, contracts["provenance.checks"], records, made, threshold)
        missing = set(contracts) - set(queries) - {"provenance.checks"}
        if missing:
            raise GateRefused(f"Promised to evaluators but not made: {', '.join(sorted(missing))}.")
        guide.write_macros(con)
        con.execute("checkpoint release")
        con.execute("detach release")
    return made


def write_table(con: duckdb.DuckDBPyConnection, contract: Contract, query: str) -> None:
    """Create a published table as its contract says and fill it, in one order, with its comments."""
    table = f"release.{contract.extract}"
    columns = ", ".join(f'"{c.name}" {c.dtype}{" not null" if c.required else ""}' for c in contract.columns)
    names = ", ".join(f'"{column.name}"' for column in contract.columns)
    con.execute(f"create schema if not exists release.{contract.extract.split('.')[0]}")
    con.execute(f"create table {table} ({columns})")
    con.execute(f"insert into {table} select {names} from ({query}) order by all")
    con.execute(f"comment on table {table} is {quoted(contract.description)}")
    for column in contract.columns:
        con.execute(f'comment on column {table}."{column.name}" is {quoted(column.description)}')


def _write_checks(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    records: list[Mapping[str, Any]],
    made: dict[str, list[CheckResult]],
    threshold: int,
) -> None:
    """Write provenance.checks: what the gates said so far, and what its own gate says; small counts withheld."""
    con.execute(
        "create temp table checks (stage varchar, asset varchar, check_name varchar, description varchar, "
        "severity varchar, passed boolean, rows_checked bigint, rows_failed bigint)"
    )
    small = {name: disclosure.is_small(name, threshold) for name in ("rows_checked", "rows_failed")}
    withheld = ", ".join(f"case when not {test} then {name} end as {name}" for name, test in small.items())
    written = f"select * replace ({withheld}) from checks"
    _add_checks(con, records)
    for table, results in made.items():
        _add_checks(con, [gate_record("release", table, result) for result in results])
    made[contract.extract] = run_gate(contract, as_gate_reads_it(con, written))
    _add_checks(con, [gate_record("release", contract.extract, result) for result in made[contract.extract]])
    write_table(con, contract, written)


def _add_checks(con: duckdb.DuckDBPyConnection, records: Iterable[Mapping[str, Any]]) -> None:
    rows = [tuple(record[name] for name in CHECK_COLUMNS) for record in records]
    if rows:
        con.executemany("insert into checks values (?, ?, ?, ?, ?, ?, ?, ?)", rows)


def as_gate_reads_it(con: duckdb.DuckDBPyConnection, query: str) -> pd.DataFrame:
    """What a query answers, as a gate reads it: the rows numbered in their order."""
    return con.sql(f"select *, row_number() over () as _row from ({query})").df()


def disclosure_parameter(con: duckdb.DuckDBPyConnection) -> int:
    """The Chamber's disclosure threshold in force on `as_of`.

    Raises:
        GateRefused: the Chamber has not delivered it.
    """
    row = con.execute("""
        select value::integer
        from staging.stg_chamber__measurement_parameters
        where name = 'disclosure_threshold' and valid_from <= (select as_of from provenance.build)
        order by valid_from desc
        limit 1
    """).fetchone()
    if row is None:
        raise GateRefused("measurement_parameters: 'disclosure_threshold' is missing; ask the Chamber to deliver it.")
    return row[0]
