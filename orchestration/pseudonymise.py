"""Identifiers become pseudonyms at their source: keyed hashes, so that two sources give a household the same one.

Works on a CSV export before it is a delivery; what a delivery must be is judged by `intake`. The key is read from its
file and shows in nothing that is written or said.
"""

import codecs
import csv
import hashlib
import hmac
import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from expectations.contract import Contract, FileFormat
from orchestration.durable import settle, write
from orchestration.errors import GateRefused, UsageError
from orchestration.intake.csv_file import load_csv
from orchestration.intake.examine import Contracts
from orchestration.intake.findings import Finding, Unreadable
from orchestration.intake.identify import NAME
from orchestration.intake.scan import scan
from orchestration.intake.stage import copy_in, make_plain, require_format

PSEUDONYM = re.compile("h_[0-9a-f]{24}")
LEFT_OUT = ("Z", "P", "C")  # white space, punctuation, invisible characters
KEY_CHECK = "homes4all: the same key at both sources"
PRIVATE_FILE = 0o600


@dataclass
class Hashed:
    """What became of one column: values hashed, cells left empty, and how many different pseudonyms came out."""

    values: int = 0
    empty: int = 0
    different: int = 0


@dataclass
class Report:
    """What was done to a file, in counts; `key_check` is the same at two sources that use the same key."""

    file: str
    key_check: str
    rows: int = 0
    hashed: dict[str, Hashed] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def normalised(identifier: str) -> str:
    """An identifier as every source would write it: NFKC, upper case, without white space and punctuation."""
    upper = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", identifier).upper())
    return "".join(each for each in upper if unicodedata.category(each)[0] not in LEFT_OUT)


def pseudonym(identifier: str, key: str) -> str:
    """The pseudonym of an identifier: `h_` and the first 24 hex digits of its HMAC-SHA256."""
    return f"h_{_mac(normalised(identifier), key)[:24]}"


def _mac(text: str, key: str) -> str:
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


def pseudonymise(
    source: Path, target: Path, contracts: Contracts, key: str, *, columns: Sequence[str], drop: Sequence[str] = ()
) -> Report:
    """Write a delivery with pseudonyms for the identifiers of an export; a report in counts is written beside it.

    Args:
        source: the export, a CSV written as the contract of the target says; only ever read.
        target: the delivery, named as one; its extract tells the contract.
        contracts: of all extracts.
        key: what the hashes are keyed with.
        columns: headings of the identifiers to hash.
        drop: headings of the columns to leave out.

    Raises:
        UsageError: a file or a heading is not there, the target exists, or it is not named as a delivery in CSV.
        GateRefused: the export cannot be read, or something personal would be left; nothing is written.
    """
    contract, file = _contract_of(target, contracts)
    report_file = target.with_name(f"{target.stem}.pseudonymised.json")
    if not source.is_file():
        raise UsageError(f"There is no file {source.name}.")
    for path in (target, report_file):
        if path.exists():
            raise UsageError(f"{path.name} is there already; nothing is ever overwritten.")
    if not columns or {*columns} & {*drop}:
        raise UsageError("Name the columns to hash with --columns, and none of them with --drop.")
    report = Report(file=target.name, key_check=_mac(KEY_CHECK, key)[:8])
    partial = target.with_name(f".{target.name}.tmp")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with TemporaryDirectory(prefix="homes4all-pseudonymise-") as scratch:
            _convert(source, partial, file, key, columns, drop, report, Path(scratch))
            _require_nothing_personal(partial, contract, file, Path(scratch))
        settle(partial, target, mode=PRIVATE_FILE)
    finally:
        partial.unlink(missing_ok=True)
    write(report_file, json.dumps(asdict(report), ensure_ascii=False, indent=2) + "\n")
    return report


