"""Deliveries gone wrong: the sample cut short, in every format, and all that can happen to a file on its way.

A mutant is made from a seed and a number alone, so that each can be made again. What the intake should say of it
stands in `plain_reading` and `fuzzing`.
"""

import gzip
import io
import random
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
from conftest import SAMPLE
from reading import CONTRACTS

from expectations.contract import Contract

ROWS = 30
MANY = 200_000_000
Table = list[list[str]]
Rng = random.Random
FORMATS = ("csv", "csv.gz", "xlsx", "parquet")
ODD = (
    "", " ", "1e3", "+1", "-0", "007", "1,5", "1.5", "1.234,5", "1,234.5", "1.2.3", "0x1F", "١٢", "１２", "NaN", "inf",
    "29/02/2023", "2023-02-29", "29/02/2024", "2024-02-29", "01/13/2023", "1/2/2023", "23-1-1", "0000-00-00", "NULL",
    "=1+1", "@SUM(A1)", "true", "SI", "sì", "a\u2028b", "a\x85b", "é", "e\u0301", "'", '"', '""', "\\", "\ufeff", "\u200b",
    "99999999999999999999999", "0.000000000001", "2147483648", "-2147483649", " 1", "1 ", "\t1",
)  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One file, and the one thing that was done to it."""

    number: int
    mutation: str
    contract: Contract
    file_format: str
    content: bytes


@cache
def table(source: str, extract: str) -> Table:
    """The first rows of an extract's sample as native text, headings first."""
    contract = CONTRACTS[source, extract]
    path = next(SAMPLE.glob(f"{contract.extract}_*"))
    if path.suffix == ".xlsx":
        rows = [list(row) for row in openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True)]
    elif path.suffix == ".parquet":
        read = pq.read_table(path)
        rows = [read.column_names, *zip(*(column.to_pylist() for column in read.columns), strict=True)]
    else:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        return lines_of(decoded(content), contract)[: ROWS + 1]
    return [["" if cell is None else _written(cell) for cell in row] for row in rows[: ROWS + 1]]


def _written(cell: object) -> str:
    return cell.date().isoformat() if isinstance(cell, datetime) else str(cell)


def decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252")


def lines_of(text: str, contract: Contract) -> Table:
    import csv

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

# --- what can happen to rows, in any format


def odd_value(rows: Table, rng: Rng) -> None:
    row = rng.choice(rows[1:] or rows)
    row[rng.randrange(len(row))] = rng.choice(ODD)


def line_twice(rows: Table, rng: Rng) -> None:
    rows.insert(rng.randrange(1, len(rows) + 1), list(rng.choice(rows[1:] or rows)))


def line_lost(rows: Table, rng: Rng) -> None:
    del rows[rng.randrange(len(rows))]
    if not rows:
        rows.append([""])


def columns_swapped(rows: Table, rng: Rng) -> None:
    one, other = rng.randrange(len(rows[0])), rng.randrange(len(rows[0]))
    for row in rows:
        row[one], row[other] = row[other], row[one]


def headings_swapped(rows: Table, rng: Rng) -> None:
    one, other = rng.randrange(len(rows[0])), rng.randrange(len(rows[0]))
    rows[0][one], rows[0][other] = rows[0][other], rows[0][one]


def heading_changed(rows: Table, rng: Rng) -> None:
    place = rng.randrange(len(rows[0]))
    rows[0][place] = rng.choice([rows[0][place].lower() + " ", rows[0][place] + "\u200b", "X", "", rows[0][0]])


def column_lost(rows: Table, rng: Rng) -> None:
    place = rng.randrange(len(rows[0]))
    for row in rows:
        if len(row) > 1:
            del row[place]


def column_more(rows: Table, rng: Rng) -> None:
    for number, row in enumerate(rows):
        row.append("NOTE" if not number else rng.choice(["", "x"]))


def values_moved(rows: Table, rng: Rng) -> None:
    row = rng.choice(rows[1:] or rows)
    row.insert(0, row.pop())


def untouched(rows: Table, rng: Rng) -> None:
    del rows[rng.randrange(1, ROWS) + 1 :]


