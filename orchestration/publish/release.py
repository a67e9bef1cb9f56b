"""The release candidate: a fresh DuckDB file that holds what may be published, and nothing else.

The file is written table by table into an empty database, so no free page holds anything that was withheld.
What may be shown is decided in `disclosure`; what was promised stands in `expectations/contracts/published`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from expectations.contract import Contract
from expectations.gate import CheckResult, run_gate
from expectations.quoting import literal
from orchestration.audit.judge import audit
from orchestration.errors import GateRefused
from orchestration.publish import disclosure, disclosure_money, guide
from orchestration.publish.cells import tables
from orchestration.publish.counts import write_counts, write_told
from orchestration.publish.followed import keep_apart, write_followed, write_months
from orchestration.publish.growth import grown, load_earlier, write_grown, write_least
from orchestration.publish.ledger import chosen, counts_file, shown_file, still_true, write_shown
from orchestration.publish.parameters import Disclosure, disclosure_in_force
from orchestration.publish.provenance import MEASUREMENT_MODEL, dictionary
from orchestration.publish.rounding import rounded
from orchestration.publish.suppress import Chosen, withheld_rows
from orchestration.publish.verdict import gate_record

if TYPE_CHECKING:
    import pandas as pd

CANDIDATE = "release/candidate"
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


def sources(rules: Disclosure, run: Mapping[str, Any]) -> dict[str, str]:
    """SQL for each published table but the dictionary and the checks, over the build."""
    threshold = rules.threshold
    illustrative = " or ".join(
        f"coalesce((select bool_or(illustrative) from {table}), false)"
        for table in ("metrics.results", "savings.by_method", "payments.lines", "payments.statements")
    )
    return {
        "metrics.results": disclosure.results(threshold, "from withheld_results"),
        "metrics.survival_curves": disclosure.survival_curves(threshold, "from shown_months", "from few_died"),
        "metrics.definitions": "select * from metrics.definitions",
        "metrics.targets": "select * from metrics.targets",
        "savings.by_method": disclosure_money.savings(threshold, grown("savings.by_method")),
        "savings.match_quality": disclosure_money.match_quality(threshold, grown("savings.match_quality")),
        "payments.lines": disclosure_money.payment_lines(
            threshold, grown("payments.lines"), grown("payments.limits_applied")
        ),
        "payments.limits": "select * from payments.limits",
        "payments.limits_applied": disclosure_money.limits_applied(threshold, grown("payments.limits_applied")),
        "payments.statements": disclosure_money.statements(threshold),
        "payments.adjustments": disclosure_money.adjustments(threshold),
        "provenance.deliveries": disclosure.deliveries(threshold, grown("provenance.deliveries")),
        "provenance.runs": f"""
            select build.run_id, build.as_of, {literal(run["built_at"].isoformat(" "))}::timestamp as built_at,
                {literal(run["code_version"])} as code_version, {MEASUREMENT_MODEL} as measurement_model,
                {threshold} as disclosure_threshold,
                nullif({rules.rounding_base}, 0) as rounding_base,
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
    ledger: Path,
    code_version: str,
    built_at: datetime,
) -> tuple[dict[str, list[CheckResult]], CheckResult]:
    """Write the candidate; returns what the published contracts said, by table, and what the audit said.

    Rows keep one order, so that the same build gives the same tables.

    Args:
        ledger: the folder of what earlier releases have shown.

    Raises:
        GateRefused: a published table has no source, or the build lacks one that was promised.
    """
    candidate.parent.mkdir(parents=True, exist_ok=True)
    candidate.unlink(missing_ok=True)
    records = list(gate_records)
    made: dict[str, list[CheckResult]] = {}
    with duckdb.connect() as con:
        con.execute(f"attach {literal(str(warehouse))} as homes4all (read_only)")
        con.execute(f"attach {literal(str(candidate))} as release")
        con.execute("use homes4all")
        rules = disclosure_in_force(con)
        threshold = rules.threshold
        run = {"built_at": built_at, "code_version": code_version, "checks": len(records)}
        known = still_true(con, ledger)
        earlier = load_earlier(con, ledger)
        write_followed(con, threshold)
        write_counts(con, threshold)
        write_grown(con, threshold)
        write_least(con)
        write_months(con, threshold, earlier)
        choice = withheld_rows(tables(con, threshold, known), threshold, chosen(con, ledger))
        write_pattern(con, choice)
        keep_apart(con, threshold, earlier)
        queries = rounded(sources(rules, run), rules.rounding_base)
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
        audited = audit(con, threshold, known, earlier, rounding_base=rules.rounding_base)
        write_shown(con, shown_file(candidate))
        write_told(con, counts_file(candidate))
        records.append(gate_record("release", CANDIDATE, audited))
        _write_checks(con, contracts["provenance.checks"], records, made)
        missing = set(contracts) - set(queries) - {"provenance.checks"}
        if missing:
            raise GateRefused(f"Promised to evaluators but not made: {', '.join(sorted(missing))}.")
        guide.write_macros(con)
        con.execute("checkpoint release")
        con.execute("detach release")
    return made, audited


def write_pattern(con: duckdb.DuckDBPyConnection, choice: Sequence[Chosen]) -> None:
    """Put down which rows of metrics.results are withheld, and by what their metrics are known again."""
    con.execute(
        "create temp table withheld_results (metric_id varchar, metric_version integer, period_type varchar, "
        "period_start date, breakdown varchar, category varchar)"
    )
    withheld = sorted((*each.metric, *row.key) for each in choice for row in each.withheld)
    if withheld:
        con.executemany("insert into withheld_results values (?, ?, ?, ?, ?, ?)", withheld)
    con.execute("create temp table fingerprints (metric_id varchar, metric_version integer, fingerprint varchar)")
    con.executemany("insert into fingerprints values (?, ?, ?)", [(*each.metric, each.fingerprint) for each in choice])


def write_table(con: duckdb.DuckDBPyConnection, contract: Contract, query: str) -> None:
    """Create a published table as its contract says and fill it, in one order, with its comments."""
    table = f"release.{contract.extract}"
    columns = ", ".join(f'"{c.name}" {c.dtype}{" not null" if c.required else ""}' for c in contract.columns)
    names = ", ".join(f'"{column.name}"' for column in contract.columns)
    con.execute(f"create schema if not exists release.{contract.extract.split('.')[0]}")
    con.execute(f"create table {table} ({columns})")
    con.execute(f"insert into {table} select {names} from ({query}) order by all")
    con.execute(f"comment on table {table} is {literal(contract.description)}")
    for column in contract.columns:
        con.execute(f'comment on column {table}."{column.name}" is {literal(column.description)}')


def _write_checks(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    records: list[Mapping[str, Any]],
    made: dict[str, list[CheckResult]],
) -> None:
    """Write provenance.checks: what the gates said so far, and what its own gate says."""
    con.execute(
        "create temp table checks (stage varchar, asset varchar, check_name varchar, description varchar, "
        "severity varchar, passed boolean, rows_checked bigint, rows_failed bigint)"
    )
    written = disclosure.checks("checks")
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


def as_gate_reads_it(con: duckdb.DuckDBPyConnection, query: str) -> "pd.DataFrame":
    """What a query answers, as a gate reads it: the rows numbered in their order."""
    return con.sql(f"select *, row_number() over () as _row from ({query})").df()
