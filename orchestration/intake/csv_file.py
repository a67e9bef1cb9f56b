"""CSV: plain lines are split into fields by the contract's delimiter, strictly, and lines reconcile with rows.

DuckDB's CSV reader is fast, and is used where it cannot err: no quote in the file, and as many rows as lines, each of
all its fields. Else whole lines are read and split in SQL, so that a line keeps its number whatever is wrong with it;
the reader would skip blank lines and guess at quotes. Encodings and line endings are settled before, in `stage`.
"""

import csv
from pathlib import Path

import duckdb

from expectations.contract import Contract, FileFormat
from expectations.quoting import literal
from orchestration.intake.delivered import Texts, require_few
from orchestration.intake.findings import Finding, finding
from orchestration.intake.stage import PlainText

LONGEST_HEADING_LINE = 1 << 20
DELIMITERS = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}
NO_DELIMITER = "\x1f"  # a control character, which no file that got here holds


def load_csv(
    con: duckdb.DuckDBPyConnection, plain: Path, known: PlainText, contract: Contract, file: FileFormat
) -> Texts:
    """Create `texts` from a plain UTF-8 text.

    Raises:
        Unreadable: there are far too many headings.
    """
    with plain.open(encoding="utf-8", newline="\n") as text:
        line = text.readline(LONGEST_HEADING_LINE).rstrip("\n")
    headings, fatal = _headings(line, contract, file.delimiter)
    require_few(headings)
    if _load_even(con, plain, known, len(headings), file.delimiter):
        return Texts(tuple(headings), fatal=tuple(fatal), is_stored=True)
    fields = ", ".join(f"_fields[{place + 1}] AS f{place}" for place in range(len(headings)))
    con.execute(f"""
        CREATE TABLE texts AS
        SELECT _row, {_fault(len(headings))} AS _fault, {fields}, CASE WHEN _fault IS NOT NULL THEN _line END AS _whole
        FROM ({_split(plain, file.delimiter)})
    """)
    (rows,) = con.execute("SELECT count(*) FROM texts").fetchone() or (0,)
    findings = [] if rows + 1 == known.lines else [finding("lines_do_not_reconcile")]
    return Texts(tuple(headings), tuple(findings), tuple(fatal), is_stored=True)


def _load_even(con: duckdb.DuckDBPyConnection, plain: Path, known: PlainText, width: int, delimiter: str) -> bool:
    """Create `texts` with DuckDB's own reader, if every line is a row: no quote, no blank line, all fields there.

    The reader refuses a line of fewer fields, but not one that ends in one more delimiter: so these are counted.
    """
    if known.signs['"'] or width == 1 or known.signs[delimiter] != known.lines * (width - 1):
        return False  # one field alone may be a blank line
    names = [f"f{place}" for place in range(width)]
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
    try:
        con.execute(f"""
            CREATE TABLE lines AS
            FROM read_csv(
                {literal(str(plain))}, auto_detect = false, header = false, skip = 1, columns = {{{columns}}},
                delim = {literal(delimiter)}, quote = '', escape = '', new_line = '\\n', null_padding = false,
                strict_mode = true
            )
        """)
    except duckdb.InvalidInputException:  # a line of fewer fields, and another of more
        return False
    (rows,) = con.execute("SELECT count(*) FROM lines").fetchone() or (0,)
    if rows + 1 != known.lines:
        con.execute("DROP TABLE lines")
        return False
    con.execute(f"""
        CREATE VIEW texts AS
        SELECT rowid + 2 AS _row, null::VARCHAR AS _fault, {", ".join(names)}, null::VARCHAR AS _whole FROM lines
    """)
    return True


def _headings(line: str, contract: Contract, delimiter: str) -> tuple[list[str], list[Finding]]:
    """The headings, and why the lines below them cannot be read by the contract."""
    try:
        headings = _fields(line, delimiter)
        others = {other: _fields(line, other) for other in DELIMITERS if other != delimiter}
    except csv.Error:
        return [line], [finding("quotes", lines=(1,))]
    found = next((other for other, names in others.items() if {*names} & {*contract.headings}), None)
    if len(headings) > 1 or found is None:
        return headings or [""], []
    words = {"found": DELIMITERS[found], "expected": DELIMITERS[delimiter]}
    return headings, [finding("wrong_delimiter", lines=(1,), **words)]


def _fields(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter, strict=True), [])


def _split(plain: Path, delimiter: str) -> str:
    """Lines with their numbers and fields; the fields are null where quotes are not in order."""
    d = "\\t" if delimiter == "\t" else f"[{delimiter}]"
    field = f'("(?:[^"]|"")*"|[^"{delimiter}]*)'
    return f"""
        SELECT
            _row,
            _line,
            CASE
                WHEN NOT contains(_line, '"') THEN string_split(_line, {literal(delimiter)})
                WHEN regexp_full_match(_line, '{field}(?:{d}{field})*') THEN list_transform(
                    regexp_extract_all({literal(delimiter)} || _line, '{d}{field}', 1),
                    lambda f: CASE WHEN starts_with(f, '"') THEN replace(f[2:-2], '""', '"') ELSE f END
                )
            END AS _fields
        FROM (
            SELECT row_number() OVER () AS _row, coalesce(_line, '') AS _line
            FROM read_csv(
                {literal(str(plain))}, auto_detect = false, header = false, columns = {{'_line': 'VARCHAR'}},
                delim = '{NO_DELIMITER}', quote = '', escape = '', new_line = '\\n'
            )
        )
        WHERE _row > 1
    """


def _fault(width: int) -> str:
    return f"""
        CASE
            WHEN trim(_line) = '' THEN 'blank_line'
            WHEN _fields IS NULL THEN 'quotes'
            WHEN len(_fields) <> {width} THEN 'field_count'
        END
    """
