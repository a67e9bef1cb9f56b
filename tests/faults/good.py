"""Good deliveries to spoil: the first rows of each extract's sample, in every format that its contract allows."""

import csv
import gzip
import io
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import cache
from hashlib import sha256

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
from conftest import SAMPLE
from reading import CONTRACTS

from expectations.contract import Column, Contract

ROWS = 30
Table = list[list[str]]


@cache
def table(source: str, extract: str) -> Table:
    """The first rows of an extract's sample as native text, headings first; made up where the sample has none."""
    contract = CONTRACTS[source, extract]
    path = next(SAMPLE.glob(f"{contract.extract}_*"), None)
    if path is None:
        return [[*contract.headings], *([made_up(each, row) for each in contract.columns] for row in range(ROWS))]
    if path.suffix == ".xlsx":
        rows = [list(row) for row in openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True)]
    elif path.suffix == ".parquet":
        read = pq.read_table(path)
        rows = [read.column_names, *zip(*(column.to_pylist() for column in read.columns), strict=True)]
    else:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        return lines_of(decoded(content), contract)[: ROWS + 1]
    return [["" if cell is None else _written(cell) for cell in row] for row in rows[: ROWS + 1]]


def made_up(column: Column, row: int) -> str:
    """A good value for a column of keys of households, days or categories."""
    if column.native_values:
        return [*column.native_values][row % len(column.native_values)]
    if column.dtype == "DATE":
        return f"{row % 28 + 1:02}/03/2023"
    return f"h_{sha256(f'{column.name} {row}'.encode()).hexdigest()[:24]}"


def _written(cell: object) -> str:
    return cell.date().isoformat() if isinstance(cell, datetime) else str(cell)


def decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252")


def lines_of(text: str, contract: Contract) -> Table:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=contract.file.delimiter if contract.file else ","))


def as_text(rows: Table, contract: Contract, *, end: str = "\n") -> bytes:
    """Rows as a text file of the source, quoted where need be."""
    mark = contract.file.delimiter if contract.file else ","
    quoted = [
        ['"' + cell.replace('"', '""') + '"' if mark in cell or '"' in cell else cell for cell in row] for row in rows
    ]
    return "".join(mark.join(row) + end for row in quoted).encode()


def as_workbook(rows: Table, contract: Contract) -> bytes:
    book, target = openpyxl.Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    for row in [rows[0], *typed(rows, contract)] if len(rows[0]) % 2 else rows:
        sheet.append([openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.sub("", c) if isinstance(c, str) else c for c in row])
    book.save(target)
    return target.getvalue()


def as_parquet(rows: Table, contract: Contract) -> bytes:
    cells = typed(rows, contract) if len(rows[0]) % 2 else rows[1:]
    target = io.BytesIO()
    names = [*dict.fromkeys(rows[0])]
    columns = {}
    for place, name in enumerate(names):
        values = [row[place] if place < len(row) else None for row in cells]
        try:
            columns[name] = pa.array(values)
        except (pa.ArrowInvalid, pa.ArrowTypeError):
            columns[name] = pa.array([None if each is None else str(each) for each in values])
    pq.write_table(pa.table(columns), target)
    return target.getvalue()


def typed(rows: Table, contract: Contract) -> list[list[object]]:
    """The same rows with dates as dates and numbers as numbers, where a cell reads so; else as it is."""
    kinds = {column.heading: column.dtype for column in contract.columns if not column.native_values}
    return [
        [_typed(cell, kinds.get(name, "VARCHAR"), contract) for name, cell in zip(rows[0], row, strict=False)]
        for row in rows[1:]
    ]


def _typed(cell: str, dtype: str, contract: Contract) -> object:
    file = contract.file
    if not cell or file is None:
        return None
    try:
        if dtype == "DATE":
            return datetime.strptime(cell, file.date_format).date()  # noqa: DTZ007
        if dtype == "INTEGER":
            return int(cell)
        if dtype.startswith("DECIMAL"):
            plain = cell.replace(file.thousands_separator, "") if file.thousands_separator else cell
            return float(Decimal(plain.replace(file.decimal_separator, ".")))
    except (ValueError, ArithmeticError):
        pass
    return cell


WRITERS: dict[str, Callable[[Table, Contract], bytes]] = {
    "csv": as_text,
    "csv.gz": lambda rows, contract: gzip.compress(as_text(rows, contract), 1, mtime=0),
    "xlsx": as_workbook,
    "parquet": as_parquet,
}
