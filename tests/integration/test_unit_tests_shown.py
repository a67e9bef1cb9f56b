"""Catches: a unit test of a model that fails and shows nowhere, or at another model; one that never ran and counts as
passed; unit tests that need a build, or leave rows behind."""

import shutil
from pathlib import Path

import dagster as dg

from expectations.contract import load_contracts
from orchestration.dbt_project import prepared
from orchestration.settings import PROJECT_ROOT, Settings
from orchestration.unit_tests import JOB, UnitTest, unit_test_checks, unit_test_job, verdict

BROKEN = dg.AssetKey(["intermediate", "int_stays_merged"])


def test_a_broken_model_fails_its_unit_tests_at_the_model(tmp_path: Path) -> None:
    project = tmp_path / "dbt_project"
    shutil.copytree(PROJECT_ROOT / "dbt_project", project)
    model = project / "models" / "intermediate" / "int_stays_merged.sql"
    sql = model.read_text()
    model.write_text(sql.replace("started_on <= occupied_until", "started_on < occupied_until"))
    assert model.read_text() != sql
    settings = Settings(data=tmp_path / "data", dbt_project=project)
    checks = unit_test_checks(prepared(settings), load_contracts(settings.contracts))
    defs = dg.Definitions(asset_checks=[checks], jobs=[unit_test_job(checks)], resources={"settings": settings})
    ran = defs.resolve_job_def(JOB).execute_in_process()
    found = {each.asset_key: each for each in ran.get_asset_check_evaluations()}
    assert len(found) > 60
    assert [key for key, each in found.items() if not each.passed] == [BROKEN]
    told = found[BROKEN]
    assert "touching and nested stays are one" in (told.description or "")
    assert any("actual differs from expected" in str(each.value) for each in told.metadata.values())
    assert {path.name for path in settings.data.iterdir()} == {"dbt_target"}


def test_a_unit_test_that_did_not_run_has_not_passed() -> None:
    tests = [UnitTest("unit_test.a", "One."), UnitTest("unit_test.b", "Two.")]
    assert verdict(BROKEN, tests, {each.unique_id: {"status": "pass"} for each in tests}).passed
    missing = verdict(BROKEN, tests, {"unit_test.a": {"status": "pass"}})
    assert not missing.passed
    assert missing.description == "1 of 2 fail: Two."
