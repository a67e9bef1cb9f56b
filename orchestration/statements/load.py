"""Certified statements into a warehouse, so that what is published says what was certified.

The tables are there, empty, before the first statement is.
"""

from collections.abc import Sequence

import duckdb

from orchestration.statements.causes import REASONS
from orchestration.statements.record import Statement

CREATE = """
    create schema certified;
    create table certified.statements (
        statement_id varchar, number integer, period_type varchar, period_start date, period_end date,
        certified_at timestamp, as_of date, code_version varchar, content_hash varchar, previous_hash varchar,
        claims_eur decimal(18, 2), adjustments_eur decimal(18, 2), total_eur decimal(18, 2), illustrative boolean
    );
    create table certified.claims (
        statement_id varchar, claim_id varchar, household_id varchar, dwelling_id varchar, tariff_id varchar,
        kind varchar, outcome varchar, period varchar, quantity decimal(18, 4), amount_before_limits_eur decimal(18, 2),
        amount_eur decimal(18, 2), smallest_count decimal(18, 4), illustrative boolean
    );
    create table certified.adjustments (
        statement_id varchar, claim_id varchar, household_id varchar, dwelling_id varchar, tariff_id varchar,
        kind varchar, outcome varchar, period varchar, previous_statement varchar, old_quantity decimal(18, 4),
        new_quantity decimal(18, 4), old_before_limits_eur decimal(18, 2), new_before_limits_eur decimal(18, 2),
        old_amount_eur decimal(18, 2), new_amount_eur decimal(18, 2), difference_eur decimal(18, 2), reason varchar,
        caused_by varchar, caused_by_files varchar, smallest_count decimal(18, 4), illustrative boolean
    );
    create table certified.reasons (reason varchar, title_it varchar, title_en varchar);
"""
TABLES = ("statements", "claims", "adjustments", "reasons")
FROZEN = ("claims", "adjustments")


def load_statements(con: duckdb.DuckDBPyConnection, statements: Sequence[Statement]) -> dict[str, int]:
    """Write the schema `certified`; returns the rows of each of its tables."""
    con.execute(CREATE)
    con.executemany("insert into certified.reasons values (?, ?, ?)", [(name, *said) for name, said in REASONS.items()])
    for each in statements:
        totals = each.totals
        con.execute(
            "insert into certified.statements values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                each.statement_id, each.number, each.period_type, each.period_start, each.period_end,
                each.certified_at.replace(tzinfo=None), each.as_of, each.code_version, each.content_hash, each.previous,
                totals.claims_eur, totals.adjustments_eur, totals.total_eur, each.illustrative,
            ],
        )  # fmt: skip
        for name in FROZEN:
            _copy(con, name, each)
    counted = {name: con.execute(f"select count(*) from certified.{name}").fetchone() for name in TABLES}
    return {name: row[0] for name, row in counted.items() if row}


def _copy(con: duckdb.DuckDBPyConnection, name: str, statement: Statement) -> None:
    columns = [column for column, *_ in con.execute(f"describe certified.{name}").fetchall()][1:]
    listed = ", ".join(columns)
    con.execute(
        f"insert into certified.{name} select $statement, {listed} from read_parquet($file)",
        {"statement": statement.statement_id, "file": str(statement.table(name))},
    )
