"""Who is enrolled, since when it waited, when it was placed; and whether it is stably housed on a day."""

from dataclasses import dataclass
from datetime import date

from reference.days import DAY, covers, days_of
from reference.history import Enrolment, Household
from reference.spells import STABLE, died_on, follow_up_ends_on, known_at, states


@dataclass(frozen=True)
class Followed:
    """A household enrolled in either arm, as known at `as_of`, with what the spells say of each day."""

    household: Household
    enrolment: Enrolment
    state: dict[date, str]
    waiting_since: date
    placed_on: date | None
    died_on: date | None
    ends_on: date
    as_of: date

    @property
    def enrolled_on(self) -> date:
        return self.enrolment.enrolled_on

    def is_observable(self, end: date) -> bool:
        """Whether the registers show every day before `end`, whatever became of the household."""
        return end - DAY <= self.as_of

    def died_before(self, end: date) -> bool:
        return self.died_on is not None and self.died_on < end

    def is_stable(self, day: date) -> bool:
        return self.state.get(day) in STABLE

    def unstable_days(self, start: date, end: date) -> list[date]:
        """The followed days of `[start, end)` on which the household was not stably housed."""
        return [day for day in days_of(start, min(end, self.ends_on)) if not self.is_stable(day)]

    def nights(self, start: date, end: date) -> list[date]:
        """The followed nights of `[start, end)` in temporary accommodation; overlapping stays count once."""
        return [
            day
            for day in days_of(start, min(end, self.ends_on))
            if any(covers(s.checked_in_on, s.checked_out_on, day) for s in self.household.stays)
        ]


def first_enrolment(household: Household) -> Enrolment | None:
    """The first enrolment in the household's arm: the programme, if it was ever enrolled there."""
    in_programme = [e for e in household.enrolments if e.arm == "programme"]
    return min(in_programme or household.enrolments, key=lambda e: e.enrolled_on, default=None)


def followed(household: Household, as_of: date) -> Followed | None:
    """The household as part of the cohort; none if it is in no arm."""
    household = known_at(household, as_of)
    enrolment = first_enrolment(household)
    if enrolment is None:
        return None
    state = states(household, as_of)
    open_then = [
        a.applied_on for a in household.applications if covers(a.applied_on, a.closed_on, enrolment.enrolled_on)
    ]
    stable = [day for day, each in state.items() if each in STABLE and day >= enrolment.enrolled_on]
    return Followed(
        household=household,
        enrolment=enrolment,
        state=state,
        waiting_since=min(open_then, default=enrolment.enrolled_on),
        placed_on=min(stable, default=None),
        died_on=died_on(household),
        ends_on=follow_up_ends_on(household, as_of),
        as_of=as_of,
    )
