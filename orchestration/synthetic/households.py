"""Who lives in the city: households, their crisis, their court cases and their applications, without the programme.

No programme here: `programme.py` says what it changes. One row per household throughout, number = index.
"""

import hashlib

import numpy as np
import pandas as pd

from orchestration.synthetic.spec import NEVER, PILOT_HOUSEHOLDS, CitySpec, between, day, holes, pick

SIZES = {1: 0.27, 2: 0.22, 3: 0.19, 4: 0.16, 5: 0.09, 6: 0.04, 7: 0.02, 8: 0.01}
CAPACITIES = {"none": 0.4, "partial": 0.5, "sufficient": 0.1}
CHANNELS = {"locare": 0.3, "emergency_commission": 0.35, "social_services": 0.2, "court": 0.1, "other": 0.05}
ISEE_BANDS = {"0-3000": 0.35, "3000-6000": 0.3, "6000-9000": 0.2, "9000-15000": 0.15}


def household_ids(spec: CitySpec) -> np.ndarray:
    """The pseudonym of every household: h_ and 24 hex digits of a hash of its number, keyed with the seed."""
    key = f"homes4all-synthetic-{spec.seed}".encode()
    return np.array(
        [
            "h_" + hashlib.blake2b(str(number).encode(), key=key, digest_size=12).hexdigest()
            for number in range(spec.households)
        ],
        dtype=object,
    )


def draw_population(spec: CitySpec) -> pd.DataFrame:
    """One row per household: its traits, its phase and arm, and the day its crisis led it to apply (`crisis_on`).

    Phase and arm are drawn independently of everything else, so that households of every arm are alike.
    """
    n, rng, end = spec.households, spec.rng("population"), day(spec.reference_date)
    members = np.asarray(pick(rng, {str(k): v for k, v in SIZES.items()}, n)).astype(np.int64)
    population = pd.DataFrame(
        {
            "members": members,
            "minors": rng.binomial(members - 1, 0.5),
            "disabled": rng.binomial(members, 0.07),
            "capacity": pick(rng, CAPACITIES, n),
            "channel": pick(rng, CHANNELS, n),
            "isee_band": holes(rng, pick(rng, ISEE_BANDS, n), spec.missing_share),
            "district": between(rng, 1, 8, n),
        }
    )
    population["arm"] = _arms(spec)
    first = spec.enrolment_starts_on
    enrolled = between(rng, min(first, end), end, n)
    population["enrolled"] = np.where(population["arm"].isin(["programme", "comparison"]), enrolled, NEVER)
    in_register = between(rng, day(spec.starts_on) - 120, end, n)
    population["crisis_on"] = np.where(
        population["enrolled"] < NEVER, population["enrolled"] - between(rng, 8, 150, n), in_register
    )
    population["registered"] = population["crisis_on"] - between(rng, 0, 7, n)
    return population


def _arms(spec: CitySpec) -> np.ndarray:
    """pilot, programme (replication), comparison or none; pseudonyms hide the order of the numbers."""
    arms = np.full(spec.households, "none", dtype=object)
    start = PILOT_HOUSEHOLDS if spec.has_pilot else 0
    arms[:start] = "pilot"
    if spec.enrolment_starts_on <= day(spec.reference_date):
        programme = start + round(spec.programme_share * spec.households)
        arms[start:programme] = "programme"
        arms[programme : programme + round(spec.comparison_share * spec.households)] = "comparison"
    return arms


def draw_evictions(spec: CitySpec, population: pd.DataFrame) -> pd.DataFrame:
    """One row per eviction procedure as it would go without the programme."""
    rng = spec.rng("evictions")
    ordered = np.flatnonzero(rng.random(len(population)) < 0.55)
    crisis = population["crisis_on"].to_numpy()[ordered]
    outcome = pick(rng, {"executed": 0.5, "averted": 0.15, "withdrawn": 0.1, "pending": 0.25}, len(ordered))
    return pd.DataFrame(
        {
            "number": ordered,
            "ordered": crisis - between(rng, 20, 180, len(ordered)),
            "outcome": outcome,
            "outcome_on": np.where(outcome == "pending", NEVER, crisis + between(rng, 5, 240, len(ordered))),
        }
    )


def draw_applications(spec: CitySpec, population: pd.DataFrame, placed: np.ndarray) -> pd.DataFrame:
    """One row per application; that of a placed household is closed as assigned when it is placed.

    Some households apply to more than one list, some never; some applications are closed before the enrolment.
    """
    n, rng = len(population), spec.rng("applications")
    crisis, enrolled = population["crisis_on"].to_numpy(), population["enrolled"].to_numpy()
    fate = pick(rng, {"waiting": 0.6, "assigned": 0.15, "rejected": 0.15, "withdrawn": 0.1}, n)
    closed = np.where(fate == "waiting", NEVER, crisis + between(rng, 90, 800, n))
    is_enrolled = enrolled < NEVER
    early = rng.random(n) < 0.1
    fate = np.where(is_enrolled, np.where(early, "rejected", np.where(placed < NEVER, "assigned", "waiting")), fate)
    decided = np.where(early, np.maximum(crisis, enrolled - between(rng, 1, 60, n)), placed + between(rng, 0, 30, n))
    closed = np.where(is_enrolled, np.where(fate == "waiting", NEVER, decided), closed)
    first = pd.DataFrame(
        {
            "number": np.arange(n),
            "list_type": pick(rng, {"emergency": 0.5, "erp": 0.25, "locare": 0.25}, n),
            "applied": crisis,
            "status": fate,
            "closed": closed,
        }
    )[rng.random(n) < 0.93]
    again = np.flatnonzero(rng.random(n) < 0.2)
    second = pd.DataFrame(
        {
            "number": again,
            "list_type": "erp",
            "applied": crisis[again] + between(rng, -200, 60, len(again)),
            "status": "waiting",
            "closed": NEVER,
        }
    )
    rows = pd.concat([first, second], ignore_index=True)
    points = np.round(rng.gamma(6, 110, len(rows)), 2)
    return rows.assign(points=holes(rng, points, 0.2))


def households_frame(population: pd.DataFrame) -> pd.DataFrame:
    """municipality.households: one row per household."""
    return pd.DataFrame(
        {
            "number": population.index,
            "registered_on": population["registered"],
            "referral_channel": population["channel"],
            "members": population["members"],
            "minors": population["minors"],
            "members_with_disability": population["disabled"],
            "economic_capacity": population["capacity"],
            "isee_band": population["isee_band"],
            "district": population["district"],
        }
    )
