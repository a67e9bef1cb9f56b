"""A second reading of deliveries, in plain Python and nothing of the intake: what the canonical rows should be.

Written from the contract alone. It reads a whole file into memory and knows no findings: what it cannot read is None.
"""

import csv
import gzip
import io
import re
import unicodedata
import zipfile
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from expectations.contract import Column, Contract, FileFormat

Rows = list[tuple[str | None, ...]]


class NoReading(Exception):
    """The file or a value cannot be read."""


def canonical_rows(content: bytes, file_format: str, contract: Contract) -> Rows | None:
    """The rows as the archive should hold them, in the order of the contract's columns."""
    file = contract.file
    if file is None:
        return None
    try:
        cells = CELLS[file_format](content, file)
        headings = [unicodedata.normalize("NFC", str(each or "")) for each in cells[0]]
        while headings and not headings[-1]:
            headings.pop()
        if len({*headings}) < len(headings) or not contract.has_headings(headings):
            return None
        places = [headings.index(each.heading) if each.heading in headings else None for each in contract.columns]
        return [
            tuple(
                None if place is None else canonical(row[place] if place < len(row) else None, column, file)
                for place, column in zip(places, contract.columns, strict=True)
            )
            for row in cells[1:]
        ]
    except (NoReading, ValueError, KeyError, IndexError, EOFError, OSError, zipfile.BadZipFile, pa.ArrowException):
        return None


def _csv(content: bytes, file: FileFormat) -> list[list[Any]]:
    for encoding in file.encodings:
        try:
            text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise NoReading
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=file.delimiter, strict=True))
    if any(len(row) != len(rows[0]) for row in rows):
        raise NoReading
    return rows


def _xlsx(content: bytes, file: FileFormat) -> list[list[Any]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    rows = [[_digits(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    while rows and all(cell in (None, "") for cell in rows[-1]):
        rows.pop()
    return rows


def _digits(cell: Any) -> Any:
    """A number with the fifteen digits that a spreadsheet keeps."""
    return Decimal(format(cell, ".15g")) if isinstance(cell, float) else cell


def _parquet(content: bytes, file: FileFormat) -> list[list[Any]]:
    try:
        table = pq.read_table(io.BytesIO(content))
    except (
        OSError,
        pa.ArrowException,
    ):  # of a second schema in the file, which only Arrow reads
        table = pq.read_table(io.BytesIO(content.replace(b"ARROW:schema", b"ARROW:sch___")))
    return [table.column_names, *map(list, zip(*(column.to_pylist() for column in table.columns), strict=True))]


CELLS = {"csv": _csv, "csv.gz": lambda content, file: _csv(gzip.decompress(content), file), "xlsx": _xlsx,
         "parquet": _parquet}  # fmt: skip


def canonical(cell: Any, column: Column, file: FileFormat) -> str | None:
    """One value as canonical text.

    Raises:
        NoReading: it is nothing that the contract allows here.
    """
    if cell is None or cell == "":
        if column.required:
            raise NoReading
        return None
    if column.native_values:
        return column.native_values[text_of(cell, file)]
    if column.dtype == "VARCHAR":
        return text_of(cell, file if isinstance(cell, bool) else None)
    if column.dtype == "DATE":
        return day(cell, file).isoformat()
    if column.dtype == "BOOLEAN":
        return {True: "true", False: "false", file.true_value: "true", file.false_value: "false"}[cell]
    return number(cell, column.dtype, file)


def text_of(cell: Any, file: FileFormat | None) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool) and file:
        return file.true_value if cell else file.false_value
    if isinstance(cell, datetime) and cell == datetime(cell.year, cell.month, cell.day):  # noqa: DTZ001
        cell = cell.date()
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return cell.strftime(file.date_format if file else "%Y-%m-%d")
    return format(cell, "f") if isinstance(cell, Decimal) else str(cell)


def day(cell: Any, file: FileFormat) -> date:
    if isinstance(cell, datetime):
        if (cell.hour, cell.minute, cell.second, cell.microsecond) != (0, 0, 0, 0):
            raise NoReading
        return cell.date()
    if isinstance(cell, date):
        return cell
    if not re.fullmatch(r"[0-9]{2}(?:[0-9]{2})?[-/.][0-9]{2}[-/.][0-9]{2}(?:[0-9]{2})?", str(cell)):
        raise NoReading
    return datetime.strptime(str(cell), file.date_format).date()  # noqa: DTZ007


def number(cell: Any, dtype: str, file: FileFormat) -> str:
    if isinstance(cell, bool):
        raise NoReading
    if isinstance(cell, str):
        mark, thousands = re.escape(file.decimal_separator), file.thousands_separator
        grouped = rf"|[0-9]{{1,3}}(?:{re.escape(thousands)}[0-9]{{3}})+" if thousands else ""
        if not re.fullmatch(rf"-?(?:[0-9]+{grouped})(?:{mark}[0-9]+)?", cell):
            raise NoReading
        cell = (cell.replace(thousands, "") if thousands else cell).replace(file.decimal_separator, ".")
    try:
        value = Decimal(format(cell, ".15g") if isinstance(cell, float) else str(cell))
        whole, scale = (9, 0) if dtype == "INTEGER" else map(int, re.findall(r"\d+", dtype))
        exact = value.quantize(Decimal(1).scaleb(-scale)) + 0
    except InvalidOperation as error:
        raise NoReading from error
    if exact != value or (dtype == "INTEGER" and not -(2**31) <= value < 2**31):
        raise NoReading
    if dtype != "INTEGER" and abs(value) >= 10 ** (whole - scale):
        raise NoReading
    return format(exact, "f")