TABLES = (untouched, odd_value, line_twice, line_lost, columns_swapped, headings_swapped, heading_changed, column_lost,
          column_more, values_moved)  # fmt: skip

# --- what can happen to bytes, in any format


def bytes_flipped(content: bytes, rng: Rng) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.choice([1, 1, 2, 5, 20])):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def cut(content: bytes, rng: Rng) -> bytes:
    return content[: rng.randrange(len(content))]


def piece_lost(content: bytes, rng: Rng) -> bytes:
    start = rng.randrange(len(content))
    return content[:start] + content[start + rng.randrange(1, 50) :]


def piece_twice(content: bytes, rng: Rng) -> bytes:
    start = rng.randrange(len(content))
    return content[:start] + content[start : start + rng.randrange(1, 200)] + content[start:]


def noise(content: bytes, rng: Rng) -> bytes:
    start = rng.randrange(len(content))
    return content[:start] + rng.randbytes(rng.randrange(1, 40)) + content[start:]


def zeros(content: bytes, rng: Rng) -> bytes:
    start = rng.randrange(len(content))
    return content[:start] + bytes(rng.randrange(1, 64)) + content[start:]


def more_behind(content: bytes, rng: Rng) -> bytes:
    return content + rng.choice([b"\n", b"\r\n", b"\0", content, b"PK\x03\x04", rng.randbytes(20)])


BYTES = (bytes_flipped, cut, piece_lost, piece_twice, noise, zeros, more_behind)

# --- what can happen to text


def quote_alone(text: str, rng: Rng) -> str:
    start = rng.randrange(len(text))
    return text[:start] + '"' + text[start:]


def line_break_in_a_value(text: str, rng: Rng) -> str:
    start = rng.randrange(len(text))
    return text[:start] + rng.choice(['"\n"', "\n", "\r", "\r\n", "\x0b", "\x0c", "\x85", "\u2028"]) + text[start:]


def endings_mixed(text: str, rng: Rng) -> str:
    return text.replace("\n", "\r\n", rng.randrange(1, ROWS))


def endings(text: str, rng: Rng) -> str:
    return text.replace("\n", rng.choice(["\r\n", "\r", "\n\n", "\n\r"]))


def other_delimiter(text: str, rng: Rng) -> str:
    return text.translate(str.maketrans(",;", rng.choice([";,", "\t\t", "||", ",,"])))


def no_last_end(text: str, rng: Rng) -> str:
    return text[: -rng.randrange(1, 10)]


def control_character(text: str, rng: Rng) -> str:
    start = rng.randrange(len(text))
    return text[:start] + chr(rng.choice([0, 1, 8, 27, 31, 127, 0xFEFF, 0xFFFD, 0x1F])) + text[start:]


def quoted_all(text: str, rng: Rng) -> str:
    mark = rng.choice(",;")
    return "".join(mark.join(f'"{each}"' for each in line.split(mark)) + "\n" for line in text.splitlines())


TEXTS = (quote_alone, line_break_in_a_value, endings_mixed, endings, other_delimiter, no_last_end, control_character,
         quoted_all)  # fmt: skip


def encodings_mixed(text: str, rng: Rng) -> bytes:
    lines = [f"{line}è" if rng.random() < 0.2 else line for line in text.splitlines()]
    return b"".join(f"{line}\n".encode(rng.choice(["utf-8", "cp1252"])) for line in lines)


def encoding(text: str, rng: Rng) -> bytes:
    return text.encode(rng.choice(["utf-16", "utf-8-sig", "cp1252", "utf-32", "latin-1", "cp500"]), errors="replace")


def long_line(text: str, rng: Rng) -> bytes:
    head, _, rest = text.partition("\n")
    return rng.choice([f"{head}\n{'x' * 10_000_000}\n{rest}", f"{head}{',' * 10_000_000}\n{rest}"]).encode()


ENCODERS = (encodings_mixed, encoding)


