"""What the programme's courses lead to: tenancies, dwellings, exits and what becomes of eviction procedures.

One row per tenancy, dwelling, enrolment or procedure; which nights are spared has been settled in `programme.py`.
"""

import numpy as np
import pandas as pd

from orchestration.synthetic.spec import NEVER, CitySpec, between, holes, pick, quota

PERMANENT = {"public_housing": 0.4, "private_lease": 0.35, "family_permanent": 0.2, "owned": 0.05}
UNCERTAIN = {"unknown": 0.5, "street": 0.2, "institution": 0.3}
PROVENANCE = {"private_vacant": 0.5, "leased": 0.25, "auction": 0.15, "donation": 0.1}


def settle(spec: CitySpec, courses: pd.DataFrame, stays: pd.DataFrame) -> pd.DataFrame:
    """The courses with the end of the first tenancy (`ended`, `end_reason`), its transfer, and the exit."""
    rng, n = spec.rng("homes"), len(courses)
    placed, died = courses["placed"].to_numpy(), courses["died"].to_numpy()
    guarded_to = courses.set_index("number")["guarded_to"]
    back = stays[stays["start"] >= stays["number"].map(guarded_to).fillna(NEVER)]
    lost = courses["number"].map(back.groupby("number")["start"].min()).fillna(NEVER).to_numpy(dtype=np.int64)

    free = (placed < NEVER) & (lost == NEVER) & (died == NEVER)
    leaves = free & quota(rng, n, 0.2)
    walks = free & ~leaves & quota(rng, n, 0.07)
    moves = free & ~leaves & ~walks & (courses["pathway"] == "retained_home").to_numpy() & quota(rng, n, 0.12)
    ended = np.select(
        [lost < NEVER, leaves, walks, moves],
        [
            lost - np.where(rng.random(n) < 0.5, between(rng, 1, 12, n), 0),
            placed + between(rng, 120, 600, n),
            placed + between(rng, 60, 500, n),
            placed + between(rng, 120, 400, n),
        ],
        NEVER,
    )
    ended = np.where(placed < NEVER, np.minimum(ended, died), NEVER)
    why = pick(rng, {"evicted": 0.5, "abandoned": 0.35, "other": 0.15}, n)
    reason = np.select([leaves, walks, moves], ["moved_permanent", "abandoned", "transferred"], why)
    courses = courses.assign(
        ended=ended, end_reason=np.where((ended == died) & (died < NEVER), "deceased", reason), transferred=moves
    )

    quits = (lost < NEVER) & (died == NEVER) & (rng.random(n) < 0.65)
    gone_early = (courses["withdrew_on"] < NEVER) & (courses["again"] == NEVER)
    exited = np.where(leaves | walks | quits, ended, died)
    done = pick(rng, {"completed": 0.65, "moved": 0.35}, n)
    stepped = pick(rng, {"withdrew": 0.7, "other": 0.3}, n)
    unsaid = rng.random(n) < spec.missing_share
    destination = np.select(
        [leaves, gone_early | walks, quits], [pick(rng, PERMANENT, n), pick(rng, UNCERTAIN, n), "temporary"], "unknown"
    ).astype(object)
    destination[(exited == NEVER) & ~gone_early | (died < NEVER) | unsaid] = None
    return courses.assign(
        exited=np.where(gone_early, courses["withdrew_on"], exited),
        exit_reason=np.select(
            [gone_early, leaves, walks, quits & (courses["end_reason"] == "evicted")],
            ["withdrew", done, stepped, "evicted"],
            np.where(died < NEVER, "deceased", "other"),
        ),
        exit_destination=destination,
    )


def enrolments_frame(courses: pd.DataFrame) -> pd.DataFrame:
    """provider.enrolments: one row per enrolment; who came back after withdrawing has two."""
    back = courses["again"] < NEVER
    columns = ["number", "arm", "enrolled_on", "pathway", "exited_on", "exit_reason", "exit_destination"]
    last = courses.assign(enrolled_on=courses["enrolled"].where(~back, courses["again"]), exited_on=courses["exited"])
    before = courses[back].assign(exit_reason="withdrew", exit_destination="unknown")
    before = before.assign(enrolled_on=before["enrolled"], exited_on=before["withdrew_on"])
    return pd.concat([last[columns], before[columns]], ignore_index=True)


