"""What happens in a city over the year, and what its registers say of it on a day."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
from reference.days import months_after

from expectations.contract import Contract, load_contracts
from orchestration.synthetic import CitySpec, chamber_frames, write_deliveries
from orchestration.synthetic.simulate import EXTRACTS, Known, build_city

STARTS_ON = date(2022, 10, 1)  # after the pilot, so that every household is drawn
FIRST_DAY = date(2024, 3, 31)
MONTHS = 13
LINKS = "household_links"
Frames = dict[str, pd.DataFrame]


def month_ends() -> Iterator[date]:
    """The days on which registers are delivered: the first, and thirteen months after it."""
    for number in range(MONTHS + 1):
        yield months_after(FIRST_DAY.replace(day=1), number + 1) - timedelta(days=1)


@dataclass
class Town:
    """The registers' rows of the whole year, as they are now known to have been, and the Chamber's tables."""

    seed: int
    households: int
    contracts_folder: Path
    frames: Frames = field(default_factory=dict)
    chamber: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    coming: list[tuple[date, str, pd.DataFrame]] = field(default_factory=list)
    links: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.contracts: Mapping[tuple[str, str], Contract] = load_contracts(self.contracts_folder)
        last = list(month_ends())[-1]
        months = (last.year - STARTS_ON.year) * 12 + last.month - STARTS_ON.month + 1
        spec = CitySpec(self.households, months, self.seed, STARTS_ON, programme_share=0.7)
        self.frames = {extract: frame for (_, extract), frame in build_city(spec).frames.items()}
        self.frames["households"]["registered_on"] = self._first_contact()
        for (_, extract), frame in chamber_frames(self.contracts).items():
            records = frame.astype(object).where(frame.notna(), None).to_dict("records")
            self.chamber[extract] = [{str(name): value for name, value in row.items()} for row in records]

    def _first_contact(self) -> pd.Series:
        """Nobody is in another register before being in that of households."""
        named = [
            frame[["household_id", EXTRACTS[extract].first]].set_axis(["household_id", "on"], axis=1)
            for extract, frame in self.frames.items()
            if "household_id" in frame
        ]
        first = pd.concat(named).groupby("household_id")["on"].min()
        return self.frames["households"]["household_id"].map(first)

    def known_on(self, day: date) -> Frames:
        """What a full snapshot of every extract says on a day."""
        for _, extract, late in [each for each in self.coming if each[0] <= day]:
            self.frames[extract] = pd.concat([self.frames[extract], late], ignore_index=True)
            self.coming = [each for each in self.coming if each[2] is not late]
        found = {extract: cut(frame, EXTRACTS[extract], day) for extract, frame in self.frames.items()}
        found["outcome_events"] = self._attested(found["outcome_events"])
        columns = {extract: [c.name for c in each.columns] for (_, extract), each in self.contracts.items()}
        for extract, records in self.chamber.items():
            wanted = dict.fromkeys([*columns[extract], *(name for row in records for name in row)])
            found[extract] = pd.DataFrame(records, columns=list(wanted), dtype=object)
        if self.links:
            found[LINKS] = pd.DataFrame(self.links)
        return found

    def _attested(self, events: pd.DataFrame) -> pd.DataFrame:
        """Nobody attests what is no outcome any more on its day."""
        codes = sorted(
            (str(row["valid_from"]), str(row["value"]).split(";"))
            for row in self.chamber["measurement_parameters"]
            if row["name"] == "outcome_codes"
        )
        days = events["achieved_on"].dt.date.astype(str)
        is_known = [
            code in next((known for since, known in reversed(codes) if since <= day), [])
            for day, code in zip(days, events["outcome_code"], strict=True)
        ]
        return events[is_known].reset_index(drop=True)

    def deliver(self, extracts: Frames, landing: Path, day: date) -> dict[str, Path]:
        """Write deliveries as their sources do; the file of each extract."""
        sources = {extract: source for source, extract in self.contracts}
        written = {}
        for extract, frame in extracts.items():
            named = {(sources[extract], extract): with_last_days(frame, self.contracts[sources[extract], extract])}
            (written[extract],) = write_deliveries(named, self.contracts, landing, day)
        return written

    def first(self, extract: str) -> str:
        """The column with the day on which a row comes to be."""
        return EXTRACTS[extract].first

    def key(self, extract: str) -> str:
        return EXTRACTS[extract].key

    def rows_known(self, extract: str, day: date) -> list[int]:
        """The rows that registers held on a day, by their place in the extract."""
        frame = self.frames[extract]
        return [int(place) for place in frame.index[frame[EXTRACTS[extract].first] <= pd.Timestamp(day)]]


def with_last_days(frame: pd.DataFrame, contract: Contract) -> pd.DataFrame:
    """A register's rows as its contract wants ends written: the day after, or the last day."""
    ends = [each.name for each in contract.columns if each.inclusive_end and each.name in frame]
    return frame.assign(**{name: frame[name] - pd.Timedelta(days=1) for name in ends})


def cut(frame: pd.DataFrame, known: Known, day: date) -> pd.DataFrame:
    """A register as it was on a day: later rows are not there, later dates and what goes with them are empty."""
    now = pd.Timestamp(day)
    rows = frame[frame[known.first] <= now].copy()
    for column, dependents in known.later.items():
        ahead = (rows[column] > now).to_numpy()
        for dependent, value in dependents.items():
            rows[dependent] = rows[dependent].astype(object).mask(ahead, value)
        rows[column] = rows[column].mask(ahead)
    return rows.reset_index(drop=True)
