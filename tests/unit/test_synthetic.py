"""The synthetic city: the same spec gives the same bytes, the pilot adds up to what was published, the true effect is
the one asked for, and every file is one that the contracts accept.

Catches: a change of the simulation that moves the pilot's totals, a sample in the repository that is stale, files that
differ from run to run, a category or column that the contracts do not know. That the sample meets their expectations
too is seen by the integration tests, which run on it.
"""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from expectations.contract import Contract, load_contracts
from orchestration.errors import UsageError
from orchestration.intake.identify import identify
from orchestration.intake.read import read
from orchestration.settings import PROJECT_ROOT
from orchestration.synthetic import CitySpec, generate, simulate, truth, write_chamber
from orchestration.synthetic.spec import NEVER, add_months, day
from orchestration.synthetic.stays import nights, without_interval

SAMPLE = PROJECT_ROOT / "data" / "sample"
PILOT_END = pd.Timestamp("2023-07-31")
Frames = dict[tuple[str, str], pd.DataFrame]
Contracts = dict[tuple[str, str], Contract]


@pytest.fixture(scope="module")
def contracts() -> Contracts:
    return load_contracts(PROJECT_ROOT / "expectations" / "contracts")


@pytest.fixture(scope="module")
def frames() -> Frames:
    return simulate(CitySpec())


@pytest.fixture(scope="module")
def pilot(frames: Frames) -> pd.DataFrame:
    """The pilot's households, one row each, with their enrolment, first tenancy and what they waited for."""
    enrolments = frames["provider", "enrolments"].query("arm == 'programme' and enrolled_on <= @PILOT_END")
    return enrolments.merge(frames["municipality", "households"], on="household_id", validate="1:1")


def test_pilot_households_and_people(pilot: pd.DataFrame) -> None:
    assert len(pilot) == 18
    assert pilot["economic_capacity"].value_counts().to_dict() == {"partial": 13, "none": 5}
    assert pilot[["members", "minors", "members_with_disability"]].sum().tolist() == [49, 16, 3]


def test_nobody_enrols_between_pilot_and_replication(frames: Frames) -> None:
    enrolled = frames["provider", "enrolments"]["enrolled_on"]
    assert enrolled.min() >= pd.Timestamp("2022-09-01")
    assert not enrolled.between("2023-08-01", "2023-08-31").any()
    assert (enrolled >= pd.Timestamp("2023-09-01")).sum() >= 90


def test_pilot_homes(frames: Frames, pilot: pd.DataFrame) -> None:
    homes = _pilot_homes(frames, pilot)
    assert homes["started_on"].between("2022-09-01", PILOT_END).all()
    retained, entered = homes[homes["dwelling_id"].isna()], homes[homes["dwelling_id"].notna()]
    assert (len(retained), len(entered)) == (11, 8)
    assert retained["household_id"].is_unique
    assert entered["household_id"].is_unique
    both = homes[homes["household_id"].duplicated(keep=False)]
    assert both.sort_values("started_on")["dwelling_id"].isna().tolist() == [True, False]


def test_pilot_waiting_days(frames: Frames, pilot: pd.DataFrame) -> None:
    waits = _waits(frames, pilot)
    assert waits["placed_on"].between("2022-09-01", PILOT_END).all()
    assert waits["days"].sum() == 18 * 138
    stays = frames["municipality", "temporary_stays"].merge(waits, on="household_id")
    passed = (stays["checked_in_on"] < stays["placed_on"]) & (stays["checked_out_on"] > stays["waiting_since"])
    assert stays[passed]["household_id"].nunique() == 3


def test_pilot_rent_saving(frames: Frames, pilot: pd.DataFrame) -> None:
    first = _pilot_homes(frames, pilot).sort_values("started_on").drop_duplicates("household_id")
    first = first.merge(pilot[["household_id", "economic_capacity"]], on="household_id", validate="1:1")
    saving = (first["previous_rent_eur_month"] - first["monthly_rent_eur"]) * 100
    assert round(saving.sum()) == 18 * 6600
    assert round(saving[first["economic_capacity"] == "none"].sum()) == 5 * 13900


def _pilot_homes(frames: Frames, pilot: pd.DataFrame) -> pd.DataFrame:
    homes = frames["provider", "tenancies"]
    return homes[homes["household_id"].isin(pilot["household_id"])]


