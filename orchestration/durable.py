"""Files that are there whole or not at all, and records that show when they were changed after they were written.

What is written belongs to the archive of deliveries and to certified statements; no rule about either belongs here.
"""

import hashlib
import json
import os
from datetime import date, datetime
from pathlib import Path
from typing import Any

CHUNK = 1 << 20
READ_ONLY = 0o444
PRIVATE = 0o700  # folders with rows about households


class SealBroken(ValueError):
    """A sealed record is not what was written; the message says how, as the end of a sentence."""


def file_sha256(path: Path) -> str:
    """The hash of a file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def text_sha256(text: str) -> str:
    """The hash of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def canonical_json(record: Any) -> str:
    """A record as one line of JSON that is the same whenever the record is; dates as ISO text."""
    return json.dumps(record, default=_iso, ensure_ascii=False, sort_keys=True)


def sealed(record: dict[str, Any]) -> str:
    """A record as readable JSON that carries its own checksum."""
    body = canonical_json(record)
    return json.dumps({"checksum": text_sha256(body), "record": json.loads(body)}, ensure_ascii=False, indent=2) + "\n"


def unsealed(path: Path) -> dict[str, Any]:
    """The record of a sealed file.

    Raises:
        SealBroken: the file is no sealed record, or the record was changed.
    """
    try:
        content = json.loads(path.read_bytes())
        record, checksum = content["record"], content["checksum"]
    except (ValueError, KeyError, TypeError) as error:
        raise SealBroken("is damaged") from error
    if not isinstance(record, dict) or checksum != text_sha256(canonical_json(record)):
        raise SealBroken("was changed after it was written")
    return record


def write(path: Path, text: str) -> None:
    """Put a text in its place, whole and read-only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.tmp")
    partial.unlink(missing_ok=True)
    partial.write_text(text, encoding="utf-8")
    settle(partial, path)


def settle(partial: Path, path: Path, *, mode: int = READ_ONLY) -> None:
    """Put a finished file in its place, read-only: its bytes on disk first, then its name, then the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sync(partial)
    partial.chmod(mode)
    partial.replace(path)
    sync(path.parent)


def settle_folder(partial: Path, folder: Path) -> None:
    """Put a finished folder of plain files beside it in its place, read-only: files, names, and then the parent.

    Raises:
        FileExistsError: something has that name already.
    """
    if folder.exists():
        raise FileExistsError(folder.name)
    for path in sorted(partial.iterdir()):
        sync(path)
        path.chmod(READ_ONLY)
    sync(partial)
    partial.chmod(0o555)
    partial.rename(folder)
    sync(folder.parent)


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _iso(value: date | datetime) -> str:
    return value.isoformat()
