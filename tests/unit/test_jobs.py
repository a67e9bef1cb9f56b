"""Catches: a sensor that starts on a half-written file or twice on the same landing, a lock that two runs hold, a night
without news that leaves the published tables overdue, or is told twice."""

import json
import os
from pathlib import Path

import dagster as dg
import pytest
from reading import CONTRACTS

from orchestration.errors import RunLocked
from orchestration.jobs import SETTLED_AFTER_SECONDS, confirmation_sensor, landing_state
from orchestration.publish.verdict import Verdict, write_verdict
from orchestration.resources import Builds, exclusive
from orchestration.settings import Settings
from orchestration.unchanged import CONFIRMED

NOW = 1_700_000_000.0


def dropped(folder: Path, name: str, *, age: float) -> Path:
    path = folder / name
    path.write_text("content")
    os.utime(path, (NOW - age, NOW - age))
    return path


def test_an_empty_or_missing_landing_is_no_state(tmp_path: Path) -> None:
    assert landing_state(tmp_path, CONTRACTS, NOW) is None
    assert landing_state(tmp_path / "missing", CONTRACTS, NOW) is None


def test_a_settled_file_changes_the_state_and_a_fresh_one_waits(tmp_path: Path) -> None:
    dropped(tmp_path, "households.csv", age=SETTLED_AFTER_SECONDS + 1)
    first = landing_state(tmp_path, CONTRACTS, NOW)
    assert first is not None
    assert landing_state(tmp_path, CONTRACTS, NOW + 60) == first
    fresh = dropped(tmp_path, "tenancies.csv", age=SETTLED_AFTER_SECONDS - 1)
    assert landing_state(tmp_path, CONTRACTS, NOW) is None
    assert landing_state(tmp_path, CONTRACTS, NOW + 60) not in (None, first)
    fresh.unlink()
    dropped(tmp_path, ".tenancies.csv", age=0)
    dropped(tmp_path, "tenancies_2024-12-31.csv.filepart", age=0)
    dropped(tmp_path, "Thumbs.db", age=SETTLED_AFTER_SECONDS + 1)
    assert landing_state(tmp_path, CONTRACTS, NOW) == first


def test_the_lock_has_one_holder(tmp_path: Path) -> None:
    lock = tmp_path / "homes4all.lock"
    with exclusive(lock), pytest.raises(RunLocked, match="Another run"), exclusive(lock):
        pass
    with exclusive(lock):
        pass


def test_builds_keep_the_newest_and_one_current_path(tmp_path: Path) -> None:
    builds = Builds(tmp_path, kept=2)
    runs = [builds.begin(f"run{index:05d}").run_id for index in range(4)]
    folders = sorted(path.name for path in tmp_path.iterdir() if not path.is_symlink())
    assert folders == sorted(runs)[-2:]
    assert builds.current().run_id == runs[-1]
    assert builds.current().folder == tmp_path / "current"


def test_a_night_without_news_is_told_once_to_the_published_tables(tmp_path: Path) -> None:
    settings, key = Settings(data=tmp_path), dg.AssetKey(["published", "metrics", "results"])
    asked = confirmation_sensor(settings, [key])
    with dg.DagsterInstance.ephemeral() as instance:
        instance.report_runless_asset_event(dg.AssetMaterialization(key, metadata={"dagster/row_count": 7}))
        assert isinstance(asked(dg.build_sensor_context(instance)), dg.SkipReason)
        build = Builds(settings.build_dir).begin("run00001")
        judged = Verdict("run00001", True, 1, (), "warehouse", "candidate", None)
        write_verdict(judged, build.verdict)
        assert isinstance(asked(dg.build_sensor_context(instance)), dg.SkipReason)
        (build.folder / CONFIRMED).write_text(json.dumps({"at": "2026-03-01T02:00:00+00:00"}))
        told = asked(dg.build_sensor_context(instance))
        assert isinstance(told, dg.SensorResult)
        (event,) = told.asset_events
        assert isinstance(event, dg.AssetMaterialization)
        assert (event.asset_key, event.tags) == (key, {"dagster/data_version": "candidate"})
        assert event.metadata["dagster/row_count"].value == 7
        assert isinstance(asked(dg.build_sensor_context(instance, cursor=told.cursor)), dg.SkipReason)
