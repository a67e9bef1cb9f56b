"""The time between two deliveries, in which something happens to the town; what happens stands beside this."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd
from reference.days import months_after

from year.town import Town


@dataclass(frozen=True)
class Turn:
    """Two deliveries, between which something happens."""

    town: Town
    before: date
    today: date

    def later(self) -> date:
        """A day from which new terms bind: soon, in the middle of a month or on its first."""
        free = self.today + timedelta(days=self.town.random.randint(1, 75))
        return self.town.random.choice((free, months_after(self.today.replace(day=1), self.town.random.randint(1, 3))))

    def between(self) -> date:
        """A day that the next delivery is the first to know of."""
        return self.today - timedelta(days=self.town.random.randrange((self.today - self.before).days))

    def row(self, extract: str, *, ended: str | None = None, of_programme: bool = True) -> int | None:
        """A row that was delivered before, ended by then where it is asked for; of the programme where there is one."""
        frame = self.town.frames[extract]
        places = self.town.rows_known(extract, self.before)
        if ended:
            places = [place for place in places if value(frame, place, ended) <= pd.Timestamp(self.before)]
        if of_programme:
            enrolled = set(self.town.frames["enrolments"]["household_id"])
            places = [place for place in places if value(frame, place, "household_id") in enrolled] or places
        return self.town.random.choice(places) if places else None


def value(frame: pd.DataFrame, place: int, column: str) -> Any:
    return frame.at[place, column]


def write(frame: pd.DataFrame, place: int, column: str, written: Any) -> None:
    frame.at[place, column] = written


Kind = Callable[[Turn], bool]
