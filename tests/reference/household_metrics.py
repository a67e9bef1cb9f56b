"""Every metric at household grain: enrolment, homes, nights, rents, assessments; stability stands in `stability`."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial

from reference.cohort import Followed
from reference.days import months_after
from reference.history import Assessment, Tenancy
from reference.rows import Row, counted, excluded, share
from reference.spells import PERMANENT
from reference.stability import (
    evictions_averted,
    housing_retention,
    housing_survival,
    return_to_temporary,
    stable_days,
    waiting_days_mean,
    waiting_days_median,
)

SETTLED = ("independent", "programme_home")
WAVES = ("baseline", "m6", "m12", "m24")
SECOND_OVERBURDEN_SHARE = Decimal("0.30")
SECOND_MAX_GAP_DAYS = 2
RowsOf = Callable[[Followed], list[Row]]


def enrolled(one: Followed, quantity: Callable[[Followed], int]) -> list[Row]:
    number = quantity(one)
    return [counted(one.enrolled_on, number, hit=number > 0)]


def homes(one: Followed, *, of_programme: bool) -> list[Row]:
    return [share(one.enrolled_on, any((t.dwelling is not None) == of_programme for t in one.household.tenancies))]


def temporary_nights(one: Followed, *, before: bool) -> list[Row]:
    start, end = one.enrolled_on, months_after(one.enrolled_on, 12)
    if not one.is_observable(end) or one.died_before(end):
        return [excluded(one.enrolled_on)]
    window = (months_after(start, -12), start) if before else (start, end)
    return [counted(one.enrolled_on, len(one.nights(*window)))]


def rent_saving(one: Followed) -> list[Row]:
    known: list[Tenancy] = [t for t in one.household.tenancies if t.previous_rent_eur_month is not None]
    if not known:
        return [excluded(min((t.started_on for t in one.household.tenancies), default=one.enrolled_on))]
    first = min(known, key=lambda t: t.started_on)
    assert first.previous_rent_eur_month is not None
    return [counted(first.started_on, first.previous_rent_eur_month - first.monthly_rent_eur)]


def exits_to_permanent(one: Followed) -> list[Row]:
    exit_ = one.enrolment
    if exit_.exited_on is None:
        return [excluded(one.died_on or one.enrolled_on)]
    if exit_.exit_reason == "deceased" or (one.died_on is not None and one.died_on <= exit_.exited_on):
        return [excluded(exit_.exited_on)]
    return [share(exit_.exited_on, exit_.exit_destination in PERMANENT)]


def settled_rate_at_wave(one: Followed) -> list[Row]:
    return [
        excluded(a.assessed_on, a.wave)
        if a.housing_situation is None
        else share(a.assessed_on, a.housing_situation in SETTLED, a.wave)
        for a in one.household.assessments
    ]


def gain(one: Followed, field: str) -> list[Row]:
    """The value at the latest wave that has one, minus the one at baseline."""
    known = {a.wave: a for a in one.household.assessments if getattr(a, field) is not None}
    later = [known[wave] for wave in WAVES[1:] if wave in known]
    if "baseline" not in known or not later:
        return [excluded(one.enrolled_on)]
    return [counted(later[-1].assessed_on, getattr(later[-1], field) - getattr(known["baseline"], field))]


def overburden(one: Followed, limit: Decimal) -> list[Row]:
    known: list[Assessment] = [
        a
        for a in one.household.assessments
        if a.monthly_income_eur is not None and a.monthly_housing_cost_eur is not None
    ]
    if not known:
        return [excluded(one.enrolled_on)]
    last = max(known, key=lambda a: a.assessed_on)
    assert last.monthly_income_eur is not None
    assert last.monthly_housing_cost_eur is not None
    return [share(last.assessed_on, last.monthly_housing_cost_eur > limit * last.monthly_income_eur)]


def support_hours(one: Followed) -> list[Row]:
    """A row per day with support, from enrolment on."""
    hours: dict[date, Decimal] = {}
    for each in one.household.activities:
        if each.performed_on >= one.enrolled_on:
            hours[each.performed_on] = hours.get(each.performed_on, Decimal(0)) + each.hours
    return [counted(day, total) for day, total in hours.items()] or [excluded(one.enrolled_on)]


def rent_to_market(one: Followed) -> list[Row]:
    """A row for the first tenancy in each dwelling of the programme."""
    rows, lived_in = [], set()
    for tenancy in sorted(one.household.tenancies, key=lambda t: t.started_on):
        if tenancy.dwelling is None or tenancy.dwelling in lived_in:
            continue
        lived_in.add(tenancy.dwelling)
        home = one.household.dwellings[tenancy.dwelling]
        market = home.market_rent_eur_month if home else None
        rows.append(
            excluded(tenancy.started_on)
            if market is None
            else counted(tenancy.started_on, tenancy.monthly_rent_eur, weight=market)
        )
    return rows or [excluded(one.enrolled_on)]


def of_sizes(make: Callable[..., list[Row]], name: str, **fixed: int) -> dict[tuple[str, int], RowsOf]:
    """One metric for each N, first version."""
    return {(f"{name}_{months}m", 1): partial(make, months=months, **fixed) for months in (6, 12, 24)}


# By metric and version of its definition; the second versions differ from the first by their parameter alone.
METRICS: dict[tuple[str, int], RowsOf] = {
    ("households_enrolled", 1): partial(enrolled, quantity=lambda one: 1),
    ("people_enrolled", 1): partial(enrolled, quantity=lambda one: one.household.members),
    ("minors_enrolled", 1): partial(enrolled, quantity=lambda one: one.household.minors),
    ("people_with_disability_enrolled", 1): partial(
        enrolled, quantity=lambda one: one.household.members_with_disability
    ),
    ("homes_retained", 1): partial(homes, of_programme=False),
    ("homes_entered", 1): partial(homes, of_programme=True),
    ("waiting_days_mean", 1): waiting_days_mean,
    ("waiting_days_median", 1): waiting_days_median,
    ("temporary_nights_12m_before", 1): partial(temporary_nights, before=True),
    ("temporary_nights_12m_after", 1): partial(temporary_nights, before=False),
    ("rent_saving_eur_month_mean", 1): rent_saving,
    ("rent_to_market_ratio", 1): rent_to_market,
    ("housing_cost_overburden_rate", 1): partial(overburden, limit=Decimal("0.40")),
    ("housing_cost_overburden_rate", 2): partial(overburden, limit=SECOND_OVERBURDEN_SHARE),
    **of_sizes(housing_retention, "housing_retention", max_gap_days=0),
    ("housing_retention_12m", 2): partial(housing_retention, months=12, max_gap_days=SECOND_MAX_GAP_DAYS),
    **of_sizes(housing_survival, "housing_survival"),
    **of_sizes(return_to_temporary, "return_to_temporary"),
    ("stable_days", 1): stable_days,
    ("evictions_averted", 1): evictions_averted,
    ("exits_to_permanent_rate", 1): exits_to_permanent,
    ("support_hours_per_household", 1): support_hours,
    ("employment_gain", 1): partial(gain, field="adults_employed"),
    ("permanent_contract_gain", 1): partial(gain, field="adults_permanent_contract"),
    ("income_change_eur_month_mean", 1): partial(gain, field="monthly_income_eur"),
    ("wellbeing_change_mean", 1): partial(gain, field="wellbeing_score"),
    ("settled_rate_at_wave", 1): settled_rate_at_wave,
}
