"""Catches: a metric, a spell or a payment whose arithmetic is off, by dbt's own unit tests on a built warehouse."""

import json

from conftest import City

from orchestration.dbt_process import dbt


def test_every_dbt_unit_test_passes(city: City) -> None:
    settings = city.settings
    ran = dbt(settings, ["test", "--select", "test_type:unit"], logs=settings.build_dir)
    results = json.loads((settings.dbt_target / "run_results.json").read_text())["results"]
    assert [each["unique_id"] for each in results if each["status"] != "pass"] == []
    assert ran.returncode == 0
    assert len(results) >= 60
