"""XLSX: the first sheet's typed cells are written out as the contract's native text; rows keep their sheet numbers.

Formulas and error cells are refused: what a cell shows may depend on what is not delivered. What a workbook as a whole
must be is looked at before, in `workbook`.
"""

import itertools
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.parsers import expat

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from expectations.contract import Contract, FileFormat
from expectations.quoting import literal
from orchestration.intake.delivered import Texts, require_few, written_format
from orchestration.intake.findings import Finding, Unreadable, finding
from orchestration.intake.workbook import require_plain_workbook

BATCH = 10_000
REFUSED_CELLS = {"f": "formula", "e": "error_cell"}
DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    SyntaxError,
    KeyError,
    IndexError,
    RuntimeError,
    TypeError,
    ValueError,
    EOFError,
    OSError,
)  # all seen of bad files


def load_xlsx(con: duckdb.DuckDBPyConnection, path: Path, contract: Contract, file: FileFormat) -> Texts:
    """Create `texts` from the first sheet of a workbook.

    Raises:
        Unreadable: no workbook, damaged, with macros, too large.
    """
    written = path.with_suffix(".texts.parquet")
    try:
        require_plain_workbook(path)
        with path.open("rb") as delivered, warnings.catch_warnings(action="ignore"):  # they show values
            first_sheet = openpyxl.load_workbook(delivered, read_only=True, keep_links=False).worksheets[0]
            first_sheet.reset_dimensions()
            numbered = enumerate(first_sheet.iter_rows(), start=1)
            headings = [str(cell.value or "") for cell in next(numbered, (1, ()))[1]]
            while headings and not headings[-1]:
                headings.pop()
            require_few(headings)
            sheet = _Sheet(headings, [written_format(heading, contract, file) for heading in headings])
            sheet.write(written, numbered)
    except DAMAGES as error:
        raise Unreadable(finding("damaged_file")) from error
    con.execute(f"CREATE VIEW texts AS FROM read_parquet({literal(str(written))})")
    return Texts(tuple(headings), tuple(sheet.findings()))


class _Sheet:
    """Writes rows of cells as text, batch by batch, and remembers where cells are that must not be."""

    def __init__(self, headings: list[str], formats: list[FileFormat]):
        self.headings = headings
        self.formats = formats
        self.refused: dict[tuple[str, int], list[int]] = {}

    def write(self, target: Path, numbered: Iterable[tuple[int, tuple[Any, ...]]]) -> None:
        names = [f"f{place}" for place in range(len(self.headings))]
        texts = ["_fault", *names, "_whole"]
        schema = pa.schema([("_row", pa.int32()), *((name, pa.string()) for name in texts)])
        with pq.ParquetWriter(target, schema) as writer:
            rows = self._rows(numbered)
            while batch := list(itertools.islice(rows, BATCH)):
                columns = zip(zip(*batch, strict=True), schema, strict=True)
                arrays = [pa.array(values, field.type) for values, field in columns]
                writer.write_batch(pa.record_batch(arrays, schema))

    def findings(self) -> list[Finding]:
        return [
            finding(rule, column=self.headings[place], lines=lines, count=len(lines))
            for (rule, place), lines in sorted(self.refused.items())
        ]

    def _rows(self, numbered: Iterable[tuple[int, tuple[Any, ...]]]) -> Iterator[list[Any]]:
        """Rows of text; blank rows count only if something follows them."""
        blank, blanks = [None] * len(self.headings), []
        for line, cells in numbered:
            if all(cell.value is None or cell.value == "" for cell in cells):
                blanks.append(line)
                continue
            yield from ([each, "blank_line", *blank, None] for each in blanks)
            blanks = []
            fault = self._fault(line, cells)
            texts = [native_text(cell.value, file) for cell, file in zip(cells, self.formats, strict=False)]
            whole = " ".join(str(cell.value) for cell in cells[len(texts) :] if cell.value is not None)
            yield [line, fault, *texts, *blank[len(texts) :], whole or None]

    def _fault(self, line: int, cells: tuple[Any, ...]) -> str | None:
        """The rule that a row breaks; cells that are refused are remembered with their column."""
        width, fault = len(self.headings), None
        if any(cell.value is not None for cell in cells[width:]):
            return "field_count"
        for place, cell in enumerate(cells[:width]):
            if cell.data_type in REFUSED_CELLS:
                fault = REFUSED_CELLS[cell.data_type]
                self.refused.setdefault((fault, place), []).append(line)
        return fault


def native_text(value: Any, file: FileFormat) -> str | None:
    """A cell's value as the partner would have written it in a text file."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return file.true_value if value else file.false_value
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.strftime(file.date_format)
    if isinstance(value, float):
        digits = format(Decimal(format(value, ".15g")), "f")  # as many digits as a spreadsheet keeps
        return digits.replace(".", file.decimal_separator)
    return str(value)
