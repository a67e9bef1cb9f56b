"""The terms of outcome contracts, and from which day on each binds: versions, parameters, definitions, payment periods.

What is valid on a day is asked of that day alone; nothing that came later is known to it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Any

from reference.days import months_after

Row = Mapping[str, Any]
NO_LINES = ("limit", "contract")
MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class Version:
    """One version of a line or limit, until its own end or the day on which a newer one begins."""

    row: Row
    end: date | None

    @property
    def tariff_id(self) -> str:
        return self.row["tariff_id"]

    @property
    def contract_id(self) -> str:
        return self.row.get("contract_id") or ""

    @property
    def start(self) -> date:
        return self.row["valid_from"]


@dataclass(frozen=True)
class Period:
    """A payment period, `[start, end)`."""

    rhythm: str
    start: date
    end: date

    @property
    def name(self) -> str:
        year, month = self.start.year, self.start.month
        names = {"month": f"{year}-{month:02}", "quarter": f"{year}Q{(month + 2) // 3}", "year": f"{year}"}
        return names[self.rhythm]


@dataclass(frozen=True)
class Terms:
    """All that the Chamber delivered about payments."""

    tariffs: Sequence[Row]
    parameters: Sequence[Row]
    definitions: Sequence[Row]

    @cached_property
    def versions(self) -> dict[str, list[Version]]:
        """The versions of each line and limit, in their order."""
        found: dict[str, list[Version]] = defaultdict(list)
        rows = sorted((row for row in self.tariffs if row["kind"] != "contract"), key=lambda row: row["valid_from"])
        for row in rows:
            newer = [
                other["valid_from"]
                for other in rows
                if other["tariff_id"] == row["tariff_id"] and other["valid_from"] > row["valid_from"]
            ]
            ends = [row["valid_to"], *newer]
            found[row["tariff_id"]].append(Version(row, min(filter(None, ends), default=None)))
        return found

    def lines(self) -> Iterator[tuple[str, list[Version]]]:
        for tariff_id, versions in sorted(self.versions.items()):
            if versions[0].row["kind"] not in NO_LINES:
                yield tariff_id, versions

    def binds(self, version: Version, day: date) -> bool:
        """Whether a version binds on a day: within its own validity and that of its contract."""
        if not is_valid(version.start, version.end, day):
            return False
        contracts = [
            row for row in self.tariffs
            if row["kind"] == "contract" and (row.get("contract_id") or "") == version.contract_id
        ]  # fmt: skip
        return not contracts or any(is_valid(row["valid_from"], row["valid_to"], day) for row in contracts)

    def on(self, tariff_id: str, day: date) -> Version | None:
        """The version of a line or limit that binds on a day."""
        return next((each for each in self.versions[tariff_id] if self.binds(each, day)), None)

    def parameter(self, name: str, day: date, metric: str | None = None, version: int | None = None) -> str | None:
        """The value in force on a day; one for the metric and version goes before one for the metric, then for all."""
        asked = (None, None), (metric, None), (metric, version)
        known = [
            (asked.index((row["metric_id"], row["metric_version"])), row["valid_from"], str(row["value"]))
            for row in self.parameters
            if row["name"] == name and row["valid_from"] <= day and (row["metric_id"], row["metric_version"]) in asked
        ]
        return max(known)[2] if known else None

    def metric_version(self, metric: str, day: date) -> int | None:
        """The version of a metric's definition that is valid on a day; of two, the newer."""
        valid = [
            (row["valid_from"], int(row["version"]))
            for row in self.definitions
            if row["metric_id"] == metric and is_valid(row["valid_from"], row["valid_to"], day)
        ]
        return max(valid)[1] if valid else None

    def periods(self, until: date) -> Iterator[Period]:
        """Payment periods up to the one that holds a day: the rhythm turns on a day on which both begin."""
        start = min(row["valid_from"] for row in self.parameters if row["name"] == "payment_period").replace(month=1)
        running = self._wished(start.replace(day=1), first=True)
        start = start.replace(day=1)
        while start <= until:
            wished = self._wished(start)
            if wished and begins(wished, start):
                running = wished
            end = months_after(start, MONTHS[running])
            yield Period(running, start, end)
            start = end

    def _wished(self, day: date, *, first: bool = False) -> str:
        rows = sorted((row["valid_from"], row["value"]) for row in self.parameters if row["name"] == "payment_period")
        if first:
            return rows[0][1]
        return next((value for since, value in reversed(rows) if since <= day), "")


def is_valid(start: date, end: date | None, day: date) -> bool:
    return start <= day and (end is None or day < end)


def begins(rhythm: str, day: date) -> bool:
    """Whether a period of the rhythm begins on the day."""
    return day.day == 1 and (day.month - 1) % MONTHS[rhythm] == 0


def holding(periods: Iterable[Period], day: date) -> Period:
    """The one period that holds a day."""
    (found,) = (each for each in periods if each.start <= day < each.end)
    return found


def are_gapless(periods: Sequence[Period]) -> bool:
    return all(before.end == after.start for before, after in pairwise(periods))
