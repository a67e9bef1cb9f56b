"""CSV: plain lines are split into fields by the contract's delimiter, strictly, and lines reconcile with rows.

DuckDB reads whole lines and splits them in SQL, so that a line keeps its number whatever is wrong with it; its CSV
reader would skip blank lines and guess at ragged ones. Encodings and line endings are settled before, in `stage`.
"""

import csv
from collections.abc import Mapping
from pathlib import Path

import duckdb

from expectations.contract import Contract, FileFormat
from orchestration.intake.delivered import create_delivered, faulty_lines, literal
from orchestration.intake.findings import Finding, Unreadable, finding
from orchestration.intake.identify import match_headings

LONGEST_HEADING_LINE = 1 << 20
DELIMITERS = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}
NO_DELIMITER = "\x1f"  # a control character, which no file that got here holds


def load_csv(
    con: duckdb.DuckDBPyConnection,
    plain: Path,
    lines: int,
    contract: Contract,
    file: FileFormat,
    contracts: Mapping[tuple[str, str], Contract],
) -> list[Finding]:
    """Create `delivered` from a plain UTF-8 text of a known number of lines.

    Raises:
        Unreadable: the headings are not those of the contract, or the lines cannot be read at all.
    """
    headings = _headings(plain, contract, file.delimiter)
    places = match_headings(headings, contract, contracts)
    texts = [f"_fields[{places[column.name] + 1}]" for column in contract.columns]
    try:
        create_delivered(con, contract, texts, f"({_split(plain, file.delimiter)})", fault=f"({_fault(len(headings))})")
    except duckdb.Error as error:
        raise Unreadable(finding("damaged_file")) from error
    (rows,) = con.execute("SELECT count(*) FROM delivered").fetchone() or (0,)
    findings = faulty_lines(con)
    if rows + 1 != lines:
        findings.append(finding("lines_do_not_reconcile"))
    return findings


def _headings(plain: Path, contract: Contract, delimiter: str) -> list[str]:
    with plain.open(encoding="utf-8", newline="\n") as text:
        line = text.readline(LONGEST_HEADING_LINE).rstrip("\n")
    headings = _fields(line, delimiter)
    if len(headings) == 1:
        for other, name in DELIMITERS.items():
            if other != delimiter and set(_fields(line, other)) & set(contract.headings):
                raise Unreadable(finding("wrong_delimiter", lines=(1,), found=name, expected=DELIMITERS[delimiter]))
    return headings


def _fields(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        raise Unreadable(finding("quotes", lines=(1,))) from error


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
