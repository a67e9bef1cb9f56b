"""Synthetic cities for the savings models: their extracts, as dbt gets them and as the reference reads them."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from expectations.contract import load_contracts
from orchestration.settings import Settings
from orchestration.synthetic import CitySpec, chamber_frames
from orchestration.synthetic.households import household_ids
from orchestration.synthetic.simulate import City
from orchestration.synthetic.spec import day
from orchestration.synthetic.stays import cost
from reference.savings import Registers, Terms

Frames = dict[tuple[str, str], pd.DataFrame]


def chamber(changed: Mapping[str, object] | None = None) -> Frames:
    """The sample's Chamber tables, some parameters changed."""
    frames = chamber_frames(load_contracts(Settings().contracts))
    parameters = frames["chamber", "measurement_parameters"]
    for name, value in (changed or {}).items():
        assert (parameters["name"] == name).sum() == 1, name
        parameters.loc[parameters["name"] == name, "value"] = str(value)
    return frames


def rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """A frame's rows: dates as dates, decimals as texts that fractions read, missing values as none."""
    made = []
    for record in frame.to_dict("records"):
        one: dict[str, Any] = {}
        for name, value in record.items():
            if pd.isna(value):
                one[str(name)] = None
            elif isinstance(value, pd.Timestamp):
                one[str(name)] = value.date()
            elif isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
                one[str(name)] = date.fromisoformat(value)
            else:
                one[str(name)] = repr(float(value)) if isinstance(value, float) else value
        made.append(one)
    return made


def registers(frames: Frames, as_of: date, terms: Terms) -> Registers:
    """What the reference reads of the frames."""
    read = {extract: rows(frame) for (_, extract), frame in frames.items() if extract != "measurement_parameters"}
    index = {row["month"]: Fraction(row["index_value"]) for row in read["price_index"]}
    return Registers(
        as_of, read["households"], read["temporary_stays"], read["waiting_list"], read["evictions"], read["enrolments"],
        read["tenancies"], read["savings_baselines"], read["unit_costs"], index, terms,
    )  # fmt: skip


def true_saving(city: City, windows: list[tuple[str, date, date]]) -> float:
    """What the programme truly spared the City in these households' windows, per household."""
    spec: CitySpec = city.spec
    number = {name: place for place, name in enumerate(household_ids(spec))}
    start, end = np.zeros(spec.households, dtype=np.int64), np.zeros(spec.households, dtype=np.int64)
    for name, first, until in windows:
        start[number[name]], end[number[name]] = day(first), day(until)
    spared = cost(city.stays_without_programme, start, end) - cost(city.stays, start, end)
    return float(spared.sum()) / len(windows)
