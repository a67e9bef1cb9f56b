"""Control totals: what a partner says that a file adds up to, in a small CSV beside it, held against what was read.

Two columns, `column` and `total`, separated and written as the contract says; a line for `rows`, and one for each
number column that the partner sums. How such a file is named stands in `identify`.
"""

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

import duckdb

from expectations.changes import NUMBERS
from expectations.contract import Contract, FileFormat
from expectations.gate import CheckResult
from expectations.quoting import identifier
from orchestration.intake.findings import Finding, Unreadable, finding
from orchestration.intake.stage import copy_in, make_plain, require_format

NAME = "control_totals"
HEADINGS = ["column", "total"]
ROWS = "rows"
SENTENCE = "Rows and sums are those that the partner states beside the file."


def read_control(path: Path, contract: Contract, file: FileFormat, folder: Path) -> dict[str, Decimal]:
    """The totals that a partner states, by heading (or `rows`); `folder` is a private one.

    Raises:
        Unreadable: it is no such file; the lines named are its own.
    """
    staged = copy_in(path, folder)
    plain = folder / "plain.csv"
    summed = {column.heading for column in contract.columns if column.dtype.startswith(NUMBERS)}
    try:
        require_format(staged.path, "csv")
        length = make_plain(staged.path, plain, compressed=False, encodings=file.encodings).lines
    except Unreadable as problem:
        raise Unreadable(finding("control_form")) from problem
    if length > len(summed) + 2:
        raise Unreadable(finding("control_form"))
    with plain.open(encoding="utf-8", newline="") as text:
        try:
            lines = list(csv.reader(text, delimiter=file.delimiter, strict=True))
        except csv.Error as error:
            raise Unreadable(finding("control_form")) from error
    if len(lines) < 2 or lines[0] != HEADINGS:
        raise Unreadable(finding("control_form", lines=(1,)))
    totals: dict[str, Decimal] = {}
    for number, line in enumerate(lines[1:], start=2):
        name = unicodedata.normalize("NFC", line[0]) if len(line) == len(HEADINGS) else ""
        total = _number(line[-1], file) if line else None
        if name not in summed | {ROWS} or name in totals or total is None:
            raise Unreadable(finding("control_form", lines=(number,)))
        totals[name] = total
    return totals


def _number(text: str, file: FileFormat) -> Decimal | None:
    """A number as the partner writes it; none if it is none."""
    thousands, point = file.thousands_separator, file.decimal_separator
    grouped = rf"|\d{{1,3}}(?:{re.escape(thousands)}\d{{3}})+" if thousands else ""
    if not re.fullmatch(rf"-?(?:[0-9]+{grouped})(?:{re.escape(point)}[0-9]+)?", text, re.ASCII):
        return None
    return Decimal((text.replace(thousands, "") if thousands else text).replace(point, "."))


def disagreements(
    con: duckdb.DuckDBPyConnection, contract: Contract, totals: Mapping[str, Decimal]
) -> tuple[CheckResult, tuple[Finding, ...]]:
    """Hold the totals against the table `canonical`; exactly, since nothing is rounded on the way."""
    summed = [column for column in contract.columns if column.heading in totals]
    sums = ", ".join(f"coalesce(sum({identifier(each.name)}::{each.dtype}), 0)" for each in summed)
    rows, *found = con.execute(f"SELECT count(*){', ' if sums else ''}{sums} FROM canonical").fetchone() or ()
    read = {each.heading: Decimal(total) for each, total in zip(summed, found, strict=True)} | {ROWS: Decimal(rows)}
    findings = tuple(_findings(totals, read))
    columns = tuple(each.name for each in summed)
    check = CheckResult(NAME, SENTENCE, "error", not findings, rows, len(findings), (), columns, broken=False)
    return check, findings


def _findings(stated: Mapping[str, Decimal], read: Mapping[str, Decimal]) -> Iterator[Finding]:
    for name, total in stated.items():
        if total != read[name]:
            yield finding("control_rows") if name == ROWS else finding("control_sum", column=name)
