"""What can happen to workbooks and to Parquet: parts, cells and types that should not be there, and bombs."""

import io
import zipfile
from datetime import datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq

from faults.spoiled_text import MANY, Rng, bytes_flipped, cut, piece_lost, piece_twice

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
        b'r="B3" s="1" t="n"><v>1E+200</v></c>', b'r="B3" s="1" t="n"><v>-99999999</v></c>',
        b'r="B3" t="x"><v>1</v></c>',
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
