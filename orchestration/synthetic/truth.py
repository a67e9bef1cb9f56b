"""The true effect of the programme in a synthetic city, from both courses of the same households.

Estimates of the pipeline (saving by contract baseline, before and after, comparison group) can be held against it.
"""

from typing import Any

import numpy as np

from orchestration.synthetic.simulate import City, build_city
from orchestration.synthetic.spec import PILOT_HOUSEHOLDS, CitySpec, add_months, day
from orchestration.synthetic.stays import cost, nights

WINDOWS = (12, 24)


def truth(spec: CitySpec) -> dict[str, Any]:
    """Mean nights and city's cost of temporary accommodation with and without the programme, and what it spared."""
    return truth_of(build_city(spec))


def truth_of(city: City) -> dict[str, Any]:
    """The same for a city that has been simulated already.

    One entry per window after enrolment and group: `all` enrolled households, and those `fully_observed` by the
    reference date (window complete, no death in it), which are the ones an estimate can know.
    """
    spec, courses = city.spec, city.courses[city.courses["arm"] == "programme"]
    size, number = spec.households, courses["number"].to_numpy()
    start = np.zeros(size, dtype=np.int64)
    start[number] = courses["enrolled"]
    first = PILOT_HOUSEHOLDS if spec.has_pilot else 0
    phases = {
        "programme": np.ones(len(number), dtype=bool),
        "pilot": number < first,
        "replication": number >= first,
    }
    result: dict[str, Any] = {}
    for months in WINDOWS:
        end = np.where(start > 0, add_months(start, months), 0)
        measures = {
            "nights": (nights(city.stays_without_programme, start, end), nights(city.stays, start, end)),
            "cost_eur": (cost(city.stays_without_programme, start, end), cost(city.stays, start, end)),
        }
        observed = (end[number] <= day(spec.reference_date)) & (courses["died"].to_numpy() >= end[number])
        result[f"{months}_months"] = {
            phase: {"all": _means(measures, number[mask]), "fully_observed": _means(measures, number[mask & observed])}
            for phase, mask in phases.items()
        }
    return {
        "synthetic": True,
        "seed": spec.seed,
        "households": spec.households,
        "starts_on": spec.starts_on.isoformat(),
        "reference_date": spec.reference_date.isoformat(),
        "by_design_replication": {
            "nights_avoided_12m": spec.nights_avoided_12m,
            "nights_avoided_24m": spec.nights_avoided_24m,
        },
        "effect": result,
    }


def _means(measures: dict[str, tuple[np.ndarray, np.ndarray]], number: np.ndarray) -> dict[str, float | int]:
    means: dict[str, float | int] = {"households": len(number)}
    if len(number):
        for name, (without, observed) in measures.items():
            means[f"mean_{name}_without"] = round(float(without[number].mean()), 4)
            means[f"mean_{name}_with"] = round(float(observed[number].mean()), 4)
            means[f"mean_{name}_avoided"] = round(float((without - observed)[number].mean()), 4)
    return means
