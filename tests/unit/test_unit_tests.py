"""Catches: unit tests that start twice for one version of the models, or whose failure is hidden by the next night."""

import json
import os
from pathlib import Path

import dagster as dg
import pytest
from dagster_dbt import DbtProject

from orchestration.dbt_project import Prepared
from orchestration.resources import Builds, exclusive
from orchestration.settings import PROJECT_ROOT, Settings
from orchestration.unit_tests import CHECK, models_sensor, outcomes_file

KEY = dg.AssetKey(["core", "spells"])
MANIFEST = {
    "unit_tests": {
        "unit_test.a": {"unique_id": "unit_test.a", "schema": "core", "model": "spells", "name": "a", "description": ""}
    }
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path)


@pytest.fixture
def prepared(settings: Settings) -> Prepared:
    manifest = settings.dbt_target / "compiled_manifest" / "version.json"
    manifest.parent.mkdir(parents=True)
    manifest.write_text(json.dumps(MANIFEST))
    return Prepared(DbtProject(PROJECT_ROOT / "dbt_project", target_path=settings.dbt_target), manifest)


def tick(settings: Settings, prepared: Prepared, cursor: str | None = None) -> dg.SensorResult:
    with dg.DagsterInstance.ephemeral() as instance:
        result = models_sensor(settings, prepared)(dg.build_sensor_context(instance, cursor=cursor))
    assert isinstance(result, dg.SensorResult)
    return result


def asked_for(settings: Settings, prepared: Prepared) -> set[str | None]:
    return {run.run_key for run in tick(settings, prepared).run_requests or ()}


def test_a_version_of_the_models_asks_for_one_run(settings: Settings, prepared: Prepared) -> None:
    (first,) = asked_for(settings, prepared)
    assert asked_for(settings, prepared) == {first}, "Dagster starts a key once"
    outcomes_file(prepared).write_text("{}")
    assert asked_for(settings, prepared) == set(), "the outcomes are known"


def test_a_version_that_comes_back_is_asked_for_anew(settings: Settings, prepared: Prepared) -> None:
    before = asked_for(settings, prepared)
    content = prepared.manifest.read_text()
    prepared.manifest.unlink()  # as another version does, with the outcomes
    prepared.manifest.write_text(content)
    os.utime(prepared.manifest, (1, 1))
    assert len(asked_for(settings, prepared) - before) == 1


def test_a_failure_is_said_again_after_each_night_and_once(settings: Settings, prepared: Prepared) -> None:
    Builds(settings.build_dir).begin("night001")
    assert not tick(settings, prepared).asset_events, "nothing is known yet"
    outcomes_file(prepared).write_text(json.dumps({"unit_test.a": {"status": "fail", "message": "1 instead of 2"}}))
    with exclusive(settings.lock_file):
        assert not tick(settings, prepared).asset_events, "the night is still at work"
    first = tick(settings, prepared)
    (event,) = first.asset_events
    assert isinstance(event, dg.AssetCheckEvaluation)
    assert (event.asset_key, event.check_name, event.passed) == (KEY, CHECK, False)
    assert "1 instead of 2" in str(event.metadata["a"].value)
    assert not tick(settings, prepared, first.cursor).asset_events
    Builds(settings.build_dir).begin("night002")
    assert tick(settings, prepared, first.cursor).asset_events