def _waits(frames: Frames, pilot: pd.DataFrame) -> pd.DataFrame:
    """One row per pilot household: the day it waits from, its placement, the days between; straight from the rules."""
    rows = []
    for household, enrolled_on in pilot[["household_id", "enrolled_on"]].itertuples(index=False):
        listed = frames["municipality", "waiting_list"].query("household_id == @household")
        is_open = (listed["applied_on"] <= enrolled_on) & ~(listed["closed_on"] <= enrolled_on)
        since = listed[is_open]["applied_on"].min() if is_open.any() else enrolled_on
        homes = frames["provider", "tenancies"].query("household_id == @household")
        stays = frames["municipality", "temporary_stays"].query("household_id == @household")
        for on in pd.date_range(enrolled_on, "2023-12-31"):
            housed = ((homes["started_on"] <= on) & ~(homes["ended_on"] <= on)).any()
            if housed and not ((stays["checked_in_on"] <= on) & ~(stays["checked_out_on"] <= on)).any():
                rows.append((household, since, on, (on - since).days))
                break
    return pd.DataFrame(rows, columns=["household_id", "waiting_since", "placed_on", "days"])


def test_keys(frames: Frames) -> None:
    known = set(frames["municipality", "households"]["household_id"])
    assert len(known) == 600
    for (_, extract), frame in frames.items():
        if "household_id" in frame:
            assert set(frame["household_id"]) <= known, extract
    homes = frames["provider", "tenancies"]["dwelling_id"].dropna()
    assert set(homes) <= set(frames["provider", "dwellings"]["dwelling_id"])


def test_a_dwelling_is_let_to_one_household_at_a_time(frames: Frames) -> None:
    homes = frames["provider", "tenancies"].dropna(subset="dwelling_id").sort_values(["dwelling_id", "started_on"])
    before = homes.groupby("dwelling_id")["ended_on"].shift()
    again = homes["dwelling_id"].duplicated()
    assert again.any()
    assert (before[again] < homes.loc[again, "started_on"]).all()
    available = frames["provider", "dwellings"].set_index("dwelling_id")["available_from"]
    assert (homes["dwelling_id"].map(available) <= homes["started_on"]).all()


def test_the_city_has_what_real_registers_have(frames: Frames) -> None:
    stays = frames["municipality", "temporary_stays"].sort_values(["household_id", "checked_in_on"])
    gap = (stays["checked_in_on"] - stays.groupby("household_id")["checked_out_on"].shift()).dt.days
    assert (gap < 0).any()
    assert (gap == 0).any()
    assert stays["checked_out_on"].isna().any()
    enrolments = frames["provider", "enrolments"]
    assert enrolments["household_id"].duplicated().any()
    assert {"deceased", "withdrew", "evicted", "completed"} <= set(enrolments["exit_reason"].dropna())
    assert (frames["municipality", "evictions"]["outcome"] == "executed").any()
    assert frames["municipality", "waiting_list"]["household_id"].duplicated().any()


def test_nothing_is_dated_after_the_reference_date(frames: Frames) -> None:
    for (_, extract), frame in frames.items():
        for column in frame.select_dtypes("datetime"):
            assert frame[column].notna().any(), (extract, column)
            assert not (frame[column] > pd.Timestamp("2024-12-31")).any(), (extract, column)


@pytest.mark.parametrize("households", [600, 20_000])
def test_the_true_effect_is_the_one_asked_for(households: int) -> None:
    spec = CitySpec(households=households, seed=3)
    effect = truth(spec)["effect"]
    for months, asked in ((12, spec.nights_avoided_12m), (24, spec.nights_avoided_24m)):
        got = effect[f"{months}_months"]["replication"]["all"]["mean_nights_avoided"]
        assert got == pytest.approx(asked, abs=300 / (0.15 * households))


