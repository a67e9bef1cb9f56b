"""Metrics whose subject is a dwelling: mobilised, days from availability to the first tenancy, occupancy by month."""

from collections.abc import Callable, Sequence
from datetime import date

from reference.days import DAY, covers, days_of
from reference.history import Dwelling, Household, Tenancy
from reference.rows import Row, counted, excluded
from reference.spells import known_at

Rows = Callable[[Dwelling, Sequence[Tenancy], date], list[Row]]


def became_available(home: Dwelling) -> date | None:
    """The day it became available; one withdrawn on that very day never was."""
    is_empty = home.available_from is not None and home.withdrawn_on == home.available_from
    return None if is_empty else home.available_from


def mobilised(home: Dwelling, tenancies: Sequence[Tenancy], as_of: date) -> list[Row]:
    """Vacant before it became available, and available by now."""
    since = became_available(home)
    if since is None:
        return [excluded(home.available_from or home.acquired_on)]
    was_vacant = home.vacant_since is not None and home.vacant_since < since
    return [counted(since, 1) if was_vacant else excluded(since)]


def vacancy_to_let(home: Dwelling, tenancies: Sequence[Tenancy], as_of: date) -> list[Row]:
    """A tenancy that began before the dwelling became available has kept it waiting for no day."""
    since = became_available(home)
    if since is None:
        return [excluded(home.available_from or home.acquired_on)]
    if not tenancies:
        return [excluded(since)]
    first = min(t.started_on for t in tenancies)
    return [counted(since, max((first - since).days, 0))]


def occupancy(home: Dwelling, tenancies: Sequence[Tenancy], as_of: date) -> list[Row]:
    """A row per calendar month in which the dwelling was available: days let of the days available."""
    months: dict[date, list[date]] = {}
    end = home.withdrawn_on or as_of + DAY
    for day in days_of(home.available_from, end) if home.available_from else ():
        months.setdefault(day.replace(day=1), []).append(day)
    rows = []
    for days in months.values():
        let = sum(any(covers(t.started_on, t.ended_on, day) for t in tenancies) for day in days)
        rows.append(counted(days[0], let, hit=let > 0, weight=len(days)))
    return rows or [excluded(home.available_from or home.acquired_on)]


DWELLING_METRICS: dict[tuple[str, int], Rows] = {
    ("dwellings_mobilised", 1): mobilised,
    ("vacancy_to_let_days_mean", 1): vacancy_to_let,
    ("occupancy_rate", 1): occupancy,
}


def dwelling_rows(household: Household, rows_of: Rows, as_of: date) -> dict[int, list[Row]]:
    """The rows of every dwelling in the history, by its position; dwellings not yet acquired have none."""
    known = known_at(household, as_of)
    return {
        place: rows_of(home, [t for t in known.tenancies if t.dwelling == place], as_of)
        for place, home in enumerate(known.dwellings)
        if home is not None
    }
