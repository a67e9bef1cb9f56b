"""The privacy scan: every text of a delivery, in whatever column, before anything of it is kept.

Runs on the table `texts`, so on all columns of all formats, those that the contract does not know included. DuckDB
picks the few values that could be personal; `personal` decides. Findings name rule, heading and lines, never a value.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

import duckdb

from expectations.contract import Column, Contract
from expectations.quoting import literal
from orchestration.intake.findings import LINES_SHOWN, Finding, finding
from orchestration.intake.personal import plain, recognise

ALWAYS = ("tax_code", "iban", "email_address")
IN_NUMBERS = (*ALWAYS, "written_phone_number")
IN_TEXT = (*ALWAYS, "vat_number", "phone_number")
EVERYTHING = (*IN_TEXT, "birthday")
FORMLESS = ("birthday", "person_name", "written_phone_number")  # the calendar, the alphabet, digits: no more
A_DAY = r"^([0-9]{1,2}([-/.])[0-9]{1,2}\2[0-9]{4}|[0-9]{4}([-/.])[0-9]{1,2}\3[0-9]{1,2})$"  # of whatever year
RULES = {"written_phone_number": "personal_phone_number", "person_name": "personal_name"}
GAP = r"[\s.,/_-]{0,2}"
CANDIDATES = {  # wider than the recognisers, and cheap; a test holds each of them against its recogniser
    "tax_code": rf"(?i:[a-z]{{3}}{GAP}[a-z]{{3}}{GAP}[0-9lmnp-v]{{2}}{GAP}[a-ehlmprst])",
    "iban": r"(?i:(^|[^a-z0-9_])[a-z]{2}[ .-]?[0-9]{2}([ .-]?[a-z0-9]){11})",
    "email_address": "@",
    "vat_number": r"(?i:(^|[^a-z0-9])(it[ .-]?)?[0-9]{11})",
    "phone_number": r"(^|[^0-9A-Za-z_/-]|[^A-Z][-/])[0-9]([\s./()-]{0,3}[0-9]){7,}",
    "written_phone_number": "(^|[^0-9A-Za-z_])[+0][0-9 ./()-]{8,}",
    "birthday": r"(?i:(^|[^0-9a-z_/.-])([0-9]{8}\s*$|[0-9]{1,4}[-/. ][0-9]{1,2}[-/. ][0-9]{2,4}"
    r"|[0-9]{1,2}[a-z]{0,2}[^0-9a-z]?\s+[a-z]{3}|[a-z]{3,9}[.]?\s+[0-9]{1,2},?\s+[0-9]{4}))",
    "person_name": r"^[^0-9_]+[\s,.][^0-9_]+$",
}
NOT_ASCII = r"[^\x00-\x7f]"


class Hit(NamedTuple):
    """A value that was recognised, without the value: which kind, how often, and where first."""

    kind: str
    count: int
    lines: Sequence[int]


def kinds_for(column: Column | None, contract: Contract) -> tuple[str, ...]:
    """What is looked for in a column; None stands for one beside those of the contract.

    A column of numbers or dates holds numbers or dates: there a phone number counts only if it is written as no number
    is. Days are looked for where a household could be born: in keys, and in all texts of an extract about households.
    """
    if column is None:
        return EVERYTHING
    if column.dtype != "VARCHAR":
        return IN_NUMBERS
    if column.native_values:
        return EVERYTHING
    about_households = any(each.name == "household_id" for each in contract.columns)
    is_key = column.name.endswith("_id") or (about_households and column.key > 0)
    return (
        *IN_TEXT,
        *(["birthday"] if about_households or is_key else []),
        *(["person_name"] if is_key else []),
    )


def scan(con: duckdb.DuckDBPyConnection, headings: Sequence[str], contract: Contract) -> list[Finding]:
    """What reads as personal data in the table `texts` and in the headings above it."""
    columns = {column.heading: column for column in contract.columns}
    is_known = not columns.keys().isdisjoint(headings)  # else dates may stand in what is a column of dates
    findings = []
    for place, heading in enumerate(headings):
        column = columns.get(heading)
        kinds = kinds_for(column, contract) if is_known else IN_TEXT
        hits = [] if column else list(_recognised([(heading, 1, [1])], kinds))
        hits += _hits(con, f"f{place}", kinds, _form(column) if column else None)
        findings += [
            finding(
                RULES.get(kind, f"personal_{kind}"),
                column=column.heading if column else None,
                lines=lines,
                count=count,
                position=place + 1,
            )
            for kind, count, lines in _together(hits)
        ]
    broken = _hits(con, "_whole", IN_TEXT, None)
    for _, count, lines in _together(hit._replace(kind="any") for hit in broken):
        findings.append(finding("personal_in_broken_line", lines=lines, count=count))
    return findings


def _form(column: Column) -> str | None:
    """What a value of a column looks like where all is well; a day that is none still looks like a day."""
    return A_DAY if column.dtype == "DATE" else column.pattern


def is_personal_name(path: PurePosixPath) -> bool:
    """Whether the name of a file, or of a folder above it, reads as personal data; a date at its end is agreed."""
    for part in path.parts:
        stem = part.partition(".")[0] if part == path.name else part
        spaced = stem.replace("_", " ")
        if any(recognise(text, IN_TEXT) for text in (part, stem, spaced)) or recognise(spaced[:-11], ("birthday",)):
            return True
        if spaced.istitle() and recognise(spaced, ("person_name",)):
            return True
    return False


def _hits(con: duckdb.DuckDBPyConnection, field: str, kinds: Sequence[str], pattern: str | None) -> list[Hit]:
    """The hits in one field; a value in the form of its column is no birthday, no name and no phone number."""
    suspect = "|".join([*(CANDIDATES[kind] for kind in kinds), NOT_ASCII])
    rows = con.execute(
        f"SELECT {field}, count(*), min(_row, {LINES_SHOWN}) FROM texts "
        f"WHERE regexp_matches({field}, {literal(suspect)}) GROUP BY ALL ORDER BY min(_row)"
    )
    return list(_recognised(rows.fetchall(), kinds, pattern))


def _recognised(
    candidates: Iterable[tuple[str, int, Sequence[int]]], kinds: Sequence[str], pattern: str | None = None
) -> Iterator[Hit]:
    """The hits among values. A bare number proves nothing alone: at least half of those of its length must be hits."""
    bare: dict[int, list[Hit | None]] = {}
    for value, count, lines in candidates:
        is_agreed = pattern is not None and re.search(pattern, value)
        kind = recognise(value, [each for each in kinds if not (is_agreed and each in FORMLESS)])
        hit = Hit(kind, count, lines) if kind else None
        if (text := plain(value)).isdigit():
            bare.setdefault(len(text), []).append(hit)
        elif hit:
            yield hit
    for found in bare.values():
        hits = [hit for hit in found if hit]
        if 2 * len(hits) >= len(found):
            yield from hits


def _together(hits: Iterable[Hit]) -> Iterator[Hit]:
    """The hits of one kind as one, with the first lines."""
    by_kind: dict[str, list[Hit]] = {}
    for hit in hits:
        by_kind.setdefault(hit.kind, []).append(hit)
    for kind, same in by_kind.items():
        lines = sorted({line for hit in same for line in hit.lines})
        yield Hit(kind, sum(hit.count for hit in same), lines[:LINES_SHOWN])
