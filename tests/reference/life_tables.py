"""Life tables from their meaning, in exact fractions: nothing here multiplies survival by survival.

At every time those who are followed then carry what is left of the whole in equal parts, whenever they came. One that
has the event takes its part away; one that is lost sight of leaves it to the others; one that dies takes it away, if
death competes, and leaves it, if death censors.
"""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from reference.cohort import Followed
from reference.rows import decimal
from reference.stability import months_between


class Time(NamedTuple):
    """From when to when a household was followed; what ended it: the event, death, or the end of what is known."""

    entry: Decimal
    duration: Decimal
    end: str


def end(one: Followed, *, came: bool) -> str:
    return "event" if came else "death" if one.died_on else "unknown"


def waiting(one: Followed) -> Time:
    """Days from the application, or enrolment, to placement; followed from enrolment on."""
    until = one.placed_on or max(one.enrolled_on, one.ends_on)
    waited = decimal((one.enrolled_on - one.waiting_since).days)
    return Time(waited, decimal((until - one.waiting_since).days), end(one, came=one.placed_on is not None))


def housing_survival(one: Followed) -> Time | None:
    """Months from placement to the first day without stable housing; none if the household was not placed."""
    if one.placed_on is None:
        return None
    lost = one.unstable_days(one.placed_on, one.ends_on)
    until = lost[0] if lost else one.ends_on
    return Time(Decimal(0), decimal(months_between(one.placed_on, until)), end(one, came=bool(lost)))


CURVES = {"waiting": waiting, "housing_survival": housing_survival}


def shares(times: Iterable[Time], *, lost_sight_of: tuple[str, ...]) -> dict[Decimal, Fraction]:
    """The share that has had the event by each time at which anybody enters or ends.

    Where death hands its part on this is 1 - Kaplan-Meier, else the cumulative incidence beside death. Where all who
    are followed go, and others are still to come, there is nobody to hand anything on: nothing is taken from them.
    """
    known = list(times)
    whole, had = Fraction(1), Fraction(0)
    found: dict[Decimal, Fraction] = {}
    for now in sorted({each.entry for each in known} | {each.duration for each in known}):
        followed = [each for each in known if each.entry <= now <= each.duration]
        went = [each.end for each in followed if each.duration == now]
        gone = [each for each in went if each not in lost_sight_of]
        part = whole / len(followed)
        if len(gone) < len(followed) or not any(each.entry > now for each in known):
            had += part * gone.count("event")
            whole -= part * len(gone)
        found[now] = had
    return found
