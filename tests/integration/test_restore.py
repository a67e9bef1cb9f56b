"""Catches: a backup from which the published figures or a certified statement do not come back as they were."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from command_line import homes4all
from conftest import City
from faults.nights import City as Night

from orchestration.operations.backup import backup, restore
from orchestration.runner import run_nightly

PERIOD = "2023Q2"
CHECKS = "provenance.checks"


def checks(city: City) -> list[tuple[object, ...]]:
    """What every check said, but for the one that counts the files in the landing."""
    with city.published() as con:
        return con.execute(
            f"select * from {CHECKS} where check_name <> 'every_file_recognised' order by all"
        ).fetchall()


def destroy(folder: Path) -> None:
    for each in (folder / "statements").iterdir():
        each.chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.thorough
def test_a_city_that_was_lost_comes_back_from_its_backup(
    city: City, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Run, certify, run again, back up; lose everything, the landing included; restore, run: the same to the cent."""
    assert homes4all("certify", "--period", PERIOD, "--data", city.settings.data) == 0
    assert run_nightly(city.settings).refusals == ()
    before, checked_before = Night(tmp_path).values(), checks(city)
    kept = backup(city.settings, tmp_path / "elsewhere" / "backup", now=datetime.now(UTC))
    destroy(city.settings.data)
    shutil.rmtree(city.settings.landing_dir)
    city.settings.landing_dir.mkdir()

    restored = restore(city.settings, tmp_path / "elsewhere" / "backup")
    assert (restored.files, restored.deliveries, restored.statements) == (kept.files, 19, 1)
    assert run_nightly(city.settings).refusals == ()

    after = Night(tmp_path).values()
    assert len(after) > 10
    assert {table for table in {*before, *after} if before.get(table) != after.get(table)} <= {CHECKS}
    assert checks(city) == checked_before
    assert homes4all("verify", PERIOD, "--data", city.settings.data) == 0
    assert "Identical" in capsys.readouterr().out
    assert homes4all("status", "--json", "--data", city.settings.data) == 3
    told = json.loads(capsys.readouterr().out)
    assert [each["code"] for each in told["problems"]] == ["day_stands"]  # of the sample, and of no restored file
