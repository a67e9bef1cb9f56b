"""Which extract a file is: by its name, then by its headings. Nothing of a file's rows is looked at here."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from expectations.contract import Contract
from orchestration.intake.findings import Finding, Unreadable, finding

NAME = re.compile(
    r"(?P<extract>[a-z][a-z0-9_]*)_(?P<date>\d{4}-\d{2}-\d{2})\.(?P<format>csv|csv\.gz|parquet|xlsx|control\.csv)"
)
CONTROL_FORMAT = "control.csv"


@dataclass(frozen=True)
class Identity:
    """What the name of a file says; the file of control totals that belongs to it has almost the same."""

    contract: Contract
    reference_date: date
    format: str

    @property
    def key(self) -> tuple[str, str]:
        """Source and extract."""
        return self.contract.source, self.contract.extract

    @property
    def control_name(self) -> str:
        """The name of the control file that may lie beside."""
        return f"{self.contract.extract}_{self.reference_date}.control.csv"


def identify(path: Path, landing: Path, contracts: Mapping[tuple[str, str], Contract], latest_day: date) -> Identity:
    """The extract, reference date and format that the name of a file states.

    Raises:
        Unreadable: the name, the folder or the kind of file is not one of those agreed.
    """
    if path.is_symlink() or not path.is_file():
        raise Unreadable(finding("not_a_plain_file"))
    name = NAME.fullmatch(path.name)
    contract = next((each for each in contracts.values() if name and each.extract == name["extract"]), None)
    if name is None or contract is None or contract.file is None:
        raise Unreadable(finding("unknown_name"))
    try:
        reference_date = date.fromisoformat(name["date"])
    except ValueError as error:
        raise Unreadable(finding("unknown_name")) from error
    if path.parent not in (landing, landing / contract.source):
        raise Unreadable(finding("wrong_folder"))
    if name["format"] not in (*contract.file.formats, CONTROL_FORMAT):
        raise Unreadable(finding("format_not_agreed", format=name["format"]))
    if reference_date > latest_day:
        raise Unreadable(finding("future_reference_date"))
    return Identity(contract, reference_date, name["format"])


def match_headings(
    found: Sequence[str], contract: Contract, contracts: Mapping[tuple[str, str], Contract]
) -> dict[str, int]:
    """Where each column of the contract stands in the file (from 0), in whatever order they come.

    An optional column that is not there has no place.

    Raises:
        Unreadable: a heading is missing, extra, renamed or there twice. Headings that are not in the contract are
            named by their place alone: in a file without headings they would be values.
    """
    found = [unicodedata.normalize("NFC", heading) for heading in found]
    expected = contract.headings
    other = next((each for each in contracts.values() if each.has_headings(found)), contract)
    if other is not contract and not contract.has_headings(found):
        raise Unreadable(finding("wrong_extract", lines=(1,), extract=other.extract))
    if not set(found) & set(expected):
        raise Unreadable(finding("no_headings", lines=(1,)))
    strangers = [place for place, heading in enumerate(found) if heading not in expected]
    problems: list[Finding] = []
    optional = {column.heading for column in contract.columns if column.optional}
    for place, heading in enumerate(expected):
        if heading in optional and heading not in found:
            continue
        if found.count(heading) > 1:
            problems.append(finding("duplicate_column", column=heading, lines=(1,)))
        elif heading not in found and place in strangers:
            strangers.remove(place)
            problems.append(finding("renamed_column", column=heading, lines=(1,), position=place + 1))
        elif heading not in found:
            problems.append(finding("missing_column", column=heading, lines=(1,)))
    problems += [finding("extra_column", lines=(1,), position=place + 1) for place in strangers]
    if problems:
        raise Unreadable(*problems)
    return {column.name: found.index(column.heading) for column in contract.columns if column.heading in found}
