"""Deliveries that must be refused, each for a reason of its own; and files that are no deliveries at all."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

Rows = list[list[str]]


@dataclass(frozen=True)
class Spoiled:
    """What is done to which extract's file, and words of the reason, all of them told beside the file's name."""

    name: str
    extract: str
    spoil: Callable[[str], str]
    told: Sequence[str]


def of_rows(change: Callable[[Rows], None]) -> Callable[[str], str]:
    def spoil(text: str) -> str:
        rows = list(csv.reader(io.StringIO(text)))
        change(rows)
        written = io.StringIO()
        csv.writer(written, lineterminator="\n").writerows(rows)
        return written.getvalue()

    return spoil


def cut_in_a_row(text: str) -> str:
    """The transfer broke off."""
    end = text.rstrip("\n").rfind(",")
    return text[: end - 4]


def leave_out_a_heading(rows: Rows) -> None:
    for row in rows:
        row.pop()


def start_in_2032(rows: Rows) -> None:
    rows[-1][rows[0].index("started_on")] = "2032-03-01"
    rows[-1][rows[0].index("ended_on")] = ""
    rows[-1][rows[0].index("end_reason")] = ""


def certify_twice(rows: Rows) -> None:
    """The same certificate for the same household, written down under another number."""
    row = list(rows[-1])
    row[rows[0].index("event_id")] += "-again"
    rows.append(row)


SPOILED = (
    Spoiled("a cut file", "tenancies", cut_in_a_row, ("the last line has no end", "the file is cut")),
    Spoiled(
        "a missing heading", "enrolments", of_rows(leave_out_a_heading), ("the column is missing", "[exit_destination]")
    ),
    Spoiled(
        "a start in 2032",
        "tenancies",
        of_rows(start_in_2032),
        ("the reference date in the file's name", "[started_on]"),
    ),
    Spoiled(
        "a certificate twice",
        "outcome_events",
        of_rows(certify_twice),
        ("The same evidence stands once", "[household_id, outcome_code, evidence_ref]"),
    ),
)


def spoil(path: Path, how: Spoiled) -> bytes:
    """Spoil a delivery where it lies; what it was."""
    whole = path.read_bytes()
    path.write_text(how.spoil(whole.decode("utf-8")), encoding="utf-8")
    return whole


def strew(landing: Path) -> None:
    """What lies in folders of people: none of it is a delivery."""
    (landing / "Thumbs.db").write_bytes(b"\xd0\xcf\x11\xe0 thumbnails")
    (landing / "tenancies_2024-02-29.csv.filepart").write_text("half of a file", encoding="utf-8")
    (landing / "verbale della riunione.docx").write_bytes(b"PK\x03\x04 minutes")
