"""What a build holds beside the raw tables of the extracts, where a test writes them itself."""

from collections.abc import Mapping
from datetime import date

import duckdb

from expectations.contract import Contract
from orchestration.intake.load import HISTORY, load_inclusive_ends
from orchestration.statements.load import load_statements


def complete(con: duckdb.DuckDBPyConnection, contracts: Mapping[tuple[str, str], Contract], as_of: date) -> None:
    """One delivery of every register as of the day, no end that is inclusive, nothing certified."""
    source, extract = HISTORY
    con.execute(
        f"create table raw_{source}.{extract}_history as select *, $day::date as _reference_date "
        f"from raw_{source}.{extract}",
        {"day": as_of},
    )
    load_inclusive_ends(con, contracts)
    load_statements(con, [])
