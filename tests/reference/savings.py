"""The savings of section 5 of the measurement model for one city, day by day, in fractions: nothing is shared with dbt.

One row per household of the programme, method and window. Amounts are in euros; a row holds what was observed, the
counterfactual, and the gross and adjusted saving, all in cents, rounded half away from zero.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from reference.days import DAY, months_after

Rows = Sequence[Mapping[str, Any]]
Amounts = tuple[Decimal, Decimal, Decimal, Decimal]


@dataclass(frozen=True)
class Terms:
    """What the Chamber sets: the adjustments, the windows and how many comparison households are enough."""

    windows: tuple[int, ...] = (12, 24)
    band_starts: tuple[int, ...] = (1, 3, 5)
    minimum_matches: int = 3
    base_year: int | None = None
    discount: Fraction = Fraction(0)
    drop_off: Fraction = Fraction(0)
    taken_off: tuple[Fraction, ...] = ()

    @property
    def kept(self) -> Fraction:
        kept = Fraction(1)
        for share in self.taken_off:
            kept *= 1 - share
        return kept


@dataclass(frozen=True)
class Registers:
    """The extracts that savings read, as rows, up to `as_of`."""

    as_of: date
    households: Rows
    stays: Rows
    applications: Rows
    evictions: Rows
    enrolments: Rows
    tenancies: Rows
    baselines: Rows
    unit_costs: Rows
    price_index: Mapping[date, Fraction]
    terms: Terms = field(default_factory=Terms)


def cents(amount: Fraction) -> Decimal:
    exact = Decimal(amount.numerator) / Decimal(amount.denominator)
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


class City:
    """All households of the registers, and what is asked of them."""

    def __init__(self, registers: Registers) -> None:
        self.r, self.terms, self.as_of = registers, registers.terms, registers.as_of
        self.home = {row["household_id"]: row for row in registers.households}
        self.stays, self.applications, self.orders = (
            _by_household(rows) for rows in (registers.stays, registers.applications, registers.evictions)
        )
        self.enrolments = _by_household(registers.enrolments)
        self.enrolled = {name: self._first(rows) for name, rows in self.enrolments.items()}
        self.died = self._deaths()
        self.is_trial = any(row["arm"] == "comparison" for row in self.enrolled.values())
        self.costs = {name: self._costs(name) for name in self.home}

    def _deaths(self) -> dict[str, date]:
        """The day on which a household died: with its only member, or with nobody who lives in a later home."""
        homes: dict[str, list[date]] = defaultdict(list)
        for row in self.r.tenancies:
            if row["ended_on"] != row["started_on"]:
                homes[row["household_id"]].append(row["started_on"])
        died: dict[str, date] = {}
        for rows, day, reason in (
            (self.r.enrolments, "exited_on", "exit_reason"),
            (self.r.tenancies, "ended_on", "end_reason"),
        ):
            for row in rows:
                name, on = row["household_id"], row[day]
                if row[reason] != "deceased" or on > self.as_of:
                    continue
                if self.home[name]["members"] == 1 or all(start < on for start in homes[name]):
                    died[name] = min(on, died.get(name, on))
        return died

    @staticmethod
    def _first(rows: Rows) -> Mapping[str, Any]:
        return min(rows, key=lambda row: (row["arm"] != "programme", row["enrolled_on"]))

    def price(self, day: date) -> Fraction:
        """What a euro of the day's month is in prices of the base year."""
        if self.terms.base_year is None:
            return Fraction(1)
        year = [self.r.price_index[date(self.terms.base_year, month, 1)] for month in range(1, 13)]
        return sum(year, Fraction(0)) / 12 / self.r.price_index[day.replace(day=1)]

    def _costs(self, name: str) -> dict[date, Fraction]:
        """What each night cost, all stays together."""
        costs: dict[date, Fraction] = defaultdict(Fraction)
        for stay in self.stays[name]:
            day, end = stay["checked_in_on"], stay["checked_out_on"] or self.as_of + DAY
            price = Fraction(stay["nightly_cost_eur"]) - Fraction(stay["household_copayment_eur"])
            while day < end:
                costs[day] += price * self.price(day)
                day += DAY
        return costs

    def follow_up_ends(self, name: str) -> date:
        return self.died.get(name, self.as_of + DAY)

    def kind(self, name: str) -> tuple[str, int]:
        """Economic capacity and size band."""
        home = self.home[name]
        return home["economic_capacity"], max(first for first in self.terms.band_starts if first <= home["members"])

    def need(self, name: str, day: date) -> tuple[str, date] | None:
        """The latest open application; without one the latest order whose need is open."""
        listed = [
            (row["applied_on"], row["list_type"])
            for row in self.applications[name]
            if row["applied_on"] <= day and self._is_open(row, day)
        ]
        if listed:
            latest = max(on for on, _ in listed)
            return min(kind for on, kind in listed if on == latest), latest
        ordered = []
        for row in self.orders[name]:
            decided = row["outcome_on"] is not None and row["outcome_on"] <= day
            if row["ordered_on"] <= day and not (decided and row["outcome"] != "executed"):
                ordered.append((row["ordered_on"], "eviction_executed" if decided else "eviction_ordered"))
        if not ordered:
            return None
        latest = max(on for on, _ in ordered)
        return min(kind for on, kind in ordered if on == latest), latest

    @staticmethod
    def _is_open(row: Mapping[str, Any], day: date) -> bool:
        return day < row["closed_on"] if row["closed_on"] else row["status"] == "waiting"

    def discounted(self, costs: Mapping[date, Fraction], start: date, years: list[int], *, lost: bool) -> Fraction:
        """The cost of the days from `start`, the year of each given; with `lost` the part that drops off of it."""
        total = Fraction(0)
        for offset, year in enumerate(years):
            cost = costs.get(start + timedelta(days=offset))
            if cost:
                total += cost * self._weight(year, lost=lost)
        return total

    def _weight(self, year: int, *, lost: bool) -> Fraction:
        worth = 1 / (1 + self.terms.discount) ** year
        return worth * (1 - (1 - self.terms.drop_off) ** year) if lost else worth

    def rows(self) -> Iterator[tuple[tuple[str, str, int], Amounts]]:
        for name, enrolment in self.enrolled.items():
            if enrolment["arm"] != "programme":
                continue
            for months in self.terms.windows:
                yield from self._of_window(name, enrolment, months)

    def _of_window(self, name: str, enrolment: Mapping[str, Any], months: int) -> Iterator[Any]:
        start = enrolment["enrolled_on"]
        end = months_after(start, months)
        until = max(start, min(end, self.follow_up_ends(name)))
        days = [start + timedelta(days=n) for n in range((until - start).days)]
        turns = [months_after(start, 12 * year) for year in range(1, -(-months // 12))]
        years = [sum(turn <= day for turn in turns) for day in days]
        observed = [self.discounted(self.costs[name], start, years, lost=lost) for lost in (False, True)]
        day_weights = [sum((self._weight(y, lost=lost) for y in years), Fraction(0)) for lost in (False, True)]

        baseline = self._baseline(name, enrolment, months) / (end - start).days
        before = months_after(start, -months)
        prior = [cost for day, cost in self.costs[name].items() if before <= day < start]
        rate = sum(prior, Fraction(0)) / (start - before).days
        found = {
            "contract_baseline": [baseline * weight for weight in day_weights],
            "pre_post": [rate * weight for weight in day_weights],
        }
        compared = self._compared(name, start, len(days))
        if len(compared) >= self.terms.minimum_matches:
            found["comparison_group"] = [
                sum((self.discounted(self.costs[o], on, years, lost=lost) for o, on in compared.items()), Fraction(0))
                / len(compared)
                for lost in (False, True)
            ]
        for method, (counterfactual, dropped) in found.items():
            cost, expected = cents(observed[0]), cents(counterfactual)
            gross = expected - cost
            adjusted = cents((Fraction(gross) - (dropped - observed[1])) * self.terms.kept)
            yield (name, method, months), (cost, expected, gross, adjusted)

    def _baseline(self, name: str, enrolment: Mapping[str, Any], months: int) -> Fraction:
        on, home = enrolment["enrolled_on"], self.home[name]

        def holds(row: Mapping[str, Any]) -> bool:
            largest = row["household_size_max"] or home["members"]
            return row["household_size_min"] <= home["members"] <= largest and row["valid_from"] <= on

        (row,) = (
            row
            for row in self.r.baselines
            if row["economic_capacity"] == home["economic_capacity"]
            and row["pathway"] == enrolment["pathway"]
            and row["window_months"] == months
            and holds(row)
        )
        (night,) = (each for each in self.r.unit_costs if each["cost_code"] == row["cost_code"] and holds(each))
        nights = Fraction(row["temporary_probability"]) * Fraction(row["expected_nights"])
        return nights * Fraction(night["eur"]) * self.price(on)

    def _compared(self, name: str, start: date, days: int) -> dict[str, date]:
        """The comparison households and the day from which each is followed."""
        if self.is_trial:
            quarter = _quarter(start)
            return {
                other: row["enrolled_on"]
                for other, row in self.enrolled.items()
                if row["arm"] == "comparison"
                and _quarter(row["enrolled_on"]) == quarter
                and row["enrolled_on"] + timedelta(days=days) <= self.follow_up_ends(other)
            }
        need = self.need(name, start)
        if need is None:
            return {}
        lag = start - need[1]
        alike: dict[str, date] = {}
        for other in self.home.keys() - self.enrolments.keys():
            if self.kind(other) != self.kind(name):
                continue
            signs = [row["applied_on"] for row in self.applications[other]]
            for on in sorted({*signs, *(row["ordered_on"] for row in self.orders[other])}):
                day = on + lag
                if (
                    _quarter(on) == _quarter(need[1])
                    and self.need(other, day) == (need[0], on)
                    and day + timedelta(days=days) <= self.follow_up_ends(other)
                ):
                    alike[other] = day
        near = {
            other: day for other, day in alike.items() if self.home[other]["district"] == self.home[name]["district"]
        }
        return near if len(near) >= self.terms.minimum_matches else alike


def _quarter(day: date) -> tuple[int, int]:
    return day.year, (day.month + 2) // 3


def _by_household(rows: Rows) -> dict[str, list[Mapping[str, Any]]]:
    grouped: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        grouped[row["household_id"]].append(row)
    return grouped
