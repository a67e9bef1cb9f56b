"""Metrics of placement and of what came after: waits, retention, survival, returns, stable days, evictions averted."""

from datetime import date, timedelta
from decimal import Decimal

from reference.cohort import Followed
from reference.days import days_of, months_after
from reference.rows import Row, counted, decimal, excluded, share

RETURN_DAYS = {6: 180, 12: 365, 24: 730}


def waiting_days_mean(one: Followed) -> list[Row]:
    if one.placed_on is None:
        return [excluded(one.enrolled_on)]
    return [counted(one.placed_on, (one.placed_on - one.waiting_since).days)]


def waiting_days_median(one: Followed) -> list[Row]:
    until = one.placed_on or max(one.enrolled_on, one.ends_on)
    return [counted(one.enrolled_on, (until - one.waiting_since).days, hit=one.placed_on is not None)]


def housing_retention(one: Followed, months: int, max_gap_days: int) -> list[Row]:
    if one.placed_on is None:
        return [excluded(one.enrolled_on)]
    horizon = months_after(one.placed_on, months)
    if not one.is_observable(horizon) or one.died_before(horizon):
        return [excluded(one.placed_on)]
    is_lost = len(one.unstable_days(one.placed_on, horizon)) > max_gap_days
    return [share(one.placed_on, not is_lost and one.is_stable(horizon - timedelta(days=1)))]


def months_between(start: date, day: date) -> Decimal:
    """Whole calendar months completed, and the fraction of the one begun."""
    whole = 0
    while months_after(start, whole + 1) <= day:
        whole += 1
    begun, next_ = months_after(start, whole), months_after(start, whole + 1)
    return whole + Decimal((day - begun).days) / Decimal((next_ - begun).days)


def housing_survival(one: Followed, months: int) -> list[Row]:
    if one.placed_on is None:
        return [excluded(one.enrolled_on)]
    lost = one.unstable_days(one.placed_on, one.ends_on)
    until = lost[0] if lost else one.ends_on
    kept = until >= months_after(one.placed_on, months)
    return [counted(one.placed_on, decimal(months_between(one.placed_on, until)), hit=kept)]


def return_to_temporary(one: Followed, months: int) -> list[Row]:
    if one.placed_on is None:
        return [excluded(one.enrolled_on)]
    first, end = one.placed_on + timedelta(days=1), one.placed_on + timedelta(days=RETURN_DAYS[months] + 1)
    has_returned = bool(one.nights(first, end))
    if not one.is_observable(end) or (one.died_before(end) and not has_returned):
        return [excluded(one.placed_on)]
    return [share(one.placed_on, has_returned)]


def stable_days(one: Followed) -> list[Row]:
    if one.placed_on is None:
        return [excluded(one.enrolled_on)]
    return [counted(one.placed_on, sum(one.is_stable(day) for day in days_of(one.placed_on, one.ends_on)))]


def evictions_averted(one: Followed) -> list[Row]:
    """An order decided before enrolment was not for the programme to avert."""
    if one.placed_on is None:
        return [excluded(one.enrolled_on)]
    orders = [
        e
        for e in one.household.evictions
        if e.ordered_on < one.placed_on and (e.outcome_on is None or e.outcome_on >= one.enrolled_on)
    ]
    if not orders:
        return [excluded(one.placed_on)]
    horizon = months_after(one.placed_on, 12)
    if not one.is_observable(horizon) or one.died_before(horizon):
        return [excluded(one.placed_on)]
    is_executed = any(e.outcome == "executed" and e.outcome_on < horizon for e in orders if e.outcome_on)
    return [share(one.placed_on, not is_executed and one.is_stable(horizon - timedelta(days=1)))]
