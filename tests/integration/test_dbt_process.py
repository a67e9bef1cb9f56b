"""Catches: a dbt that is started ahead and builds something else, outlives its run, or works from older sources."""

import json
import shutil
from pathlib import Path

import psutil
import pytest

from orchestration.dbt_process import ECHOED, OF_RUN, Dbt, manifest_of_sources
from orchestration.dbt_project import prepared
from orchestration.resources import Builds
from orchestration.settings import Settings

ONE = ["compile", "--select", "stg_municipality__households"]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("ahead")
    project = shutil.copytree(Settings().dbt_project, folder / "dbt_project")
    made = Settings(data=folder / "data", dbt_project=project)
    prepared(made)
    return made


def compiled(settings: Settings) -> Path:
    (found,) = settings.dbt_target.glob("compiled/**/stg_municipality__households.sql")
    return found


def of_run(settings: Settings) -> str:
    written = json.loads((settings.dbt_target / "run_results.json").read_text())
    return written["metadata"]["env"][OF_RUN.removeprefix(ECHOED)]


def children() -> list[psutil.Process]:
    """The processes that were started ahead; others of the test session are no matter."""
    found = psutil.Process().children(recursive=True)
    return [each for each in found if "orchestration.dbt_process" in each.cmdline()]


def test_the_process_takes_the_first_command_and_says_of_which_run_it_is(settings, tmp_path):
    dbt = Dbt(settings)
    with dbt.started():
        (ahead,) = children()
        build = Builds(settings.build_dir).begin("first")  # begun after the process was
        dbt.run(ONE, logs=tmp_path)
        assert not ahead.is_running()
        assert of_run(settings) == build.run_id
        by_it = compiled(settings).read_text()
        build = Builds(settings.build_dir).begin("second")
        dbt.run(ONE, logs=tmp_path)  # a process of its own
    assert of_run(settings) == build.run_id
    assert compiled(settings).read_text() == by_it


def test_sources_that_changed_meanwhile_are_read_anew(settings, tmp_path):
    model = next(settings.dbt_project.rglob("stg_municipality__households.sql"))
    dbt = Dbt(settings)
    with dbt.started():
        model.write_text(f"{model.read_text()}\n-- changed\n")
        dbt.run(ONE, logs=tmp_path)
    assert "-- changed" in compiled(settings).read_text()


def test_one_that_has_died_is_replaced(settings, tmp_path):
    dbt = Dbt(settings)
    with dbt.started():
        for ahead in children():
            ahead.kill()
            ahead.wait()
        (settings.dbt_target / "run_results.json").unlink(missing_ok=True)
        dbt.run(ONE, logs=tmp_path)
    assert (settings.dbt_target / "run_results.json").exists()


def test_one_that_was_not_needed_ends_with_the_run(settings):
    with Dbt(settings).started():
        (ahead,) = children()
        assert ahead.is_running()
    assert not ahead.is_running()


def test_one_that_dies_before_its_first_order_does_not_end_the_run(tmp_path, monkeypatch):
    settings, order = Settings(data=tmp_path), Dbt._order
    manifest = manifest_of_sources(settings)
    manifest.parent.mkdir(parents=True)
    manifest.touch()  # sources that were compiled before, so that an order is given at once

    def too_late(self, process, *given):
        process.kill()
        process.wait()
        order(self, process, *given)

    monkeypatch.setattr(Dbt, "_order", too_late)
    with Dbt(settings).started():
        assert children() == []
