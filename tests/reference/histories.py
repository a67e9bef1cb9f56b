"""Household histories rich in border cases, as Hypothesis strategies: nothing here knows what a metric is.

Dates cluster where people err: on horizons counted back from `as_of`, on month ends, on 29 February, on days 180, 365
and 730, and on or beside the dates that the household already has, so that intervals touch, nest and overlap.
"""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from reference.days import DAY
from reference.diary import FIRST_DAY, Diary
from reference.history import (
    Activity,
    Application,
    Assessment,
    Dwelling,
    Enrolment,
    Eviction,
    Household,
    Stay,
    Tenancy,
)
from reference.spells import PERMANENT

RETURN_DAYS = (1, 180, 181, 365, 366, 730, 731)
DESTINATIONS = (*PERMANENT, "temporary", "street", "institution", "unknown")
EXIT_REASONS = ("completed", "withdrew", "evicted", "moved", "deceased", "other")
TENANCY_ENDS = ("moved_permanent", "evicted", "abandoned", "deceased", "transferred", "other")
SITUATIONS = (None, "independent", "programme_home", "with_others", "temporary", "street", "institution")


def a_tenancy(diary: Diary, dwellings: int, start: date, enrolled_by: date) -> Tenancy:
    draw = diary.draw
    end = diary.end(start)
    reasons = TENANCY_ENDS if end and end > enrolled_by else TENANCY_ENDS[:3]
    rent = Decimal(draw(st.integers(0, 60000))) / 100
    return Tenancy(
        dwelling=draw(st.sampled_from((None, *range(dwellings), *range(dwellings)))),
        started_on=start,
        ended_on=end,
        end_reason=draw(st.sampled_from(reasons)) if end else None,
        monthly_rent_eur=rent,
        previous_rent_eur_month=draw(st.sampled_from((None, rent, rent + Decimal("0.01"), Decimal("812.50")))),
    )


def an_enrolment(diary: Diary, start: date, arm: str) -> Enrolment:
    draw = diary.draw
    end = diary.end(start, is_open=1)
    reason = draw(st.sampled_from(EXIT_REASONS)) if end else None
    return Enrolment(
        arm=arm,
        enrolled_on=start,
        pathway=draw(st.sampled_from(("retained_home", "new_home"))),
        exited_on=end,
        exit_reason=reason,
        exit_destination=draw(st.sampled_from(DESTINATIONS)) if end else None,
    )


def enrolments(diary: Diary) -> list[Enrolment]:
    """None, one, or a re-enrolment in either arm, which begins after the exit; nobody enrols after death."""
    arms = diary.draw(st.sampled_from(((), *[("programme",)] * 5, ("comparison",), ("programme", "programme"),
                                       ("comparison", "programme"))))  # fmt: skip
    made: list[Enrolment] = []
    start: date | None = diary.dates[0]
    for arm in arms:
        if start is None:
            break
        made.append(an_enrolment(diary, start, arm))
        left = made[-1].exited_on if made[-1].exit_reason != "deceased" else None
        start = diary.day(since=left + DAY) if left else None
    return made


def tenancies(diary: Diary, dwellings: int, enrolled_by: date) -> list[Tenancy]:
    """Up to three, one after the other: the same day, after a gap, or while the last one still runs."""
    made: list[Tenancy] = []
    for _ in range(diary.draw(st.sampled_from((0, 1, 1, 1, 2, 2, 3)))):
        since = made[-1].started_on + DAY if made else None
        moved = made[-1].ended_on if made else None
        is_same_day = moved is not None and since is not None and moved >= since and diary.draw(st.booleans())
        start = moved if is_same_day and moved else diary.day(since)
        made.append(a_tenancy(diary, dwellings, start, enrolled_by))
    return made


def stays(diary: Diary, moves: list[date], exits: list[date]) -> list[Stay]:
    """Up to four: free, beside the last day for a return, over an exit, or doubling, touching or over the last."""
    draw, made = diary.draw, list[Stay]()
    for _ in range(draw(st.sampled_from((0, 0, 1, 1, 2, 3, 4)))):
        if made and draw(st.integers(0, 5)) == 0:
            made.append(made[-1])  # a second room for the same nights
            continue
        if exits and draw(st.integers(0, 3)) == 0:
            left = draw(st.sampled_from(exits))
            before, after = draw(st.integers(0, 2)), draw(st.integers(0, 3))
            made.append(Stay(left - timedelta(days=before), left + timedelta(days=after)))
            continue
        start = diary.day()
        if moves and draw(st.integers(0, 2)) == 0:
            start = draw(st.sampled_from(moves)) + timedelta(days=draw(st.sampled_from(RETURN_DAYS)))
        if made and made[-1].checked_out_on and draw(st.booleans()):
            start = draw(st.sampled_from((made[-1].checked_out_on, made[-1].checked_out_on - DAY,
                                          made[-1].checked_out_on + DAY, made[-1].checked_in_on)))  # fmt: skip
        is_short = draw(st.integers(0, 2)) == 0
        end = start + timedelta(days=draw(st.integers(0, 3))) if is_short else diary.end(start, is_open=6)
        made.append(Stay(start, end))
    return made


