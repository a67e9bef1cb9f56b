"""The programme's courses and its true effect: who enrols how, who is placed when, which nights are spared.

The effect is causal by construction: the stays of the same households without the programme are given, and
`apply_effect` takes nights out of them, never in. What follows from it (tenancies, exits) is in `homes.py`.
"""

import numpy as np
import pandas as pd

from orchestration.synthetic.spec import NEVER, CitySpec, add_months, between, quota
from orchestration.synthetic.stays import nights, without_interval


def spread(courses: pd.DataFrame, column: str, size: int) -> np.ndarray:
    """A column of the courses as an array over all households, `NEVER` for those without a course."""
    values = np.full(size, NEVER)
    values[courses["number"].to_numpy()] = courses[column].to_numpy()
    return values


def draw_courses(
    spec: CitySpec, population: pd.DataFrame, evictions: pd.DataFrame, stays: pd.DataFrame
) -> pd.DataFrame:
    """One row per household of either arm: enrolment, pathway, placement, early withdrawal, second enrolment, death.

    `placed` is the start of the first tenancy; `spared_from` the day from which nights can be spared: enrolment where
    the home is retained, otherwise the tenancy's start, or some days later where the check-out was recorded late.
    """
    rng = spec.rng("courses")
    enrolled_here = population["arm"].isin(["programme", "comparison"]).to_numpy()
    courses = population.loc[enrolled_here, ["arm", "enrolled"]].rename_axis("number").reset_index()
    number, enrolled, n = courses["number"].to_numpy(), courses["enrolled"].to_numpy(), len(courses)
    treated = (courses["arm"] == "programme").to_numpy()

    size = len(population)
    first_stay = np.full(size, NEVER)
    np.minimum.at(first_stay, stays["number"].to_numpy(), stays["start"].to_numpy())
    decided = np.zeros(size, dtype=np.int64)
    decided[evictions["number"].to_numpy()] = evictions["outcome_on"].to_numpy()
    retained = (decided[number] > enrolled) & (first_stay[number] > enrolled)
    courses["pathway"] = np.where(retained, "retained_home", "new_home")

    withdrew = quota(rng, n, 0.06)
    again = np.zeros(n, dtype=bool)
    again[np.flatnonzero(withdrew)[quota(rng, int(withdrew.sum()), 0.4)]] = True
    courses["withdrew_on"] = np.where(withdrew & treated, enrolled + between(rng, 15, 110, n), NEVER)
    courses["again"] = np.where(again & treated, courses["withdrew_on"] + between(rng, 40, 160, n), NEVER)
    died = quota(rng, n, 0.015) & ~withdrew
    courses["died"] = np.where(died, enrolled + between(rng, 60, 600, n), NEVER)

    wait = np.where(retained, between(rng, 10, 90, n), between(rng, 25, 170, n))
    last_enrolled = np.where(withdrew, courses["again"], enrolled)
    placed = np.where(treated & (last_enrolled < NEVER), last_enrolled + wait, NEVER)
    courses["placed"] = np.where(placed < courses["died"], placed, NEVER)
    late = np.where(rng.random(n) < 0.1, between(rng, 1, 3, n), 0)
    spared_from = np.where(retained & ~withdrew, enrolled, courses["placed"] + late)
    courses["spared_from"] = np.where(courses["placed"] < NEVER, spared_from, NEVER)
    courses["guarded_to"] = np.where(courses["placed"] < NEVER, courses["placed"] + between(rng, 30, 150, n), NEVER)
    return courses


def end_with_death(courses: pd.DataFrame, stays: pd.DataFrame, size: int) -> pd.DataFrame:
    """Stays as far as their household lives; with the programme or without, a death is the same."""
    died = spread(courses, "died", size)[stays["number"].to_numpy()]
    return without_interval(stays, died, np.full(len(stays), NEVER))


def apply_effect(spec: CitySpec, courses: pd.DataFrame, stays: pd.DataFrame, size: int) -> pd.DataFrame:
    """The stays as they are with the programme; those of households that it does not reach are untouched.

    From `spared_from` to `guarded_to` nobody is in temporary accommodation. Afterwards households are chosen at random
    whose further nights are spared, first for months up to 12, then for those after, until the means of the spec hold.
    """
    rng = spec.rng("effect")
    treated = int((courses["arm"] == "programme").sum())
    enrolled = spread(courses, "enrolled", size)
    begin, guarded_to = spread(courses, "spared_from", size), spread(courses, "guarded_to", size)
    year_1, year_2 = add_months(enrolled, 12), add_months(enrolled, 24)
    later = np.maximum(guarded_to, year_1)
    never = np.full(size, NEVER)

    guarded = _spare(stays, begin, guarded_to)
    base = nights(stays, enrolled, year_1) - nights(guarded, enrolled, year_1)
    extra = nights(guarded, enrolled, year_1) - nights(_spare(guarded, guarded_to, later), enrolled, year_1)
    helped = _enough(rng, extra, spec.nights_avoided_12m * treated - base.sum(), extra == 0)
    first = _spare(guarded, np.where(helped, guarded_to, NEVER), np.where(helped, later, NEVER))

    base = nights(stays, enrolled, year_2) - nights(first, enrolled, year_2)
    extra = nights(first, year_1, year_2) - nights(_spare(first, later, never), year_1, year_2)
    helped = _enough(rng, extra, spec.nights_avoided_24m * treated - base.sum(), helped)
    return _spare(first, np.where(helped, later, NEVER), never)


def _spare(stays: pd.DataFrame, start: np.ndarray, end: np.ndarray) -> pd.DataFrame:
    """The stays less [start, end), which are given per household."""
    number = stays["number"].to_numpy()
    return without_interval(stays, start[number], end[number])


def _enough(rng: np.random.Generator, extra: np.ndarray, target: float, preferred: np.ndarray) -> np.ndarray:
    """A random choice of households, preferred ones first, whose extra nights add up to the target or come closest."""
    able = rng.permutation(np.flatnonzero(extra > 0))
    able = able[np.argsort(~preferred[able], kind="stable")]
    sums = np.concatenate([[0], np.cumsum(extra[able])])
    chosen = extra == 0
    chosen[able[: int(np.argmin(np.abs(sums - target)))]] = True
    return chosen
