"""What a synthetic city is asked to be, and the day arithmetic its simulation shares.

Inside the simulation a date is a whole number of days since 1970-01-01; `NEVER` stands for a day that does not come.
Frames that leave the simulation hold dates instead. Everything random comes from `CitySpec.rng`, one independent
stream per subject, so that a change in one subject leaves the others as they were.
"""

import zlib
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from orchestration.errors import UsageError

NEVER = 10**6
PILOT_HOUSEHOLDS = 18
PILOT_STARTS_ON = date(2022, 9, 1)
PILOT_ENDS_ON = date(2023, 7, 31)
REPLICATION_STARTS_ON = date(2023, 9, 1)
DEFAULT_SEED = 20220901


def day(value: date) -> int:
    """Days since 1970-01-01."""
    return value.toordinal() - date(1970, 1, 1).toordinal()


def add_months(days: np.ndarray, months: int) -> np.ndarray:
    """The same day of the month `months` later, clamped to that month's end."""
    start = days.astype("datetime64[D]")
    month = start.astype("datetime64[M]")
    length = ((month + months + 1).astype("datetime64[D]") - (month + months).astype("datetime64[D]")).astype(np.int64)
    in_month = np.minimum((start - month.astype("datetime64[D]")).astype(np.int64), length - 1)
    return (month + months).astype("datetime64[D]").astype(np.int64) + in_month


@dataclass(frozen=True)
class CitySpec:
    """Size, window, seed and true effect of one synthetic city.

    `nights_avoided_12m` and `nights_avoided_24m` are the mean nights in temporary accommodation that the programme
    spares a household of the replication phase in the 12 and 24 months after enrolment. They hold up to the nights of
    one household as long as there are that many nights to spare; `truth` says what came of it.
    """

    households: int = 600
    months: int = 36
    seed: int = DEFAULT_SEED
    starts_on: date = date(2022, 1, 1)
    programme_share: float = 0.15
    comparison_share: float = 0.0
    nights_avoided_12m: float = 50.0
    nights_avoided_24m: float = 70.0
    mean_stay_nights: int = 60
    missing_share: float = 0.08

    def __post_init__(self) -> None:
        if self.households < 2 * PILOT_HOUSEHOLDS:
            raise UsageError(f"A synthetic city has at least {2 * PILOT_HOUSEHOLDS} households.")
        if self.months < 1 or self.starts_on.day != 1:
            raise UsageError("A synthetic city covers at least one month and starts on the first of a month.")
        if self.seed < 0:
            raise UsageError("The seed of a synthetic city is not negative.")
        if min(self.programme_share, self.comparison_share) < 0 or self.programme_share + self.comparison_share > 0.9:
            raise UsageError("Programme and comparison arm together take at most nine tenths of a synthetic city.")

    @property
    def reference_date(self) -> date:
        """Last day of the window: every extract is complete up to it."""
        end = add_months(np.array([day(self.starts_on)]), self.months)[0] - 1
        return date.fromordinal(int(end) + date(1970, 1, 1).toordinal())

    @property
    def has_pilot(self) -> bool:
        """Whether the window covers the pilot's months."""
        return self.starts_on <= PILOT_STARTS_ON and self.reference_date >= PILOT_ENDS_ON

    @property
    def enrolment_starts_on(self) -> int:
        """First possible enrolment (as a day) outside the pilot."""
        if self.has_pilot:
            return day(REPLICATION_STARTS_ON)
        return int(add_months(np.array([day(self.starts_on)]), self.months // 3)[0])

    def rng(self, subject: str) -> np.random.Generator:
        """The random stream of one subject."""
        return np.random.default_rng([self.seed, zlib.crc32(subject.encode())])


def between(rng: np.random.Generator, low: int, high: int, size: int) -> np.ndarray:
    """Whole numbers from `low` to `high`, both included."""
    return rng.integers(low, high + 1, size)


def quota(rng: np.random.Generator, size: int, share: float) -> np.ndarray:
    """A mask that is true for exactly this share of `size`, and at least once where there is anything to choose."""
    chosen = np.zeros(size, dtype=bool)
    if size and share:
        chosen[rng.permutation(size)[: max(1, round(share * size))]] = True
    return chosen


def pick(rng: np.random.Generator, shares: dict[str, float], size: int) -> np.ndarray:
    """Categories drawn with the given shares."""
    names = np.array(list(shares), dtype=object)
    return names[rng.choice(len(names), size, p=np.array(list(shares.values())) / sum(shares.values()))]


def holes(rng: np.random.Generator, values: np.ndarray, share: float) -> pd.api.extensions.ExtensionArray:
    """The values with a share of them missing."""
    column = pd.Series(values)
    if column.dtype.kind == "i":
        column = column.astype("Int64")
    return column.mask(rng.random(len(column)) < share).array