def assessments(diary: Diary) -> list[Assessment]:
    """Each wave at most once, in the order of the waves."""
    draw, made = diary.draw, list[Assessment]()
    since = None
    for wave in ("baseline", "m6", "m12", "m24"):
        if draw(st.booleans()):
            since = diary.day(since)
            adults = draw(st.sampled_from((None, 1, 2)))
            income = draw(st.sampled_from((None, Decimal(0), Decimal(1000), Decimal("1000.02"), Decimal("750.50"))))
            cost = draw(st.sampled_from((None, Decimal(0), Decimal(400), Decimal("400.01"), Decimal("300.20"))))
            made.append(
                Assessment(
                    assessed_on=since,
                    wave=wave,
                    housing_situation=draw(st.sampled_from(SITUATIONS)),
                    adults=adults,
                    adults_employed=adults and draw(st.sampled_from((None, 0, 1))),
                    adults_permanent_contract=adults and draw(st.sampled_from((None, 0, 0))),
                    monthly_income_eur=income,
                    monthly_housing_cost_eur=cost,
                    wellbeing_score=draw(st.sampled_from((None, Decimal("3.25"), Decimal("6.5"), Decimal(10)))),
                )
            )
            since += DAY
    return made


def evictions(diary: Diary) -> list[Eviction]:
    draw, made = diary.draw, list[Eviction]()
    for _ in range(draw(st.sampled_from((0, 0, 0, 1, 1, 2)))):
        ordered = diary.day()
        outcome = draw(st.sampled_from(("pending", "executed", "executed", "averted", "withdrawn")))
        made.append(Eviction(ordered, outcome, None if outcome == "pending" else diary.day(since=ordered)))
    return made


def applications(diary: Diary, enrolled: date | None) -> list[Application]:
    """Up to two; one that was filed before enrolment is often still open then."""
    draw, made = diary.draw, list[Application]()
    for _ in range(draw(st.sampled_from((0, 1, 1, 2)))):
        applied = diary.day()
        if enrolled and draw(st.integers(0, 2)) == 0:
            applied = enrolled - timedelta(days=draw(st.integers(0, 60)))
            made.append(Application(applied, draw(st.sampled_from((None, enrolled, enrolled + DAY)))))
            continue
        made.append(Application(applied, diary.end(applied, is_open=1)))
    return made


def dwellings(diary: Diary) -> list[Dwelling]:
    draw, made = diary.draw, list[Dwelling]()
    for _ in range(draw(st.integers(0, 2))):
        available = diary.day() if draw(st.integers(0, 4)) else None
        start = available or diary.as_of
        made.append(
            Dwelling(
                acquired_on=start - timedelta(days=draw(st.sampled_from((0, 1, 100)))),
                vacant_since=draw(st.sampled_from((None, start, start - DAY, start - timedelta(days=400)))),
                available_from=available,
                withdrawn_on=diary.end(available, is_open=1) if available else None,
                district=draw(st.integers(1, 8)),
                market_rent_eur_month=draw(st.sampled_from((None, Decimal(600), Decimal("725.35")))),
            )
        )
    return made


@st.composite
def households(draw: st.DrawFn, as_of: date) -> Household:
    """One household's rows in all registers, and the dwellings that only it lives in."""
    diary = Diary(draw, as_of)
    enrolled = enrolments(diary)
    enrolled_by = max((e.enrolled_on for e in enrolled), default=FIRST_DAY)
    owned = dwellings(diary)
    homes = tenancies(diary, len(owned), enrolled_by)
    moves = [max(t.started_on, enrolled_by) for t in homes if t.started_on <= as_of]
    members = draw(st.sampled_from((1, 1, 1, 2, 3, 4, 5, 6)))
    return Household(
        registered_on=min(diary.day(), *(e.enrolled_on for e in enrolled), as_of),
        members=members,
        minors=draw(st.integers(0, members - 1)),
        members_with_disability=draw(st.integers(0, members)),
        economic_capacity=draw(st.sampled_from(("none", "partial", "sufficient"))),
        district=draw(st.integers(1, 8)),
        tenancies=tuple(homes),
        enrolments=tuple(enrolled),
        stays=tuple(stays(diary, moves, [e.exited_on for e in enrolled if e.exited_on])),
        applications=tuple(applications(diary, enrolled[0].enrolled_on if enrolled else None)),
        evictions=tuple(evictions(diary)),
        assessments=tuple(assessments(diary)),
        activities=tuple(
            Activity(diary.day(), Decimal(draw(st.integers(0, 900))) / 100) for _ in range(draw(st.integers(0, 3)))
        ),
        dwellings=tuple(owned),
    )


def invented(number: int, as_of: date) -> list[Household]:
    """Different histories, always the same ones."""
    found: dict[Household, None] = {}

    @settings(
        max_examples=number * 4 // 3,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(households(as_of))
    def collect(history: Household) -> None:
        found[history] = None

    collect()
    return list(found)[:number]
