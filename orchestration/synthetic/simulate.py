"""Put a city together: from the simulated subjects to one canonical frame per extract, as known on the reference date.

What belongs here: the order of the steps, the cut to what is known, and the identifiers. No subject matter.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from orchestration.synthetic import follow_up, homes, programme
from orchestration.synthetic.households import (
    draw_applications,
    draw_evictions,
    draw_population,
    household_ids,
    households_frame,
)
from orchestration.synthetic.pilot import (
    pilot_courses,
    pilot_rows,
    pilot_stays,
    pilot_stays_without,
    put_pilot_first,
)
from orchestration.synthetic.spec import CitySpec, day
from orchestration.synthetic.stays import draw_stays, stays_frame

Frames = dict[tuple[str, str], pd.DataFrame]


@dataclass(frozen=True)
class City:
    """A simulated city with both courses of its stays; `courses` has one row per household of either arm."""

    spec: CitySpec
    frames: Frames
    courses: pd.DataFrame
    stays: pd.DataFrame
    stays_without_programme: pd.DataFrame


@dataclass(frozen=True)
class Known:
    """How one extract is cut to the reference date and named.

    `first` is the day a row comes to be; every date in `later` is empty until it has come, and takes the columns
    beside it back to the value given.
    """

    source: str
    key: str
    prefix: str
    first: str
    later: Mapping[str, Mapping[str, str | None]]


EXTRACTS = {
    "households": Known("municipality", "household_id", "", "registered_on", {}),
    "waiting_list": Known("municipality", "application_id", "D", "applied_on", {"closed_on": {"status": "waiting"}}),
    "temporary_stays": Known("municipality", "stay_id", "S", "checked_in_on", {"checked_out_on": {}}),
    "evictions": Known("municipality", "eviction_id", "P", "ordered_on", {"outcome_on": {"outcome": "pending"}}),
    "enrolments": Known(
        "provider",
        "enrolment_id",
        "E",
        "enrolled_on",
        {"exited_on": {"exit_reason": None, "exit_destination": None}},
    ),
    "dwellings": Known(
        "provider",
        "dwelling_id",
        "A",
        "acquired_on",
        {"vacant_since": {}, "available_from": {}, "withdrawn_on": {}},
    ),
    "tenancies": Known("provider", "tenancy_id", "T", "started_on", {"ended_on": {"end_reason": None}}),
    "support_activities": Known("support", "activity_id", "AT", "performed_on", {}),
    "assessments": Known("support", "assessment_id", "V", "assessed_on", {}),
    "outcome_events": Known("support", "event_id", "O", "achieved_on", {}),
    "programme_costs": Known("finance", "", "", "month", {}),
    "grant_drawdowns": Known("finance", "drawdown_id", "R", "received_on", {}),
}


def build_city(spec: CitySpec) -> City:
    """Simulate one city; the same spec gives the same city."""
    population = draw_population(spec)
    evictions = draw_evictions(spec, population)
    without = draw_stays(spec, population, evictions)
    courses = programme.draw_courses(spec, population, evictions, without)
    without = programme.end_with_death(courses, without, spec.households)
    stays = programme.apply_effect(spec, courses, without, spec.households)
    courses = homes.settle(spec, courses, stays)
    placed = programme.spread(courses, "placed", spec.households)
    applications = draw_applications(spec, population, placed)
    evictions = homes.evictions_with_programme(spec, courses, evictions)
    tenancies = homes.tenancies_frame(spec, courses, population)
    tenancies = tenancies[tenancies["started_on"] <= day(spec.reference_date)].reset_index(drop=True)
    tenancies["dwelling"] = homes.assign_dwellings(tenancies)
    dwellings = homes.dwellings_frame(spec, tenancies, day(spec.reference_date))

    parts = {
        "households": households_frame(population),
        "waiting_list": applications.rename(
            columns={"applied": "applied_on", "closed": "closed_on", "points": "priority_points"}
        ),
        "evictions": evictions.rename(columns={"ordered": "ordered_on"}),
        "enrolments": homes.enrolments_frame(courses),
        "tenancies": tenancies.drop(columns="has_dwelling"),
        "dwellings": dwellings,
    }
    if spec.has_pilot:
        own = pilot_rows("dwellings")
        parts["dwellings"] = pd.concat([own, dwellings.assign(dwelling=dwellings["dwelling"] + len(own))])
        shifted = tenancies["dwelling"].where(tenancies["dwelling"] < 0, tenancies["dwelling"] + len(own))
        parts["tenancies"] = parts["tenancies"].assign(dwelling=shifted)
        for extract in ("households", "waiting_list", "evictions", "enrolments", "tenancies"):
            parts[extract] = put_pilot_first(pilot_rows(extract), parts[extract])
        courses = put_pilot_first(pilot_courses(), courses)
        stays = put_pilot_first(pilot_stays(), stays)
        without = put_pilot_first(pilot_stays_without(), without)
    parts["temporary_stays"] = stays_frame(stays)
    parts |= _follow_up(spec, courses, parts["households"], stays, parts["tenancies"])
    return City(spec, _canonical(spec, parts), courses, stays, without)


def simulate(spec: CitySpec) -> Frames:
    """The canonical frames of a city's own extracts (the Chamber's are tables, see `deliver.write_chamber`)."""
    return build_city(spec).frames


def _follow_up(
    spec: CitySpec, courses: pd.DataFrame, households: pd.DataFrame, stays: pd.DataFrame, tenancies: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """What partners write down; money is spent from three months before the first enrolment on."""
    end = day(spec.reference_date)
    opens = max(day(spec.starts_on), min(courses["enrolled"].min(), end) - 90) if len(courses) else end
    months = np.arange(
        np.datetime64(int(opens), "D").astype("datetime64[M]"), np.datetime64(spec.reference_date, "M") + 1
    )
    months = months.astype("datetime64[D]").astype(np.int64)
    return {
        "support_activities": follow_up.activities_frame(spec, courses, end),
        "assessments": follow_up.assessments_frame(spec, courses, households, stays, tenancies),
        "outcome_events": follow_up.outcomes_frame(spec, courses),
        "programme_costs": follow_up.costs_frame(spec, months),
        "grant_drawdowns": follow_up.drawdowns_frame(spec, months),
    }


def _canonical(spec: CitySpec, parts: dict[str, pd.DataFrame]) -> Frames:
    """Cut every extract to the reference date, turn days into dates and numbers into identifiers."""
    end, ids = day(spec.reference_date), household_ids(spec)
    frames: Frames = {}
    for extract, known in EXTRACTS.items():
        rows = parts[extract]
        rows = rows[rows[known.first] <= end].copy()
        for column, dependents in known.later.items():
            ahead = (rows[column] > end).to_numpy()
            for dependent, value in dependents.items():
                rows[dependent] = rows[dependent].astype(object).mask(ahead, value)
        for column in (known.first, *known.later):
            days = rows[column].to_numpy()
            dates = np.where(days > end, np.datetime64("NaT"), days.astype("datetime64[D]"))
            rows[column] = dates.astype("datetime64[s]")
        if "dwelling" in rows:
            rows["dwelling_id"] = _names("A", rows.pop("dwelling"), 1)
        if "number" in rows:
            rows.insert(0, "household_id", ids[rows.pop("number").to_numpy()])
        order = [c for c in (known.first, "household_id", "dwelling_id", "category") if c in rows]
        rows = rows.sort_values(["household_id"] if extract == "households" else order, kind="stable")
        if known.prefix and known.key not in rows:
            rows.insert(0, known.key, _names(known.prefix, pd.Series(np.arange(len(rows))), 1))
        frames[known.source, extract] = rows.reset_index(drop=True)
    return frames


def _names(prefix: str, numbers: pd.Series, start: int) -> np.ndarray:
    """Identifiers such as S-000012, empty where the number is negative or missing."""
    wanted = numbers.fillna(-1).astype(np.int64)
    return np.array([f"{prefix}-{n + start:06d}" if n >= 0 else None for n in wanted], dtype=object)