def test_a_trial_recovers_the_true_effect() -> None:
    spec = CitySpec(households=20_000, programme_share=0.3, comparison_share=0.3, seed=5)
    frames = simulate(spec)
    enrolments = frames["provider", "enrolments"].sort_values("enrolled_on").drop_duplicates("household_id")
    trial = enrolments.query("enrolled_on >= '2023-09-01' and enrolled_on <= '2023-12-31'")
    number = pd.Series(np.arange(len(trial)), index=trial["household_id"])
    stays = frames["municipality", "temporary_stays"]
    stays = stays[stays["household_id"].isin(number.index)]
    days = pd.DataFrame({"number": stays["household_id"].map(number)})
    days["start"], days["end"] = _days(stays["checked_in_on"]), _days(stays["checked_out_on"])
    start = _days(trial["enrolled_on"])
    mean = pd.Series(nights(days, start, add_months(start, 12))).groupby(trial["arm"].to_numpy()).mean()
    true = truth(spec)["effect"]["12_months"]["replication"]["fully_observed"]["mean_nights_avoided"]
    assert mean["comparison"] - mean["programme"] == pytest.approx(true, abs=10)


def _days(dates: pd.Series) -> np.ndarray:
    values = dates.to_numpy().astype("datetime64[D]")
    return np.where(np.isnat(values), NEVER, values.astype(np.int64))


def test_overlapping_nights_count_once() -> None:
    stays = pd.DataFrame({"number": [0, 0, 0, 1], "start": [0, 5, 6, 3], "end": [10, 12, 8, 4]})
    assert nights(stays, np.array([2, 0]), np.array([20, 3])).tolist() == [10, 0]
    cut = without_interval(stays, np.full(4, 6), np.full(4, 7))
    assert list(zip(cut["start"], cut["end"], strict=True)) == [(0, 6), (5, 6), (7, 10), (7, 12), (7, 8), (3, 4)]


def test_months_are_clamped_to_their_end() -> None:
    days = np.array([day(date(2024, 1, 31)), day(date(2023, 12, 31))])
    assert add_months(days, 1).tolist() == [day(date(2024, 2, 29)), day(date(2024, 1, 31))]
    assert add_months(days, 24).tolist() == [day(date(2026, 1, 31)), day(date(2025, 12, 31))]


def test_two_generations_give_the_same_bytes_and_the_sample_is_one(contracts: Contracts, tmp_path: Path) -> None:
    for name in ("first", "second"):
        generate(CitySpec(), contracts, tmp_path / name / "torino")
    assert _contents(tmp_path / "first") == _contents(tmp_path / "second")
    kept = {name: content for name, content in _contents(SAMPLE).items() if name != "README.md"}
    assert _contents(tmp_path / "first") == kept
    assert sum(map(len, kept.values())) < 2_000_000
    assert json.loads(kept["truth.json"])["synthetic"] is True


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.*")) if path.is_file()}


@pytest.mark.parametrize(
    "spec",
    [CitySpec(), CitySpec(households=60, months=12, comparison_share=0.2, seed=9), CitySpec(households=50, months=3)],
    ids=["sample", "small", "short"],
)
def test_contracts_accept_every_file(spec: CitySpec, contracts: Contracts, tmp_path: Path) -> None:
    written = generate(spec, contracts, tmp_path / "landing")
    assert len(written) == sum(not each.optional for each in contracts.values()) == 19
    for path in written:
        _assert_readable(path, contracts, tmp_path)


def test_plain_files_and_the_chamber_alone_are_accepted(contracts: Contracts, tmp_path: Path) -> None:
    written = generate(CitySpec(households=40), contracts, tmp_path / "plain", quirks=False)
    assert {path.suffix for path in written} == {".csv"}
    alone = write_chamber(contracts, tmp_path / "chamber", date(2023, 6, 30))
    assert len(alone) == 7
    for path in [*written, *alone]:
        _assert_readable(path, contracts, tmp_path)


def _assert_readable(path: Path, contracts: Contracts, tmp_path: Path) -> None:
    scratch = tmp_path / f"scratch_{path.parent.name}_{path.name}"
    scratch.mkdir()
    identity = identify(path, path.parent, contracts, date(2030, 1, 1))
    with read(path, identity, contracts, scratch) as content:
        assert content.findings == (), path.name


def test_a_city_that_cannot_be_is_refused() -> None:
    with pytest.raises(UsageError, match="at least 36 households"):
        CitySpec(households=10)
    with pytest.raises(UsageError, match="first of a month"):
        CitySpec(starts_on=date(2022, 1, 2))