def tenancies_frame(spec: CitySpec, courses: pd.DataFrame, population: pd.DataFrame) -> pd.DataFrame:
    """provider.tenancies: one row per tenancy; `has_dwelling` where the home is the programme's."""
    rng = spec.rng("tenancies")
    first = courses[courses["placed"] < NEVER]
    first = first.assign(started_on=first["placed"], has_dwelling=first["pathway"] == "new_home")
    second = first[first["transferred"]]
    second = second.assign(started_on=second["ended"], ended=NEVER, end_reason="other", has_dwelling=True)
    rows = pd.concat([first, second], ignore_index=True)
    n = len(rows)
    poor = (population["capacity"].to_numpy()[rows["number"].to_numpy()] == "none").astype(float)
    before = np.round(rng.normal(460, 70, n).clip(300), 2)
    saving = np.round(np.where(poor == 1, rng.normal(140, 35, n), rng.normal(45, 30, n)).clip(-20, 240), 2)
    return pd.DataFrame(
        {
            "number": rows["number"],
            "has_dwelling": rows["has_dwelling"],
            "started_on": rows["started_on"],
            "ended_on": rows["ended"],
            "end_reason": rows["end_reason"],
            "monthly_rent_eur": np.round(before - saving, 2),
            "previous_rent_eur_month": holes(rng, before, 1.5 * spec.missing_share),
        }
    )


def evictions_with_programme(spec: CitySpec, courses: pd.DataFrame, evictions: pd.DataFrame) -> pd.DataFrame:
    """municipality.evictions: retained homes avert theirs; tenancies that end in eviction bring a new procedure."""
    rng = spec.rng("averted")
    kept = courses[(courses["pathway"] == "retained_home") & (courses["placed"] < NEVER)].set_index("number")
    placed = evictions["number"].map(kept["placed"])
    open_then = placed.notna() & (evictions["outcome_on"] > evictions["number"].map(kept["enrolled"]))
    averted_on = placed + between(rng, 0, 40, len(evictions))
    rows = evictions.assign(
        outcome=evictions["outcome"].mask(open_then, "averted"),
        outcome_on=evictions["outcome_on"].mask(open_then, averted_on).astype(np.int64),
    )
    lost = courses[courses["end_reason"].eq("evicted") & (courses["ended"] < NEVER)]
    ordered = np.maximum(lost["placed"], lost["ended"] - between(rng, 30, 80, len(lost)))
    new = pd.DataFrame(
        {"number": lost["number"], "ordered": ordered, "outcome": "executed", "outcome_on": lost["ended"]}
    )
    return pd.concat([rows, new], ignore_index=True)


def assign_dwellings(tenancies: pd.DataFrame) -> np.ndarray:
    """The dwelling (a number) of every tenancy, -1 for a retained home.

    A dwelling that was given back is let again to the next household that moves in at least 30 days later.
    """
    homes = tenancies[tenancies["has_dwelling"]].sort_values(["started_on", "number"], kind="stable")
    start = homes["started_on"].to_numpy()
    end = homes["ended_on"].to_numpy()
    given_back = np.argsort(end, kind="stable")
    given_back = given_back[end[given_back] < NEVER]
    rank = np.arange(len(given_back))
    heir = np.maximum.accumulate(np.searchsorted(start, end[given_back] + 30) - rank, axis=0) + rank
    parent = np.arange(len(homes))
    taken = heir < len(homes)
    parent[heir[taken]] = given_back[taken]
    while not np.array_equal(parent[parent], parent):
        parent = parent[parent]
    dwelling = np.full(len(tenancies), -1)
    dwelling[tenancies.index.get_indexer(homes.index)] = np.unique(parent, return_inverse=True)[1]
    return dwelling


def dwellings_frame(spec: CitySpec, tenancies: pd.DataFrame, end: int) -> pd.DataFrame:
    """provider.dwellings: one row per dwelling, those let (in the order of their numbers) and some that wait."""
    rng = spec.rng("dwellings")
    let = tenancies[tenancies["dwelling"] >= 0].groupby("dwelling")["started_on"].min().to_numpy()
    spare = max(3, round(0.2 * len(let)))
    first_let = np.concatenate([let, between(rng, end - 500, end + 30, spare)])
    n = len(first_let)
    available = first_let - between(rng, 3, 75, n)
    acquired = available - between(rng, 20, 160, n)
    provenance = pick(rng, PROVENANCE, n)
    rooms = between(rng, 1, 4, n)
    area = np.round(18 + 19 * rooms + rng.normal(0, 6, n), 1)
    vacant = np.where((provenance == "leased") | (rng.random(n) < 0.1), NEVER, acquired - between(rng, 90, 1500, n))
    withdrawn = np.full(n, NEVER)
    withdrawn[len(let) :] = np.where(quota(rng, spare, 0.4), available[len(let) :] + 60, NEVER)
    return pd.DataFrame(
        {
            "dwelling": np.arange(n),
            "acquired_on": acquired,
            "provenance": provenance,
            "vacant_since": vacant,
            "available_from": available,
            "withdrawn_on": withdrawn,
            "district": between(rng, 1, 8, n),
            "floor_area_m2": holes(rng, area, spec.missing_share),
            "rooms": holes(rng, rooms, spec.missing_share),
            "market_rent_eur_month": holes(rng, np.round(6.9 * area + rng.normal(60, 25, n), 2), spec.missing_share),
        }
    )
