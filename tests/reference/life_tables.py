"""Life tables from their meaning, in exact fractions: nothing here multiplies survival by survival.

Every household carries an equal part of the whole. One that is lost sight of hands its part on, in equal parts, to
those who are followed longer; one that dies keeps it, if death competes, and hands it on, if death censors.
"""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import NamedTuple

from reference.cohort import Followed
from reference.rows import decimal
from reference.stability import months_between


class Time(NamedTuple):
    """How long a household was followed, and what ended it: the event, death, or the end of what is known."""

    duration: Decimal
    end: str


def end(one: Followed, *, came: bool) -> str:
    return "event" if came else "death" if one.died_on else "unknown"


def waiting(one: Followed) -> Time:
    """Days from the application, or enrolment, to placement."""
    until = one.placed_on or one.ends_on
    return Time(decimal((until - one.waiting_since).days), end(one, came=one.placed_on is not None))


def housing_survival(one: Followed) -> Time | None:
    """Months from placement to the first day without stable housing; none if the household was not placed."""
    if one.placed_on is None:
        return None
    lost = one.unstable_days(one.placed_on, one.ends_on)
    until = lost[0] if lost else one.ends_on
    return Time(decimal(months_between(one.placed_on, until)), end(one, came=bool(lost)))


CURVES = {"waiting": waiting, "housing_survival": housing_survival}


def shares(times: Iterable[Time], *, lost_sight_of: tuple[str, ...]) -> dict[Decimal, Fraction]:
    """The share that has had the event by each time at which anything ended.

    Where death hands its part on this is 1 - Kaplan-Meier, else the cumulative incidence beside death.
    """
    known = sorted(times)
    left, part, had = len(known), Fraction(1, len(known) or 1), Fraction(0)
    found: dict[Decimal, Fraction] = {}
    for duration, ended in groupby(known, key=lambda each: each.duration):
        ends = [each.end for each in ended]
        had += part * ends.count("event")
        left -= len(ends)
        if left:
            part += part * sum(each in lost_sight_of for each in ends) / left
        found[duration] = had
    return found
