"""Catches: a timer or a schedule that does not ring in the night in which the clocks change, or rings twice."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from orchestration.settings import PROJECT_ROOT, Settings
from orchestration.tidy import WEEKLY

TIMERS = sorted((PROJECT_ROOT / "deploy" / "systemd").glob("*.timer"))
YEARS = (2026, 2027, 2028)
CALENDAR = re.compile(r"^OnCalendar=(?:(Sun) )?\*-\*-\* (\d\d):(\d\d):00 (\S+)$", re.M)


def days(year: int, weekday: str | None) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        if weekday is None or f"{day:%a}" == weekday:
            yield day
        day += timedelta(days=1)


def moments(day: date, at: time, zone: ZoneInfo) -> set[datetime]:
    """When the clock on the wall shows a time on a day: once, or never, or twice where the clocks change."""
    both = (datetime.combine(day, at, zone).replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    return {each for each in both if each.astimezone(zone).replace(tzinfo=None) == datetime.combine(day, at)}


def test_the_hour_that_is_skipped_and_the_one_that_comes_twice_are_known_to_this_test() -> None:
    zone = ZoneInfo("Europe/Rome")
    assert len(moments(date(2026, 3, 29), time(2, 0), zone)) == 0
    assert len(moments(date(2026, 10, 25), time(2, 0), zone)) == 2


@pytest.mark.parametrize("path", TIMERS, ids=lambda path: path.name)
def test_a_timer_rings_once_on_each_of_its_days(path) -> None:
    (found,) = CALENDAR.findall(path.read_text(encoding="utf-8"))
    weekday, hour, minute, zone = found
    for year in YEARS:
        for day in days(year, weekday or None):
            assert len(moments(day, time(int(hour), int(minute)), ZoneInfo(zone))) == 1, day


def test_the_timers_are_those_of_the_night_the_backup_and_the_tidying() -> None:
    assert {path.stem for path in TIMERS} == {"homes4all-backup", "homes4all-nightly", "homes4all-tidy"}


@pytest.mark.parametrize(("cron", "weekday"), [(Settings().nightly_at, None), (WEEKLY, "Sun")])
def test_dagster_starts_once_on_each_day_of_a_schedule(cron: str, weekday: str | None) -> None:
    """Windows between ticks are made from the same ticks as a schedule's, in the time zone of the settings."""
    zone, form = Settings().time_zone, "%Y-%m-%d %H:%M"
    for year in YEARS:
        windows = dg.TimeWindowPartitionsDefinition(
            start=f"{year}-01-01 00:00", end=f"{year + 1}-01-09 00:00", cron_schedule=cron, timezone=zone, fmt=form
        )
        ticks = windows.get_partition_keys(current_time=datetime(year + 2, 1, 1, tzinfo=UTC))
        minute, hour, *_ = cron.split()
        told = [each for each in ticks if each.startswith(f"{year}-")]
        assert told == [f"{day} {int(hour):02}:{int(minute):02}" for day in days(year, weekday)]


def test_the_timer_of_the_night_and_the_schedule_ring_at_the_same_time() -> None:
    (nightly,) = [path for path in TIMERS if path.stem == "homes4all-nightly"]
    ((_, hour, minute, zone),) = CALENDAR.findall(nightly.read_text(encoding="utf-8"))
    assert (f"{int(minute)} {int(hour)} * * *", zone) == (Settings().nightly_at, Settings().time_zone)
