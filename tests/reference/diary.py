"""The dates of one invented household: on horizons, month ends and 29 February, on or beside dates it already has."""

from datetime import date, timedelta
from functools import cache

from hypothesis import strategies as st

from reference.days import DAY, months_after

FIRST_DAY = date(2021, 6, 1)
MONTHS = (-24, -12, -6, 6, 12, 24)
DAYS = (-731, -366, -365, -181, -1, 0, 0, 1, 2, 30, 179, 180, 181, 182, 364, 365, 366, 729, 730, 731, 732)
ANY_DAYS = st.one_of(st.sampled_from(DAYS), st.integers(-400, 800))


@cache
def days_back(as_of: date) -> st.SearchStrategy[date]:
    """Days from which a horizon falls on, one day before or after `as_of`; month ends; any other day."""
    horizons = {
        months_after(as_of + k * DAY, m) + j * DAY for k in (-1, 0, 1) for m in (-6, -12, -24) for j in (-1, 0, 1)
    }
    horizons |= {as_of - timedelta(days=d + k) for d in (180, 365, 730) for k in (-1, 0, 1, 2)}
    edges = {as_of, as_of - DAY, as_of + DAY, date(2024, 2, 28), date(2024, 2, 29), date(2023, 2, 28)}
    edges |= {date(2023, 8, 31), date(2023, 12, 31), date(2024, 1, 31), date(2024, 8, 31)}
    return st.one_of(
        st.sampled_from(sorted(horizons)),
        st.sampled_from(sorted(edges)),
        st.dates(FIRST_DAY, as_of),
        st.dates(FIRST_DAY, as_of),
    )


class Diary:
    """The dates of one household so far; a new one is on, beside or a horizon away from one of them, or free."""

    def __init__(self, draw: st.DrawFn, as_of: date) -> None:
        self.draw, self.as_of = draw, as_of
        self.dates = [draw(days_back(as_of))]

    def day(self, since: date | None = None) -> date:
        draw = self.draw
        base = draw(st.sampled_from(self.dates))
        if draw(st.integers(0, 3)) == 0:
            found = months_after(base, draw(st.sampled_from(MONTHS))) + draw(st.sampled_from((-1, 0, 0, 1))) * DAY
        else:
            found = base + timedelta(days=draw(ANY_DAYS))
        found = min(max(found, FIRST_DAY), self.as_of + 3 * DAY)
        if since is not None and found < since:
            found = since + timedelta(days=min((since - found).days, 900))
        self.dates.append(found)
        return found

    def end(self, start: date, *, is_open: int = 3) -> date | None:
        """The end of an interval, none in one of so many cases; now and then the day it began."""
        if self.draw(st.integers(0, is_open)) == 0:
            return None
        return start if self.draw(st.integers(0, 12)) == 0 else self.day(since=start)
