"""Nights in temporary accommodation: the stays a city would pay for without the programme, and how to count them.

A stay is a half-open interval of days, [start, end). Stays of one household may touch and overlap, as in a real
register; `nights` merges them before counting. `cost` does not, because every stay is paid.
"""

import numpy as np
import pandas as pd

from orchestration.synthetic.spec import NEVER, CitySpec, between, holes, pick

KINDS = {"hotel": 0.5, "residence": 0.25, "shelter": 0.15, "shared_apartment": 0.1}
ETHOS = {"hotel": "3.2", "residence": "4.1", "shelter": "3.1", "shared_apartment": "4.2"}
CHANCE = {"none": 0.65, "partial": 0.45, "sufficient": 0.25}


def draw_stays(spec: CitySpec, population: pd.DataFrame, evictions: pd.DataFrame) -> pd.DataFrame:
    """One row per stay as it would be without the programme, also beyond the city's window."""
    rng, n = spec.rng("stays"), len(population)
    executed = np.full(n, NEVER)
    done = evictions[evictions["outcome"] == "executed"]
    executed[done["number"].to_numpy()] = done["outcome_on"].to_numpy()
    crisis = population["crisis_on"].to_numpy()
    chance = population["capacity"].map(CHANCE).to_numpy(dtype=float)
    enters = rng.random(n) < np.where(executed < NEVER, 0.9, chance)
    start = np.where(executed < NEVER, executed, crisis + between(rng, 0, 90, n))
    end = start + 3 + rng.gamma(1.6, 120, n).astype(np.int64)
    again_start = end + between(rng, 40, 240, n)
    again_end = again_start + 3 + rng.gamma(1.5, 80, n).astype(np.int64)
    first = pd.DataFrame({"number": np.arange(n), "start": start, "end": end})[enters]
    again = pd.DataFrame({"number": np.arange(n), "start": again_start, "end": again_end})
    again = again[enters & (rng.random(n) < 0.4)]
    pieces = _split(spec, pd.concat([first, again], ignore_index=True), rng)
    return _furnish(spec, pieces, population, rng)


def _split(spec: CitySpec, episodes: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Cut long episodes into stays that touch, overlap by some days or leave a short gap."""
    start, end = episodes["start"].to_numpy(), episodes["end"].to_numpy()
    length = end - start
    count = 1 + (length / (spec.mean_stay_nights * rng.uniform(0.7, 1.4, len(episodes)))).astype(np.int64)
    count = np.minimum(count, length)
    of = np.repeat(np.arange(len(episodes)), count)
    nth = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count)
    begins = start[of] + nth * length[of] // count[of]
    ends = start[of] + (nth + 1) * length[of] // count[of]
    joint = pick(rng, {"touch": 0.7, "overlap": 0.12, "gap": 0.18}, len(of))
    shift = np.select([joint == "overlap", joint == "gap"], [between(rng, 1, 4, len(of)), -between(rng, 1, 6, len(of))])
    ends = np.where(nth < count[of] - 1, np.maximum(ends + shift, begins + 1), ends)
    return pd.DataFrame({"number": episodes["number"].to_numpy()[of], "start": begins, "end": ends})


def _furnish(spec: CitySpec, stays: pd.DataFrame, population: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Add kind, ETHOS code, persons, cost and co-payment a night; money is in euros with two decimals."""
    n = len(stays)
    of = population.iloc[stays["number"].to_numpy()]
    members = of["members"].to_numpy()
    kind = pick(rng, KINDS, n)
    base = np.select([members <= 2, members <= 4], [56.0, 82.0], 112.0)
    cost = np.round(base * np.where(kind == "shelter", 0.5, 1.0) * rng.uniform(0.85, 1.15, n), 2)
    short = (stays["end"] - stays["start"] <= 8).to_numpy() & (members >= 5) & (kind == "hotel")
    cost = np.where(short, np.round(1000 + cost, 2), cost)
    pays = (of["capacity"] != "none").to_numpy() & (rng.random(n) < 0.5)
    return stays.assign(
        kind=kind,
        ethos=holes(rng, pd.Series(kind).map(ETHOS).to_numpy(), 2 * spec.missing_share),
        persons=members,
        nightly=cost,
        copayment=np.where(pays, np.round(rng.uniform(1, 9, n), 2), 0.0),
    )


def without_interval(stays: pd.DataFrame, start: np.ndarray, end: np.ndarray) -> pd.DataFrame:
    """The stays less the days in [start, end), which are given per stay; a stay may be cut in two."""
    left = stays.assign(end=np.minimum(stays["end"], start))
    right = stays.assign(start=np.maximum(stays["start"], end))
    both = pd.concat([left.assign(half=0), right[(end > start)].assign(half=1)])
    both = both[both["end"] > both["start"]]
    return both.sort_values(["number", "start", "half"], kind="stable").drop(columns="half").reset_index(drop=True)


def nights(stays: pd.DataFrame, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Nights of every household (by number) in its window [start, end), overlapping stays counted once."""
    number = stays["number"].to_numpy()
    clipped = pd.DataFrame(
        {
            "number": number,
            "start": np.maximum(stays["start"].to_numpy(), start[number]),
            "end": np.minimum(stays["end"].to_numpy(), end[number]),
        }
    )
    clipped = clipped[clipped["end"] > clipped["start"]].sort_values(["number", "start"], kind="stable")
    reached = clipped.groupby("number")["end"].cummax().groupby(clipped["number"]).shift(fill_value=-NEVER)
    fresh = (clipped["end"] - np.maximum(clipped["start"], reached)).clip(lower=0)
    return np.bincount(clipped["number"], weights=fresh, minlength=len(start)).astype(np.int64)


def cost(stays: pd.DataFrame, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Euros the city pays for every household (by number) in its window [start, end)."""
    number = stays["number"].to_numpy()
    days = np.minimum(stays["end"].to_numpy(), end[number]) - np.maximum(stays["start"].to_numpy(), start[number])
    paid = np.maximum(days, 0) * (stays["nightly"] - stays["copayment"]).to_numpy()
    return np.round(np.bincount(number, weights=paid, minlength=len(start)), 2)


def stays_frame(stays: pd.DataFrame) -> pd.DataFrame:
    """municipality.temporary_stays: one row per stay."""
    return stays.rename(
        columns={
            "kind": "accommodation_type",
            "ethos": "ethos_code",
            "start": "checked_in_on",
            "end": "checked_out_on",
            "nightly": "nightly_cost_eur",
            "copayment": "household_copayment_eur",
        }
    )
