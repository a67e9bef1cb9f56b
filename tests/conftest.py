"""Shared by all tests: where the sample is, and one whole run of it that many tests look at."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from pydantic import SecretStr

from orchestration.settings import PROJECT_ROOT, Settings

LONGEST = "test_year.py"
KEY = "the key of these tests and of nothing else"
SAMPLE = PROJECT_ROOT / "data" / "sample" / "torino"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest file first, so that both workers end together."""
    items.sort(key=lambda item: item.path.name != LONGEST)


@dataclass(frozen=True)
class City:
    """One data folder after a run, and what was published."""

    settings: Settings

    def copied_to(self, folder: Path) -> "City":
        """The same city elsewhere, with a landing of its own, to be changed at will."""
        shutil.copytree(self.settings.data, folder / "data", symlinks=True)
        shutil.copytree(SAMPLE, folder / "landing")
        return City(settings_for(folder / "data", folder / "landing"))

    def published(self) -> duckdb.DuckDBPyConnection:
        return duckdb.connect(str(self.settings.published_file), read_only=True)

    def built(self) -> duckdb.DuckDBPyConnection:
        return duckdb.connect(str(self.settings.build_dir / "current" / "homes4all.duckdb"), read_only=True)


def settings_for(folder: Path, landing: Path) -> Settings:
    return Settings(data=folder, landing=landing)


@pytest.fixture(scope="session")
def published_city(tmp_path_factory: pytest.TempPathFactory) -> City:
    """The sample city after one nightly run. Tests must not change it; they take `city`."""
    from orchestration.runner import run_nightly

    settings = Settings(data=tmp_path_factory.mktemp("torino") / "data", landing=SAMPLE, evaluation_key=SecretStr(KEY))
    outcome = run_nightly(settings)
    assert outcome.refusals == ()
    return City(settings)


@pytest.fixture
def city(published_city: City, tmp_path: Path) -> City:
    """A copy of the published city with a landing of its own, to be changed at will."""
    return published_city.copied_to(tmp_path)
