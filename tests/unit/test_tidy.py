"""Catches: a clean-up that takes what is young, at work, newest or the truth; one that leaves the files of old runs, or
rows of households in the folder of a killed command; a history that forgets when an asset was last made."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from orchestration.resources import Builds
from orchestration.settings import Settings
from orchestration.tidy import tidy

NOW = datetime(2026, 6, 1, tzinfo=UTC)
KEY = dg.AssetKey(["published", "table"])
TRUTH = ("archive/rows.parquet", "statements/2024/statement.json", "ledger/shown.json", "published/homes4all.duckdb",
         "restricted/homes4all_evaluation.duckdb", "reports/report.html", "landing/file.csv")  # fmt: skip


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data")


@pytest.fixture
def instance(settings: Settings) -> Iterator[dg.DagsterInstance]:
    settings.dagster_home.mkdir(parents=True)
    with dg.DagsterInstance.local_temp(str(settings.dagster_home)) as instance:
        yield instance


@dg.asset(key=KEY)
def made() -> None: ...


def a_run(instance: dg.DagsterInstance) -> str:
    return dg.materialize([made], instance=instance).run_id


def files_of(settings: Settings, run_id: str) -> list[Path]:
    return [path for path in settings.dagster_home.rglob("*") if run_id in str(path)]


def aged(path: Path, age: timedelta) -> Path:
    path.mkdir(parents=True)
    (path / "homes4all.duckdb").write_text("rows")
    os.utime(path, times=((NOW - age).timestamp(),) * 2)
    return path


def test_old_runs_go_with_their_files_and_all_others_stay(settings: Settings, instance: dg.DagsterInstance) -> None:
    old = a_run(instance)
    job = dg.Definitions([made], jobs=[dg.define_asset_job("job")]).resolve_job_def("job")
    at_work = instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)
    boundary = datetime.now(UTC)
    young = a_run(instance)
    assert files_of(settings, old)
    done = tidy(settings, instance, now=boundary + timedelta(days=settings.keep_days))
    assert done.runs == 1
    assert {each.run_id for each in instance.get_runs()} == {at_work.run_id, young}
    assert files_of(settings, old) == []
    assert files_of(settings, young)


def test_when_an_asset_was_last_made_is_remembered(settings: Settings, instance: dg.DagsterInstance) -> None:
    a_run(instance)
    tidy(settings, instance, now=datetime.now(UTC) + timedelta(days=settings.keep_days + 1))
    assert instance.get_runs() == []
    assert instance.get_latest_materialization_event(KEY) is not None


def test_old_builds_and_rebuilt_days_go_but_the_newest_build_stays(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    builds, age = Builds(settings.build_dir, kept=9), timedelta(days=settings.keep_days)
    ages = (age * 3, age + timedelta(hours=1), age - timedelta(hours=1))
    first, second, third = (builds.begin(f"run0000{n}", now=NOW - each).run_id for n, each in enumerate(ages))
    aged(settings.rebuilt_dir / "2023-01-01", age * 2)
    young = aged(settings.rebuilt_dir / "2023-02-01", age / 2)
    done = tidy(settings, instance, now=NOW)
    assert (done.builds, done.rebuilt) == (2, 1)
    assert not {first, second} & {path.name for path in settings.build_dir.iterdir()}
    assert builds.current().run_id == third
    assert [*settings.rebuilt_dir.iterdir()] == [young]
    assert tidy(settings, instance, now=NOW + age * 9).builds == 0
    assert builds.current().run_id == third


def test_only_folders_that_nobody_can_be_at_work_in_go(settings: Settings, instance: dg.DagsterInstance) -> None:
    dead = [settings.data / name for name in (".verify-abc", ".unit-tests-abc", ".restore-abc", "rebuilt/.making-abc")]
    for path in dead:
        aged(path, timedelta(days=2))
    alive = aged(settings.data / ".verify-def", timedelta(hours=2))
    for name in TRUTH:
        (settings.data / name).parent.mkdir(parents=True)
        (settings.data / name).write_text("stays")
        os.utime(settings.data / name, times=(0, 0))
        os.utime((settings.data / name).parent, times=(0, 0))
    assert tidy(settings, instance, now=NOW).scratch == len(dead)
    assert not any(path.exists() for path in dead)
    assert alive.exists()
    assert all((settings.data / name).read_text() == "stays" for name in TRUTH)
