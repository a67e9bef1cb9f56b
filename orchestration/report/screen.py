"""A chart as Markdown for a screen: its name, the picture as PNG within the text, and its table.

The same chart as it is drawn for the page; only its letters are those of a screen.
"""

import base64
import re
import zlib

import vl_convert

from orchestration.report.blocks import Chart, Table

LETTERS = 'font-family="Liberation Sans, Arial, sans-serif"'
SCALE = 1.2
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def markdown(chart: Chart) -> str:
    """A chart with its table; nothing is fetched, the picture is part of the text."""
    picture = base64.b64encode(png(chart.picture.svg)).decode()
    words = re.sub(r"[\[\]\n]", " ", chart.picture.alternative)
    return (
        f"**{chart.name}** · {chart.picture.caption}\n\n"
        f"![{words}](data:image/png;base64,{picture})\n\n{_table(chart.table)}\n"
    )


def png(svg: str) -> bytes:
    """A drawing as PNG, packed well: the converter packs fast, into four times as much."""
    picture = vl_convert.svg_to_png(re.sub(r'font-family="[^"]*"', LETTERS, svg), scale=SCALE)
    chunks, place = [], len(SIGNATURE)
    while place < len(picture):
        length = int.from_bytes(picture[place : place + 4])
        chunks.append((picture[place + 4 : place + 8], picture[place + 8 : place + 8 + length]))
        place += length + 12
    pixels = zlib.decompress(b"".join(data for kind, data in chunks if kind == b"IDAT"))
    head, *rest = [each for each in chunks if each[0] != b"IDAT"]
    packed = [head, (b"IDAT", zlib.compress(pixels, 6)), *rest]
    return SIGNATURE + b"".join(
        len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4) for kind, data in packed
    )


def _table(table: Table) -> str:
    lines = [[column.title for column in table.columns]]
    lines.append(["---:" if column.kind == "number" else "---" for column in table.columns])
    lines += [[cell.replace("|", "\\|") for cell in row] for row in table.rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
