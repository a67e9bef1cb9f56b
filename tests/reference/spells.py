"""The state of a household on every day of its follow-up, asked day by day in the model's order of precedence."""

from dataclasses import replace
from datetime import date

from reference.days import DAY, covers, days_of
from reference.history import Enrolment, Household

PERMANENT = ("public_housing", "private_lease", "family_permanent", "owned")
STABLE = ("programme_tenancy", "stable_elsewhere")


def known_at(household: Household, as_of: date) -> Household:
    """What is known at `as_of`: later rows are not there, later dates and what came with them are not yet known."""

    def known(day: date | None) -> bool:
        return day is not None and day <= as_of

    return replace(
        household,
        stays=tuple(
            s if known(s.checked_out_on) else replace(s, checked_out_on=None)
            for s in household.stays
            if known(s.checked_in_on)
        ),
        applications=tuple(
            a if known(a.closed_on) else replace(a, closed_on=None)
            for a in household.applications
            if known(a.applied_on)
        ),
        evictions=tuple(
            e if known(e.outcome_on) else replace(e, outcome="pending", outcome_on=None)
            for e in household.evictions
            if known(e.ordered_on)
        ),
        enrolments=tuple(
            e if known(e.exited_on) else replace(e, exited_on=None, exit_reason=None, exit_destination=None)
            for e in household.enrolments
            if known(e.enrolled_on)
        ),
        tenancies=tuple(
            t if known(t.ended_on) else replace(t, ended_on=None, end_reason=None)
            for t in household.tenancies
            if known(t.started_on)
        ),
        assessments=tuple(a for a in household.assessments if known(a.assessed_on)),
        activities=tuple(a for a in household.activities if known(a.performed_on)),
        dwellings=tuple(
            replace(
                d,
                vacant_since=d.vacant_since if known(d.vacant_since) else None,
                available_from=d.available_from if known(d.available_from) else None,
                withdrawn_on=d.withdrawn_on if known(d.withdrawn_on) else None,
            )
            if d and known(d.acquired_on)
            else None
            for d in household.dwellings
        ),
    )


def first_contact(household: Household) -> date:
    """The earliest dated row in any register that names the household."""
    days = {household.registered_on}
    days |= {s.checked_in_on for s in household.stays}
    days |= {a.applied_on for a in household.applications}
    days |= {e.ordered_on for e in household.evictions}
    days |= {e.enrolled_on for e in household.enrolments}
    days |= {t.started_on for t in household.tenancies}
    days |= {a.assessed_on for a in household.assessments}
    days |= {a.performed_on for a in household.activities}
    return min(days)


def died_on(household: Household) -> date | None:
    """The day on which the household died out, by an exit or the end of a tenancy.

    A death that somebody survives is not the household's: where there are several members, and a tenancy that is more
    than a date begins on the day or later, the tenancy has passed on.
    """
    deaths = [e.exited_on for e in household.enrolments if e.exit_reason == "deceased" and e.exited_on]
    deaths += [t.ended_on for t in household.tenancies if t.end_reason == "deceased" and t.ended_on]
    homes = [t.started_on for t in household.tenancies if t.ended_on is None or t.started_on < t.ended_on]
    is_alone = household.members == 1
    return min((day for day in deaths if is_alone or not any(start >= day for start in homes)), default=None)


def follow_up_ends_on(household: Household, as_of: date) -> date:
    """The first day that is not followed any more: the day of death, else the day after `as_of`."""
    return min(filter(None, (as_of + DAY, died_on(household))))


def is_evidence_against(household: Household, day: date) -> bool:
    """Whether this day shows that a household no longer lives where it had moved for good."""
    return (
        any(s.checked_in_on == day != s.checked_out_on for s in household.stays)
        or any(a.applied_on == day for a in household.applications)
        or any(e.outcome == "executed" and e.outcome_on == day for e in household.evictions)
        or any(t.started_on == day for t in household.tenancies)
    )


def is_stable_elsewhere(household: Household, exit_: Enrolment, day: date) -> bool:
    """Whether a household that left for a permanent destination is still known to live there."""
    if exit_.exited_on is None or exit_.exit_destination not in PERMANENT or day < exit_.exited_on:
        return False
    until = first_evidence_against(household, exit_.exited_on)
    return until is None or day < until


def first_evidence_against(household: Household, since: date) -> date | None:
    """The first day from `since` on that `is_evidence_against` holds for, found among the days that can be it."""
    candidates = {s.checked_in_on for s in household.stays}
    candidates |= {a.applied_on for a in household.applications}
    candidates |= {e.outcome_on for e in household.evictions if e.outcome_on}
    candidates |= {t.started_on for t in household.tenancies}
    return min((d for d in candidates if d >= since and is_evidence_against(household, d)), default=None)


def state_on(household: Household, day: date) -> str:
    """The state of one day: where registers overlap, the one asked first wins."""
    if any(covers(s.checked_in_on, s.checked_out_on, day) for s in household.stays):
        return "temporary"
    if any(covers(t.started_on, t.ended_on, day) for t in household.tenancies):
        return "programme_tenancy"
    if any(is_stable_elsewhere(household, exit_, day) for exit_ in household.enrolments):
        return "stable_elsewhere"
    in_programme = any(e.arm == "programme" and covers(e.enrolled_on, e.exited_on, day) for e in household.enrolments)
    if not in_programme and any(covers(e.ordered_on, e.outcome_on, day) for e in household.evictions):
        return "insecure"
    if any(covers(a.applied_on, a.closed_on, day) for a in household.applications):
        return "waiting"
    return "unknown"


def states(household: Household, as_of: date) -> dict[date, str]:
    """The state of every day from first contact through `as_of`, or to death; the household as known at `as_of`."""
    return {
        day: state_on(household, day) for day in days_of(first_contact(household), follow_up_ends_on(household, as_of))
    }
