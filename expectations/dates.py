"""Between which days a date of a delivery may lie: a contract states it for every column of dates.

The first day is fixed; the last is counted from the reference date of the file, which is known when a file is read.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

ITALIAN = {("days", 1): "giorno", ("days", 2): "giorni", ("years", 1): "anno", ("years", 2): "anni"}


class UnknownDateRange(ValueError):
    """A range of dates that cannot be used; the message names the field and what is expected of it."""


@dataclass(frozen=True)
class Span:
    """A time after the reference date of a file: so many days, or years of 365 days and a quarter."""

    count: int
    unit: str

    def after(self, day: date) -> date:
        """The day that lies so far after another."""
        return day + timedelta(days=self.count if self.unit == "days" else self.count * 1461 // 4)

    @property
    def in_english(self) -> str:
        """As in "between 1990-01-01 and …"."""
        unit = self.unit if self.count != 1 else self.unit.removesuffix("s")
        return f"{self.count} {unit} after the reference date" if self.count else "the reference date"

    @property
    def in_italian(self) -> str:
        """As in "tra il 01/01/1990 e …"."""
        unit = ITALIAN[self.unit, min(self.count, 2)] if self.count else ""
        return f"{self.count} {unit} dopo la data di riferimento" if self.count else "la data di riferimento"


@dataclass(frozen=True)
class DateRange:
    """The days that a column may hold; a day outside refuses the file, one after `noted_after` is let pass and noted.

    Only what a register may plan ahead, as the end of a tenancy, has a `noted_after`.
    """

    earliest: date
    latest: Span
    noted_after: Span | None = None


def date_range(stated: Any) -> DateRange:
    """The range that a contract states.

    Raises:
        UnknownDateRange: it cannot be used.
    """
    if not isinstance(stated, Mapping):
        raise UnknownDateRange("is missing: every column of dates has a first day (earliest) and a last one (latest)")
    if unknown := {*stated} - {"earliest", "latest", "noted_after"}:
        raise UnknownDateRange(f"unknown: {', '.join(sorted(map(str, unknown)))}")
    try:
        earliest = date.fromisoformat(stated["earliest"])
    except (KeyError, TypeError, ValueError) as error:
        raise UnknownDateRange('earliest: a day in quotes is expected, as in "1990-01-01"') from error
    latest = _span("latest", stated.get("latest"))
    noted_after = _span("noted_after", stated["noted_after"]) if "noted_after" in stated else None
    if noted_after and noted_after.after(earliest) >= latest.after(earliest):
        raise UnknownDateRange("noted_after: lies before latest")
    return DateRange(earliest, latest, noted_after)


def _span(name: str, stated: Any) -> Span:
    found = re.fullmatch(r"(\d{1,5}) (days|years)", stated) if isinstance(stated, str) else None
    if found is None:
        raise UnknownDateRange(f"{name}: so many days or years after the reference date are expected, as in 0 days")
    return Span(int(found[1]), found[2])
