"""Catches: a saving computed although the Chamber left out what it needs, a stop that does not say what is missing."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import SAMPLE, settings_for

from orchestration.errors import GateRefused
from orchestration.runner import run_nightly
from orchestration.settings import Settings

DAY = "2024-12-31"


def changed(landing: Path, extract: str, change: Callable[[list[str]], list[str]]) -> None:
    file = landing / f"{extract}_{DAY}.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    assert change(lines) != lines
    file.write_text("\n".join(change(lines)) + "\n", encoding="utf-8")


def without(start: str) -> Callable[[list[str]], list[str]]:
    return lambda lines: [line for line in lines if not line.startswith(start)]


def with_value(name: str, old: str, new: str) -> Callable[[list[str]], list[str]]:
    return lambda lines: [line.replace(f"{name},,,{old},", f"{name},,,{new},") for line in lines]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        (
            {
                "measurement_parameters": with_value("price_base_year", "none", "2023"),
                "price_index": without("2024-03-01"),
                "savings_baselines": without("none,1,2,retained_home,12,"),
            },
            ["missing price index: 2024-03", "missing savings baseline: none, 1–2, retained_home, 12 months"],
        ),
        pytest.param(
            {"measurement_parameters": with_value("drop_off", "0", "1.5")},
            ["measurement parameter drop_off must be from 0 to 1"],
            marks=pytest.mark.thorough,
        ),
    ],
    ids=["missing", "out of bounds"],
)
def test_the_run_stops_and_names_it(
    tmp_path: Path, changes: dict[str, Callable[[list[str]], list[str]]], named: list[str]
) -> None:
    landing = tmp_path / "landing"
    shutil.copytree(SAMPLE, landing)
    for extract, change in changes.items():
        changed(landing, extract, change)
    settings = settings_for(tmp_path / "data", landing)
    said = told(settings)
    assert [each for each in named if each not in said] == []
    assert not settings.published_file.exists()


def told(settings: Settings) -> str:
    """What the run says, whether it ended with refusals or stopped at a model."""
    try:
        return " ".join(run_nightly(settings).refusals)
    except GateRefused as stopped:
        return str(stopped)
