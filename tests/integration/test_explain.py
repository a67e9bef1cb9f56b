"""Catches: an explanation whose rows do not make the number, that shows the published file, or a wrong message."""

import csv
import io
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from command_line import homes4all
from conftest import City

from orchestration.errors import UsageError
from orchestration.explain import explain


def warehouse(city: City) -> Path:
    return city.settings.build_dir / "current" / "homes4all.duckdb"


@pytest.mark.parametrize(
    ("metric", "period", "category"),
    [
        ("housing_retention_12m", "programme_to_date", "all"),
        ("housing_retention_12m", "pilot", "pathway:new_home"),
        ("waiting_days_mean", "2023", "household_size_band:1–2"),
        ("waiting_days_mean", "2023Q2", "cohort_quarter:2023Q1"),
        ("rent_to_market_ratio", "2024", "all"),
        ("occupancy_rate", "2024-02", "district:2"),
        ("evictions_averted", "programme_to_date", "economic_capacity:partial"),
        ("settled_rate_at_wave", "programme_to_date", "wave:m6"),
        ("settled_rate_at_wave", "programme_to_date", "arm_and_wave:programme:m12"),
        ("households_enrolled", "2022-11", "arm:programme"),
    ],
)
def test_the_rows_make_the_number(published_city: City, metric: str, period: str, category: str) -> None:
    found = explain(warehouse(published_city), metric, period, category)
    rows = [dict(zip(found.columns, row, strict=True)) for row in found.rows]
    breakdown, _, member = category.partition(":")
    with published_city.built() as con:
        number = con.execute(
            """
            select results.numerator, results.denominator, results.excluded
            from metrics.results
            inner join core.reporting_periods as periods using (period_type, period_start)
            where metric_id = ? and periods.period = ? and breakdown = ? and category = ?
            """,
            [metric, period, breakdown, member or "all"],
        ).fetchone()
    assert number == (
        sum(row["value"] or 0 for row in rows),
        sum(row["weight"] or 0 for row in rows),
        sum(row["role"] == "excluded" for row in rows),
    )
    assert all((row["exclusion_reason"] is not None) == (row["role"] == "excluded") for row in rows)


def test_the_dates_that_decided_are_there(published_city: City) -> None:
    found = explain(warehouse(published_city), "housing_retention_12m")
    text = "\n".join(found.lines())
    roles = Counter(row[found.columns.index("role")] for row in found.rows)
    assert f"In the numerator (version 1, {roles['numerator']} rows)" in text
    assert "Excluded, not_yet_observed" in text
    for word in ("placed_on", "enrolled_on", "follow_up_ends_on", "programme_tenancy 20"):
        assert word in text


def test_hours_are_explained_by_day(published_city: City) -> None:
    found = explain(warehouse(published_city), "support_hours_per_household", "2024Q1")
    hours = sum((row[found.columns.index("value")] or Decimal(0) for row in found.rows), Decimal(0))
    assert f"numerator {hours.normalize():f}," in found.headings[0]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("no_such_metric", "2023", "all"), "no metric `no_such_metric`"),
        (("stable_days", "2031", "all"), "no period `2031`"),
        (("stable_days", "2023", "pathway:none"), "no category of stable_days in 2023 `pathway:none`"),
        (("stable_days", "2023", "1=1 or pathway:x"), "no category"),
        (("settled_rate_at_wave", "programme_to_date", "all"), "wave:m6"),
    ],
)
def test_what_is_not_known_is_said(published_city: City, arguments: tuple[str, str, str], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        explain(warehouse(published_city), *arguments)


def test_the_command(published_city: City, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = ("--data", str(published_city.settings.data))
    assert homes4all("explain", "households_enrolled", "--period", "pilot", "--csv", *data) == 0
    assert len(list(csv.DictReader(io.StringIO(capsys.readouterr().out)))) == 18
    assert homes4all("explain", "households_enrolled", "--period", "never", *data) == 2
    assert homes4all("explain", "households_enrolled", "--data", str(tmp_path)) == 2
    assert "Nothing has been built yet" in capsys.readouterr().err
