"""Calendar arithmetic of the measurement model: months clamped to the month's end, intervals half-open."""

import calendar
from collections.abc import Iterator
from datetime import date, timedelta

DAY = timedelta(days=1)


def months_after(day: date, months: int) -> date:
    """The same day so many months later or earlier, the day clamped to the month's end."""
    position = day.year * 12 + day.month - 1 + months
    year, month = divmod(position, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def days_of(start: date, end: date) -> Iterator[date]:
    """Every day of `[start, end)`."""
    while start < end:
        yield start
        start += DAY


def covers(start: date, end: date | None, day: date) -> bool:
    """Whether a half-open interval holds the day; without an end it goes on."""
    return start <= day and (end is None or day < end)
