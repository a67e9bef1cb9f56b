"""The rows of one household, and of one dwelling, as the registers deliver them. Only facts belong here."""

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Stay:
    checked_in_on: date
    checked_out_on: date | None


@dataclass(frozen=True)
class Application:
    applied_on: date
    closed_on: date | None


@dataclass(frozen=True)
class Eviction:
    ordered_on: date
    outcome: str
    outcome_on: date | None


@dataclass(frozen=True)
class Enrolment:
    arm: str
    enrolled_on: date
    pathway: str
    exited_on: date | None
    exit_reason: str | None
    exit_destination: str | None


@dataclass(frozen=True)
class Tenancy:
    """`dwelling` is the position of the dwelling in the household's history; none for a retained home."""

    dwelling: int | None
    started_on: date
    ended_on: date | None
    end_reason: str | None
    monthly_rent_eur: Decimal
    previous_rent_eur_month: Decimal | None


@dataclass(frozen=True)
class Assessment:
    assessed_on: date
    wave: str
    housing_situation: str | None
    adults: int | None
    adults_employed: int | None
    adults_permanent_contract: int | None
    monthly_income_eur: Decimal | None
    monthly_housing_cost_eur: Decimal | None
    wellbeing_score: Decimal | None


@dataclass(frozen=True)
class Activity:
    performed_on: date
    hours: Decimal


@dataclass(frozen=True)
class Dwelling:
    acquired_on: date
    vacant_since: date | None
    available_from: date | None
    withdrawn_on: date | None
    district: int
    market_rent_eur_month: Decimal | None


@dataclass(frozen=True)
class Household:
    """Everything that the registers hold on one household, and the dwellings that only it lives in.

    A dwelling that is not yet known leaves its place empty, so that tenancies still find theirs.
    """

    registered_on: date
    members: int
    minors: int
    members_with_disability: int
    economic_capacity: str
    district: int
    stays: tuple[Stay, ...] = ()
    applications: tuple[Application, ...] = ()
    evictions: tuple[Eviction, ...] = ()
    enrolments: tuple[Enrolment, ...] = ()
    tenancies: tuple[Tenancy, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    activities: tuple[Activity, ...] = ()
    dwellings: tuple[Dwelling | None, ...] = ()

    def told(self) -> str:
        """The history a line a row, for a person who looks into a mismatch."""
        lines = []
        for field in fields(self):
            value = getattr(self, field.name)
            lines += [f"  {each}" for each in value] if isinstance(value, tuple) else [f"  {field.name}: {value}"]
        return "\n".join(lines)

    def size(self) -> int:
        """How many rows the history has: of many mismatches the shortest is told."""
        return sum(len(value) for value in vars(self).values() if isinstance(value, tuple))