def text_bomb(content: bytes, rng: Rng) -> bytes:
    """A gzip that grows a thousandfold."""
    filler = rng.choice([b"\n", b"x", b"\0", content.splitlines(keepends=True)[-1]])
    return gzip.compress(content + filler * (MANY // len(filler)), 6, mtime=0)


# --- what can happen to a workbook


def workbook_parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"


def part_changed(content: bytes, rng: Rng) -> bytes:
    parts = workbook_parts(content)
    name = rng.choice([*parts, SHEET, SHEET, SHEET])
    parts[name] = rng.choice([bytes_flipped, cut, piece_lost, piece_twice])(parts[name], rng)
    return zipped(parts)


def part_lost(content: bytes, rng: Rng) -> bytes:
    parts = workbook_parts(content)
    del parts[rng.choice([*parts])]
    return zipped(parts)


def cell_rewritten(content: bytes, rng: Rng) -> bytes:
    """A cell with a formula, an error, a strange type, place or number."""
    parts = workbook_parts(content)
    cells = parts[SHEET].split(b"<c ")
    place = rng.randrange(1, len(cells))
    new = rng.choice([
        b'r="B3"><f>1+1</f><v>2</v></c>', b'r="B3" t="e"><v>#REF!</v></c>', b'r="B3" t="b"><v>1</v></c>',
        b'r="B3" t="n"><v>1E+308</v></c>', b'r="B3" t="d"><v>2023-01-01</v></c>', b'r="B3" t="n"><v>-1</v></c>',
        b'r="B3" t="s"><v>999999</v></c>', b'r="ZZZ3" t="n"><v>1</v></c>', b'r="3B" t="n"><v>1</v></c>',
        b't="n"><v>1</v></c>', b'r="B3" t="n"><v>NaN</v></c>', b'r="B3" s="99" t="n"><v>1</v></c>',
        b'r="B3" t="n"><v>0.1</v></c>', b'r="B3" t="inlineStr"><is><t>1</t></is></c>', b'r="B3" t="n"><v></v></c>',
        b'r="B3" s="1" t="n"><v>1E+200</v></c>', b'r="B3" s="1" t="n"><v>-99999999</v></c>', b'r="B3" t="x"><v>1</v></c>',
        b'r="B3" s="1" t="n"><v>60</v></c>', b'r="B3" s="1" t="n"><v>44927.5</v></c>',
    ])  # fmt: skip
    tail = cells[place][cells[place].find(b"</c>") + 4 :] if b"</c>" in cells[place] else b""
    cells[place] = new + tail
    parts[SHEET] = b"<c ".join(cells)
    return zipped(parts)


def row_far_away(content: bytes, rng: Rng) -> bytes:
    parts = workbook_parts(content)
    far = rng.choice([b"1048576", b"1048577", b"99999999999", b"-1", b"0", b"x"])
    parts[SHEET] = parts[SHEET].replace(f'<row r="{rng.randrange(2, 9)}"'.encode(), b'<row r="' + far + b'"')
    return zipped(parts)


def macros(content: bytes, rng: Rng) -> bytes:
    return zipped(workbook_parts(content) | {f"xl/{rng.choice(['vba', 'VBA'])}Project.bin": b"\0"})


def part_bomb(content: bytes, rng: Rng) -> bytes:
    """A workbook of which one part grows a thousandfold."""
    parts = workbook_parts(content)
    name, filler = rng.choice([
        ("xl/media/image1.png", bytes(MANY)), (STRINGS, b"<si><t>x</t></si>" * (MANY // 17)),
        (SHEET, b"<row><c><v>1</v></c></row>" * (MANY // 26)), ("xl/styles.xml", b"<xf/>" * (MANY // 5)),
    ])  # fmt: skip
    parts[name] = parts.get(name, b"") if name == "xl/media/image1.png" else parts.get(name, b"<sst></sst>")
    start = parts[name].rfind(b"</") if b"</sheetData>" not in parts[name] else parts[name].find(b"</sheetData>")
    parts[name] = parts[name][: max(start, 0)] + filler + parts[name][max(start, 0) :]
    return zipped(parts)


def entity_bomb(content: bytes, rng: Rng) -> bytes:
    parts = workbook_parts(content)
    name = rng.choice([SHEET, "xl/workbook.xml", "xl/styles.xml"])
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    declared = f'<!DOCTYPE x [<!ENTITY a0 "ha">{entities}]>'.encode()
    body = parts[name].partition(b"?>")[2] if parts[name].startswith(b"<?xml") else parts[name]
    parts[name] = declared + body.replace(b"<v>", b"<v>&a11;", 1).replace(b'name="', b'name="&a11;', 1)
    return zipped(parts)


WORKBOOKS = (part_changed, part_changed, part_changed, part_lost, cell_rewritten, cell_rewritten, cell_rewritten,
             row_far_away, macros, entity_bomb)  # fmt: skip

# --- what can happen to Parquet


def other_type(content: bytes, rng: Rng) -> bytes:
    read = pq.read_table(io.BytesIO(content))
    place = rng.randrange(read.num_columns)
    rows = read.num_rows
    column = rng.choice([
        pa.array([1] * rows), pa.array([1.5] * rows), pa.array([0.1 + 0.2] * rows), pa.array([True] * rows),
        pa.array([[1]] * rows), pa.array([{"a": 1}] * rows), pa.array([b"\xff"] * rows), pa.nulls(rows),
        pa.array([datetime(2023, 1, 1)] * rows), pa.array([datetime(2023, 1, 1, 1)] * rows),  # noqa: DTZ001
        pa.array([datetime(2023, 1, 1)] * rows, pa.timestamp("us", "Europe/Rome")),  # noqa: DTZ001
        pa.array([1e300] * rows), pa.array([float("nan")] * rows), pa.array([Decimal("1.50")] * rows),
        pa.array([2**40] * rows), pa.array(["x"] * rows).dictionary_encode(), pa.array(["1"] * rows, pa.large_string()),
    ])  # fmt: skip
    target = io.BytesIO()
    pq.write_table(read.set_column(place, read.column_names[place], column), target)
    return target.getvalue()


def rows_without_end(content: bytes, rng: Rng) -> bytes:
    """A small file of a great many rows, or of few rows that are very long."""
    read = pq.read_table(io.BytesIO(content)).slice(0, 1)
    many, long = rng.choice([(3_000_000, 1), (300, 10_000_000), (200_000, 100_000)])
    columns = [
        pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), many), pa.array(["x" * long]))
        for _ in read.column_names
    ]
    target = io.BytesIO()
    pq.write_table(pa.table(columns[:1] * len(columns), names=read.column_names), target, compression="zstd")
    return target.getvalue()


PARQUETS = (other_type, other_type)

BOMBS = {"csv.gz": (text_bomb,), "xlsx": (part_bomb,), "parquet": (rows_without_end,), "csv": (long_line,)}
BOMB_EVERY = 250


def mutant(seed: int, number: int) -> Mutant:
    """The mutant of that number; every extract, format and mutation comes round."""
    rng = random.Random(f"{seed} {number}")  # noqa: S311
    contracts = [*CONTRACTS.values()]
    contract, file_format = contracts[number % len(contracts)], FORMATS[number // len(contracts) % len(FORMATS)]
    rows = [list(row) for row in table(contract.source, contract.extract)]
    content = WRITERS[file_format](rows, contract)
    if number % BOMB_EVERY == 0:
        bomb = rng.choice(BOMBS[file_format])
        source = as_text(rows, contract) if file_format == "csv.gz" else content
        return Mutant(number, bomb.__name__, contract, file_format,
                      bomb(source.decode() if bomb is long_line else source, rng))  # fmt: skip
    special = {"csv": (*TEXTS, *ENCODERS), "csv.gz": (*TEXTS, *ENCODERS), "xlsx": WORKBOOKS, "parquet": PARQUETS}
    change = rng.choice([*TABLES, *BYTES, *special[file_format], *special[file_format]])
    if change in TABLES:
        for _ in range(rng.choice([1, 1, 3])):
            change(rows, rng)
        content = WRITERS[file_format](rows, contract)
    elif change in (*TEXTS, *ENCODERS):
        changed = change(as_text(rows, contract).decode(), rng)
        content = changed if isinstance(changed, bytes) else changed.encode()
        content = gzip.compress(content, 1, mtime=0) if file_format == "csv.gz" else content
    else:
        content = change(content, rng)
    return Mutant(number, change.__name__, contract, file_format, content)
