"""The shape of what `homes4all status --json` says. docs/operations.md promises it: fields may be added, none changes.

Facts about files and checks, never about households. How they are found is in `status`, words for people in `glance`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Literal

VERSION = 1

Outcome = Literal["never", "at_work", "published", "refused", "stopped"]
Punctuality = Literal["in_time", "late", "missing"]


@dataclass(frozen=True)
class Problem:
    """Something that needs a person: a word for monitoring that stays the same, and a sentence."""

    code: str
    text: str


@dataclass(frozen=True)
class LastRun:
    """The newest run: `refused` by the checks named, or `stopped` by anything else before it published.

    A later night on which nothing had changed confirmed it.
    """

    outcome: Outcome
    run_id: str | None = None
    began_at: datetime | None = None
    ended_at: datetime | None = None
    checks: int = 0
    refused_by: tuple[str, ...] = ()
    confirmed_at: datetime | None = None


@dataclass(frozen=True)
class Published:
    """The file that evaluators see now."""

    file: Path
    run_id: str
    as_of: date
    built_at: datetime
    age_hours: float
    illustrative: bool


@dataclass(frozen=True)
class Restricted:
    """The encrypted file of household-level rows; `is_current` if it was written with the published one or after it."""

    file: Path
    written_at: datetime
    is_current: bool


@dataclass(frozen=True)
class Extract:
    """What is there of one extract, and whether the next delivery is overdue by its contract; `blocks`: runs refuse."""

    source: str
    extract: str
    punctuality: Punctuality
    blocks: bool = False
    due_on: date | None = None
    delivery_id: str | None = None
    reference_date: date | None = None
    file_name: str | None = None
    rows: int | None = None
    passed_rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class HeldBack:
    """A register without which the day of all registers cannot move on; `delivered_by` is whom to ask."""

    source: str
    extract: str
    delivered_by: str
    reference_date: date
    due_on: date | None
    is_late: bool


@dataclass(frozen=True)
class Stray:
    """Something in the landing that is no delivery; it is ignored."""

    file_name: str
    text: str


@dataclass(frozen=True)
class Certified:
    """One certified statement."""

    statement_id: str
    certified_at: datetime
    as_of: date
    total_eur: Decimal
    illustrative: bool


@dataclass(frozen=True)
class Disk:
    """Room on the disk of the data folder, and what its parts use; `needed_bytes` is what one more run takes."""

    total_bytes: int
    free_bytes: int
    needed_bytes: int
    used_bytes: Mapping[str, int]


@dataclass(frozen=True)
class Status:
    """The state of an installation at one moment. `ok` if nothing needs a person; warnings do not count.

    `held_back_by` are the registers at which `complete_until` stands; `others_since` is when another one first went
    beyond it.
    """

    version: int
    checked_at: datetime
    ok: bool
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    data: Path
    last_run: LastRun
    published: Published | None
    restricted: Restricted | None
    deliveries: int
    complete_until: date | None
    extracts: tuple[Extract, ...]
    certified: tuple[Certified, ...]
    disk: Disk
    held_back_by: tuple[HeldBack, ...] = ()
    others_since: datetime | None = None
    strays: tuple[Stray, ...] = ()
