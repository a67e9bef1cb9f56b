"""Catches: a step that docs/adding-a-metric.md leaves out, a metric defined but not computed that goes through, and a
new version of a definition that does not stand beside the old one with its own parameter.
"""

import csv
import re
import shutil
from pathlib import Path

from conftest import SAMPLE, City

from orchestration.dbt_process import dbt
from orchestration.runner import run_nightly
from orchestration.settings import PROJECT_ROOT, Settings

PAGE = (PROJECT_ROOT / "docs" / "adding-a-metric.md").read_text(encoding="utf-8")
DEFINITIONS = "metric_definitions_2024-12-31.csv"


def block(language: str) -> str:
    """The page's one code block in a language."""
    (code,) = re.findall(rf"```{language}\n(.*?)```", PAGE, flags=re.DOTALL)
    return code


def insert(file: Path, before: str, name: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(before) == 1
    file.write_text(text.replace(before, f"{name}\n    {before}"), encoding="utf-8")


def deliver_second_version(landing: Path) -> None:
    """A second version of retention, with an allowed gap of its own, while the first is still valid."""
    definitions, parameters = landing / DEFINITIONS, landing / "measurement_parameters_2024-12-31.csv"
    with definitions.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    old = next(row for row in rows if row["metric_id"] == "housing_retention_12m")
    rows.append(old | {"version": "2", "valid_from": "2024-07-01"})
    old["valid_to"] = "2025-01-01"
    with definitions.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(old), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    with parameters.open("a", encoding="utf-8") as file:
        file.write("retention_max_gap_days,housing_retention_12m,2,60,days,2020-01-01,\n")


def test_the_page_leads_to_a_published_metric(tmp_path: Path) -> None:
    landing, project = tmp_path / "landing", tmp_path / "dbt_project"
    shutil.copytree(SAMPLE, landing)
    shutil.copytree(PROJECT_ROOT / "dbt_project", project)
    deliver_second_version(landing)
    with (landing / DEFINITIONS).open("a", encoding="utf-8") as file:
        file.write(block("csv"))
    settings = Settings(data=tmp_path / "data", landing=landing, dbt_project=project)
    refusals = run_nightly(settings).refusals
    assert [refusal for refusal in refusals if "large_households_rate" not in refusal] == []
    assert refusals != ()

    models = project / "models" / "metrics"
    (models / "metric_large_households.sql").write_text(block("sql"), encoding="utf-8")
    (models / "_large_households.yml").write_text(block("yaml"), encoding="utf-8")
    names = re.findall(r"`('\w+',)`", PAGE)
    insert(models / "household_metrics.sql", "'metric_enrolments',", names[0])
    insert(project / "macros" / "vocabulary.sql", "'households_enrolled',", names[1])
    assert run_nightly(settings).refusals == ()
    with City(settings).published() as con:
        found = con.execute("""
            select numerator, denominator, interval_method from metrics.results
            where metric_id = 'large_households_rate' and period_type = 'programme_to_date' and breakdown = 'all'
        """).fetchone()
        assert found is not None
        assert 0 < found[0] < found[1]
        assert found[2] == "wilson"
    with City(settings).built() as con:
        versions = con.execute("""
            select metric_version, numerator, denominator from metrics.results
            where metric_id = 'housing_retention_12m' and period_type = 'programme_to_date' and breakdown = 'all'
            order by metric_version
        """).fetchall()
        metrics = con.execute("select count(*), count(distinct metric_id) from metrics.definitions").fetchone()
    assert [version for version, *_ in versions] == [1, 2]
    assert versions[0][1] < versions[1][1]
    assert metrics == (36, 35)
    tested = dbt(settings, ["test", "--select", "metric_large_households,test_type:unit"], logs=tmp_path)
    assert tested.returncode == 0
