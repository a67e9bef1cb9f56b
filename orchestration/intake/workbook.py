"""What a workbook must be before its cells are read: whole, without macros, of a size that can be, and in order.

Readers of sheets leave out rows and cells that stand out of order, without a word; so that is looked at here. What
stands in the cells belongs in `xlsx_file`.
"""

import re
import zipfile
from pathlib import Path
from xml.parsers import expat

from orchestration.intake.findings import Unreadable, finding
from orchestration.intake.stage import CHUNK, most_bytes

LARGEST_PART = 256 << 20  # of those that are read into memory whole: all but the sheets
LAST_ROW = 1 << 20
PLACE = re.compile(r"([A-Z]{1,3})([1-9][0-9]*)")


def require_plain_workbook(path: Path) -> None:
    """Hold a file against what a workbook must be.

    Raises:
        Unreadable: no workbook, with macros, damaged, too large, or rows or cells out of order.
    """
    with zipfile.ZipFile(path) as archive:
        sizes = {part.filename: part.file_size for part in archive.infolist()}
        if "xl/workbook.xml" not in sizes:
            raise Unreadable(finding("wrong_file_type", format="xlsx", found="zip"))
        if any(name.lower().endswith("vbaproject.bin") for name in sizes):
            raise Unreadable(finding("macros"))
        whole = [size for name, size in sizes.items() if not name.startswith("xl/worksheets/")]
        if sum(sizes.values()) > most_bytes(path.stat().st_size) or sum(whole) > LARGEST_PART:
            raise Unreadable(finding("too_large"))
        if len(sizes) < len(archive.infolist()) or archive.testzip() is not None:
            raise Unreadable(finding("damaged_file"))
        for name in sizes:
            if name.endswith(".xml"):
                _require_order(archive, name)


def _require_order(archive: zipfile.ZipFile, name: str) -> None:
    order = _Order()
    with archive.open(name) as part:
        while chunk := part.read(CHUNK):
            order.parser.Parse(chunk, False)
            if order.is_other:
                return
        order.parser.Parse(b"", True)
    if order.is_broken:
        raise Unreadable(finding("damaged_file"))


class _Order:
    """Follows the elements of one part; a part that is no sheet is of no interest."""

    def __init__(self) -> None:
        self.is_other = self.is_broken = self.is_inside = False
        self.row = self.column = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start

    def _start(self, element: str, attributes: dict[str, str]) -> None:
        tag = element.rpartition(" ")[2]
        if not self.is_inside:
            self.is_inside, self.is_other = True, tag != "worksheet"
        elif tag == "row":
            row = attributes.get("r", str(self.row + 1))
            is_next = row.isdecimal() and self.row < int(row) <= LAST_ROW
            self.is_broken |= not is_next
            self.row, self.column = int(row) if is_next else self.row, 0
        elif tag == "c":
            column = self.column + 1
            if place := attributes.get("r"):
                parts = PLACE.fullmatch(place)
                column = _number(parts[1]) if parts and int(parts[2]) == self.row else 0
            self.is_broken |= column <= self.column
            self.column = max(column, self.column)


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
