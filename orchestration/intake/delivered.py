"""The tables `texts` and `delivered`, which every file format is brought into: a row per line of the file, all text.

Both have `_row` (line in the delivered file; the headings are line 1) and `_fault` (the rule that the line as a whole
breaks, else null). `texts` is all that came: `f0`, `f1`, … one per heading, and `_whole`, the text of a line that is
not in order. `delivered` has the contract's columns as the partner writes them, null where empty.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb

from expectations.contract import Contract, FileFormat
from expectations.quoting import identifier
from orchestration.intake.findings import LINES_SHOWN, Finding, Unreadable, finding

MOST_COLUMNS = 500  # far beyond any contract; each becomes a column of a table


def require_few(headings: Sequence[str]) -> None:
    """Hold the headings against what a table can be made of.

    Raises:
        Unreadable: there are far too many.
    """
    if len(headings) > MOST_COLUMNS:
        raise Unreadable(finding("too_many_columns", lines=(1,)))


@dataclass(frozen=True)
class Texts:
    """What stands in `texts`: its headings, what is wrong so far, and what forbids to read on.

    `is_stored` says that it is kept in the database, and not read from a file each time.
    """

    headings: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    fatal: tuple[Finding, ...] = ()
    is_stored: bool = False


def written_format(heading: str, contract: Contract, file: FileFormat) -> FileFormat:
    """How typed cells of a column are written out: as the partner writes, but plainly in a column of text."""
    column = next((each for each in contract.columns if each.heading == heading), None)
    is_text = column is None or (column.dtype == "VARCHAR" and not column.native_values)
    return replace(file, date_format="%Y-%m-%d", decimal_separator=".") if is_text else file


def create_delivered(
    con: duckdb.DuckDBPyConnection, contract: Contract, places: Mapping[str, int], *, is_stored: bool
) -> None:
    """Create it from `texts`; `places` says which of its fields each column of the contract is, if it is there."""
    kind = "VIEW" if is_stored else "TABLE"
    fields = {name: f"nullif(f{place}, '')" for name, place in places.items()}
    columns = ", ".join(
        f"{fields.get(column.name, 'null::VARCHAR')} AS {identifier(column.name)}" for column in contract.columns
    )
    con.execute(f"CREATE {kind} delivered AS SELECT _row::INTEGER AS _row, _fault, {columns} FROM texts")


def faulty_lines(con: duckdb.DuckDBPyConnection) -> list[Finding]:
    """The lines that are no rows, a finding a rule."""
    faults = con.execute(
        f"SELECT _fault, count(*), min(_row, {LINES_SHOWN}) FROM delivered "
        "WHERE _fault IS NOT NULL GROUP BY _fault ORDER BY _fault"
    ).fetchall()
    return [finding(rule, lines=lines, count=count) for rule, count, lines in faults]
