"""Write one canonical frame as the file its source would send: headings, categories and formats are the contract's.

Nothing is known here about any extract. The same frame gives the same bytes in every format.
"""

import gzip
import io
import re
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl import Workbook

from expectations.contract import Column, Contract, FileFormat

XLSX_ROWS_MAX = 200_000
_EPOCH = (1980, 1, 1, 0, 0, 0)
_PLAIN = {
    "date_format": "%Y-%m-%d",
    "decimal_separator": ".",
    "thousands_separator": "",
    "true_value": "true",
    "false_value": "false",
}


@dataclass(frozen=True)
class Dress:
    """How one file is dressed, within what its contract allows."""

    format: str = "csv"
    encoding: str = "utf-8"
    line_end: str = "\n"
    byte_order_mark: bool = False


def render(column: Column, values: pd.Series, file: FileFormat) -> np.ndarray:
    """The text of every value in the source's own notation, None where it is missing; each distinct value once."""
    if column.dtype == "DATE":
        values = pd.to_datetime(values)
    codes, distinct = pd.factorize(values)
    write = _writer(column, file)
    texts = np.array([*(write(value) for value in distinct), None], dtype=object)
    return texts[codes]


def _writer(column: Column, file: FileFormat) -> Callable[[Any], str]:
    if column.native_values is not None:
        native = {canonical: text for text, canonical in column.native_values.items()}
        return native.__getitem__
    if column.dtype == "DATE":
        return lambda value: value.strftime(file.date_format)
    if column.dtype == "INTEGER":
        return lambda value: str(int(value))
    if column.dtype == "BOOLEAN":
        return lambda value: file.true_value if value else file.false_value
    if column.dtype.startswith("DECIMAL"):
        scale = int(column.dtype.rstrip(")").split(",")[1])
        return lambda value: _decimal(value, scale, file)
    return str


def _decimal(value: Any, scale: int, file: FileFormat) -> str:
    """At least two decimals, more only where they are needed."""
    whole, _, fraction = f"{value:,.{scale}f}".partition(".")
    fraction = fraction[:2] + fraction[2:].rstrip("0")
    whole = whole.replace(",", file.thousands_separator)
    return f"{whole}{file.decimal_separator}{fraction}" if fraction else whole


def write_native(frame: pd.DataFrame, contract: Contract, out: Path, reference_date: date, dress: Dress) -> Path:
    """Write one delivery into a folder and return its path; a file being written ends in `.part`.

    An optional column that the frame lacks is not in the file.

    Raises:
        KeyError: the frame lacks another column of the contract, or holds a category that the contract does not know.
        ValueError: the contract does not allow the dress.
    """
    file = contract.file
    if file is None or dress.format not in file.formats or dress.encoding not in file.encodings:
        raise ValueError(f"{contract.source}.{contract.extract} is not delivered as {dress.format}, {dress.encoding}")
    written = tuple(each for each in contract.columns if each.name in frame or not each.optional)
    contract = replace(contract, columns=written)
    kind = dress.format if dress.format != "xlsx" or len(frame) <= XLSX_ROWS_MAX else "csv"
    path = out / f"{contract.extract}_{reference_date.isoformat()}.{kind}"
    part = path.with_name(path.name + ".part")
    if kind == "parquet":
        pq.write_table(_arrow(frame, contract, replace(file, **_PLAIN)), part, compression="zstd")
    elif kind == "xlsx":
        part.write_bytes(_workbook(_arrow(frame, contract, replace(file, **_PLAIN)), contract.extract))
    else:
        _write_text(frame, contract, file, part, replace(dress, format=kind))
    part.replace(path)
    return path


def _write_text(frame: pd.DataFrame, contract: Contract, file: FileFormat, path: Path, dress: Dress) -> None:
    rows = pd.DataFrame({c.heading: render(c, frame[c.name], file) for c in contract.columns}, dtype=object)
    encoding = "utf-8-sig" if dress.byte_order_mark else dress.encoding
    with path.open("wb") as raw:
        packed = gzip.GzipFile("", "wb", fileobj=raw, mtime=0) if dress.format == "csv.gz" else raw
        with io.TextIOWrapper(packed, encoding=encoding, newline="") as text:
            rows.to_csv(text, sep=file.delimiter, index=False, lineterminator=dress.line_end)


def _arrow(frame: pd.DataFrame, contract: Contract, plain: FileFormat) -> pa.Table:
    """A typed table with native headings and native categories."""
    types = {"DATE": pa.date32(), "INTEGER": pa.int32(), "BOOLEAN": pa.bool_(), "VARCHAR": pa.string()}
    columns = {}
    for column in contract.columns:
        text = pa.array(render(column, frame[column.name], plain), type=pa.string())
        precision_scale = re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", column.dtype)
        kind = pa.decimal128(*map(int, precision_scale.groups())) if precision_scale else types[column.dtype]
        columns[column.heading] = text.cast(kind)
    return pa.table(columns)


def _workbook(table: pa.Table, title: str) -> bytes:
    """An Excel workbook with one sheet; its creation and change dates are fixed."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.append(table.column_names)
    for row in _rows(table):
        sheet.append(row)
    raw, fixed = io.BytesIO(), io.BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda each: (each != "[Content_Types].xml", each)):
            content = source.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2000-01-01T00:00:00Z", content)
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, content)
    return fixed.getvalue()


def _rows(table: pa.Table) -> Iterable[list[Any]]:
    for batch in table.to_batches(max_chunksize=10_000):
        yield from (list(row.values()) for row in batch.to_pylist())
