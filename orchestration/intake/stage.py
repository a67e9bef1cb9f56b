"""The private copy of a delivered file: copied once, recognised by its first bytes, and, if text, made plain UTF-8.

Files are streamed in chunks. Splitting lines into fields belongs in `csv_file`.
"""

import codecs
import gzip
import hashlib
import os
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BufferedIOBase
from pathlib import Path
from typing import IO

from orchestration.errors import CANNOT_WRITE
from orchestration.intake.findings import Unreadable, finding

CHUNK = 1 << 20
LARGEST = 4 << 30  # bytes of a delivery when unpacked
MOST_GROWTH = 100  # times its own size; sheets and tables grow five- to twentyfold
SURELY_FINE = 64 << 20
FEED, RETURN, NUL = b"\n\r\0"
COUNTED = b'\n\r\0",;|\t'
TOLD = {*range(32), 127, *COUNTED}  # control characters, and what is counted apart from them
OTHERS = bytes({*range(256)} - TOLD)
MAGIC = {
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"\x1f\x8b": "gzip",
    b"PAR1": "parquet",
    b"%PDF": "PDF",
    b"\xd0\xcf\x11\xe0": "xls",
    b"7z\xbc\xaf": "7z",
    b"Rar!": "rar",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"SQLite format 3": "SQLite",
}
EXPECTED_MAGIC = {"csv": "text", "csv.gz": "gzip", "parquet": "parquet", "xlsx": "zip"}


@dataclass(frozen=True)
class Staged:
    """A private copy, byte for byte."""

    path: Path
    sha256: str


@dataclass(frozen=True)
class PlainText:
    """What is known of a text that was made plain: its lines, and how often quotes and delimiters stand in it."""

    lines: int
    signs: Mapping[str, int]


def copy_in(path: Path, folder: Path) -> Staged:
    """Copy a dropped file into a private folder, hashing on the way; the dropped file is only ever read.

    Raises:
        Unreadable: it cannot be opened, or was changed meanwhile (rule `still_being_written`).
        OSError: the copy cannot be written.
    """
    digest = hashlib.sha256()
    target = folder / "delivered"
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as source, target.open("wb") as copy:
            before = os.fstat(source.fileno())
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                copy.write(chunk)
            after = path.stat()
    except OSError as error:
        if error.errno in CANNOT_WRITE:
            raise
        raise Unreadable(finding("cannot_be_opened")) from error
    if any(getattr(before, name) != getattr(after, name) for name in ("st_ino", "st_size", "st_mtime_ns")):
        raise Unreadable(finding("still_being_written"))
    return Staged(target, digest.hexdigest())


def require_format(path: Path, file_format: str) -> None:
    """Hold a file's first bytes against the format that its name states.

    Raises:
        Unreadable: the file is empty or of another type.
    """
    with path.open("rb") as file:
        first = file.read(16)
    if not first:
        raise Unreadable(finding("empty_file"))
    found = next((name for magic, name in MAGIC.items() if first.startswith(magic)), "text")
    if found != EXPECTED_MAGIC[file_format]:
        raise Unreadable(finding("wrong_file_type", format=file_format, found=found))


def most_bytes(packed: int) -> int:
    """How much a packed file may hold; beyond that it was made to fill a disk."""
    return min(LARGEST, max(SURELY_FINE, packed * MOST_GROWTH))


def make_plain(source: Path, target: Path, *, compressed: bool, encodings: tuple[str, ...]) -> PlainText:
    """Write the text of a file as UTF-8 with plain line feeds.

    The encodings are tried in turn; a byte-order mark is dropped.

    Raises:
        Unreadable: not in these encodings, cut, mixed line endings, NUL bytes, control characters, nothing in it, or
            too large.
    """
    line = 0
    limit = most_bytes(source.stat().st_size) if compressed else LARGEST
    for encoding in encodings:
        with target.open("wb") as plain, gzip.open(source) if compressed else source.open("rb") as delivered:
            decoder = _Decoder(plain, encoding)
            try:
                decoder.run(delivered, limit)
            except UnicodeDecodeError as error:
                line = decoder.signs[FEED] + error.object[: error.start].count(b"\n") + 1
                continue
            except (EOFError, gzip.BadGzipFile, zlib.error) as error:
                raise Unreadable(finding("damaged_file")) from error
            return PlainText(decoder.lines(), {chr(sign): count for sign, count in decoder.signs.items()})
    raise Unreadable(finding("encoding", lines=(line,), encodings=" / ".join(encodings)))


class _Decoder:
    """Decodes a stream chunk by chunk and counts what a text file must not hold."""

    def __init__(self, plain: IO[bytes], encoding: str):
        self.plain = plain
        self.decoder = codecs.getincrementaldecoder("utf-8-sig" if encoding == "utf-8" else encoding)()
        self.signs = dict.fromkeys(COUNTED, 0)
        self.pairs = self.controls = 0
        self.last = ""

    def run(self, delivered: BufferedIOBase, limit: int) -> None:
        held, size = "", 0
        while chunk := delivered.read(CHUNK):
            size += len(chunk)
            if size > limit:
                raise Unreadable(finding("too_large"))
            text = held + self.decoder.decode(chunk)
            held = "\r" if text.endswith("\r") else ""  # its line feed may come with the next chunk
            self._take(text.removesuffix("\r"))
        self._take(held + self.decoder.decode(b"", final=True))

    def _take(self, text: str) -> None:
        data = text.encode()
        told = data.translate(None, OTHERS)
        signs = {sign: told.count(sign) for sign in COUNTED}
        self.controls += len(told) - sum(signs.values())
        if signs[RETURN]:
            self.pairs += data.count(b"\r\n")
            data = data.replace(b"\r\n", b"\n")
        for sign, count in signs.items():
            self.signs[sign] += count
        self.last = text[-1:] or self.last
        self.plain.write(data)

    def lines(self) -> int:
        """The number of lines, if this was a whole and clean text."""
        if not self.last:
            raise Unreadable(finding("empty_file"))
        problems = []
        feeds, returns, nuls = (self.signs[sign] for sign in (FEED, RETURN, NUL))
        if nuls:
            problems.append(finding("nul_bytes", count=nuls))
        if self.controls:
            problems.append(finding("control_characters", count=self.controls))
        if returns != self.pairs or self.pairs not in (0, feeds):
            problems.append(finding("line_endings"))
        if self.last != "\n":
            problems.append(finding("cut_last_line", lines=(feeds + 1,)))
        if problems:
            raise Unreadable(*problems)
        return feeds