def _contract_of(target: Path, contracts: Contracts) -> tuple[Contract, FileFormat]:
    name = NAME.fullmatch(target.name)
    found = next((each for each in contracts.values() if name and each.extract == name["extract"]), None)
    if name is None or name["format"] != "csv" or found is None or found.file is None or not _is_day(name["date"]):
        raise UsageError(f"Name the output as a delivery, <extract>_<YYYY-MM-DD>.csv; {target.name} is none.")
    return found, found.file


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _convert(
    source: Path, partial: Path, file: FileFormat, key: str, columns: Sequence[str], drop: Sequence[str],
    report: Report, scratch: Path,
) -> None:  # fmt: skip
    """Write the rows anew, in the encoding and with the line ends of the export."""
    plain = scratch / "plain.csv"
    try:
        staged = copy_in(source, scratch)
        require_format(staged.path, "csv")
        make_plain(staged.path, plain, compressed=False, encodings=file.encodings)
    except Unreadable as problem:
        raise GateRefused(_told("The export cannot be read", problem.findings)) from None
    encoding, line_end = _written(staged.path, file.encodings)
    partial.unlink(missing_ok=True)
    partial.touch(mode=PRIVATE_FILE)
    with plain.open(encoding="utf-8", newline="") as text, partial.open("w", encoding=encoding, newline="") as out:
        lines = csv.reader(text, delimiter=file.delimiter, strict=True)
        writer = csv.writer(out, delimiter=file.delimiter, lineterminator=line_end)
        try:
            writer.writerows(_rows(lines, key, columns, drop, report))
        except csv.Error:
            raise GateRefused(f"Line {lines.line_num} of the export cannot be read: its quotes are wrong.") from None


def _written(path: Path, encodings: Sequence[str]) -> tuple[str, str]:
    """The encoding of an export, the byte-order mark included, and its line ends; `make_plain` has read it already."""
    content = path.read_bytes()
    line_end = "\r\n" if b"\r\n" in content else "\n"
    for encoding in encodings:
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        has_mark = encoding == "utf-8" and content.startswith(codecs.BOM_UTF8)
        return ("utf-8-sig" if has_mark else encoding), line_end
    raise ValueError(f"{path.name} was read in none of its encodings")


def _rows(
    lines: Iterator[list[str]], key: str, columns: Sequence[str], drop: Sequence[str], report: Report
) -> Iterator[list[str]]:
    headings = [unicodedata.normalize("NFC", each) for each in next(lines)]
    for named in (*columns, *drop):
        if headings.count(unicodedata.normalize("NFC", named)) != 1:
            raise UsageError(f"The heading {named} is not in the export, or stands there twice.")
    hashed = {headings.index(unicodedata.normalize("NFC", each)): Hashed() for each in columns}
    dropped = {headings.index(unicodedata.normalize("NFC", each)) for each in drop}
    kept = [place for place in range(len(headings)) if place not in dropped]
    seen: dict[int, set[str]] = {place: set() for place in hashed}
    yield [headings[place] for place in kept]
    for number, fields in enumerate(lines, start=2):
        if len(fields) != len(headings):
            raise GateRefused(f"Line {number} of the export has not as many fields as there are headings.")
        for place, counts in hashed.items():
            fields[place] = _hashed(fields[place], key, f"Line {number}, column {headings[place]}")
            counts.values += fields[place] != ""
            counts.empty += fields[place] == ""
            seen[place].add(fields[place])
        report.rows += 1
        yield [fields[place] for place in kept]
    for place, counts in hashed.items():
        counts.different = len(seen[place] - {""})
    report.hashed = {headings[place]: counts for place, counts in hashed.items()}
    report.dropped = [headings[place] for place in sorted(dropped)]
    report.kept = [headings[place] for place in kept if place not in hashed]


def _hashed(value: str, key: str, where: str) -> str:
    if not value.strip():
        return ""
    if PSEUDONYM.fullmatch(value.strip()):
        raise GateRefused(f"{where}: this is a pseudonym already; hash the export as it left its system.")
    if not normalised(value):
        raise GateRefused(f"{where}: the identifier holds neither letters nor digits.")
    return pseudonym(value, key)


def _require_nothing_personal(partial: Path, contract: Contract, file: FileFormat, scratch: Path) -> None:
    """Run the privacy scan of the intake on what was written.

    Raises:
        GateRefused: something personal is left, or lines are not in order.
    """
    plain = scratch / "written.csv"
    try:
        text = make_plain(partial, plain, compressed=False, encodings=file.encodings)
        with duckdb.connect(config={"temp_directory": str(scratch / "spill")}) as con:
            texts = load_csv(con, plain, text, contract, file)
            findings = [*scan(con, texts.headings, contract), *texts.findings, *texts.fatal]
    except Unreadable as problem:
        findings = [*problem.findings]
    if findings:
        raise GateRefused(_told("Nothing was written", findings))


def _told(what: str, findings: Sequence[Finding]) -> str:
    named = []
    for each in findings:
        lines = f" (lines {', '.join(map(str, each.lines))})" if each.lines else ""
        named.append(f"\n  - {each.column + ': ' if each.column else ''}{each.message_it}\n    {each.message}{lines}")
    return f"{what}:{''.join(named)}"
