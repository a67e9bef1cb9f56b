"""The metrics whose numerators a contract may pay: who achieved each, on which day, under the terms of that day."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import partial

from reference.cohort import Followed
from reference.days import months_after
from reference.household_metrics import enrolled, exits_to_permanent, gain, overburden, settled_rate_at_wave
from reference.rows import Row
from reference.stability import evictions_averted, housing_retention
from reference.terms import Terms

Achieved = Iterator[tuple[date, Decimal]]
OutcomesOf = Callable[[Followed, str, Terms], Achieved]


def value_on(terms: Terms, name: str, metric: str, day: date) -> str:
    """A metric's parameter as it was on the day of the outcome, for the version valid then."""
    value = terms.parameter(name, day, metric, terms.metric_version(metric, day))
    assert value is not None, name
    return value


def retained(one: Followed, metric: str, terms: Terms, *, months: int) -> Achieved:
    """Achieved when the months are full."""
    if one.placed_on is None:
        return
    on = months_after(one.placed_on, months)
    gap = int(value_on(terms, "retention_max_gap_days", metric, on))
    yield from _of(housing_retention(one, months=months, max_gap_days=gap), on)


def averted(one: Followed, metric: str, terms: Terms) -> Achieved:
    if one.placed_on is not None:
        yield from _of(evictions_averted(one), months_after(one.placed_on, 12))


def too_dear(one: Followed, metric: str, terms: Terms) -> Achieved:
    for row in overburden(one, Decimal(1)):
        if row.in_denominator:
            limit = Decimal(value_on(terms, "overburden_share", metric, row.counted_on))
            yield from _of(overburden(one, limit), row.counted_on)


def on_its_day(one: Followed, metric: str, terms: Terms, *, rows: Callable[[Followed], list[Row]]) -> Achieved:
    """An outcome that is achieved on the day it is counted by."""
    for row in rows(one):
        yield from _of([row], row.counted_on)


def _of(rows: list[Row], on: date) -> Achieved:
    yield from ((on, row.value) for row in rows if row.in_numerator and row.value is not None)


METRIC_OUTCOMES: dict[str, OutcomesOf] = {
    **{f"housing_retention_{months}m": partial(retained, months=months) for months in (6, 12, 24)},
    "evictions_averted": averted,
    "housing_cost_overburden_rate": too_dear,
    "exits_to_permanent_rate": partial(on_its_day, rows=exits_to_permanent),
    "households_enrolled": partial(on_its_day, rows=partial(enrolled, quantity=lambda one: 1)),
    "people_enrolled": partial(on_its_day, rows=partial(enrolled, quantity=lambda one: one.household.members)),
    "employment_gain": partial(on_its_day, rows=partial(gain, field="adults_employed")),
    "settled_rate_at_wave": partial(on_its_day, rows=settled_rate_at_wave),
}
