"""Catches: a run that publishes and leaves no report, a report that undoes or hides a publication, a chart that the UI
lacks or that is too big for it.
"""

import base64
import json
import re

import dagster as dg
import duckdb
import pytest
from conftest import City

from orchestration.assets.reports import REPORT, STEP, pictures_of
from orchestration.council.figures import WHOLE
from orchestration.council.kept import LANGUAGES, RECORD, is_kept, keep
from orchestration.council.page import documents
from orchestration.definitions import build_defs
from orchestration.durable import file_sha256
from orchestration.errors import MachineRefused, ReportFailed
from orchestration.failures import failure_of
from orchestration.jobs import NIGHTLY
from orchestration.publish.snapshot import table_rows
from orchestration.runner import failed_at, run_nightly

PICTURE = re.compile(r"!\[[^\]]+\]\(data:image/png;base64,([A-Za-z0-9+/=]+)\)")
LIMIT = 60_000  # bytes of a picture that a page of the UI shows at once
TABLES = {"metrics.results", "metrics.survival_curves", "savings.by_method", "payments.lines"}


def test_a_run_leaves_the_report_of_what_it_published(published_city: City) -> None:
    settings = published_city.settings
    assert is_kept(settings)
    record = json.loads((settings.reports_dir / RECORD).read_text(encoding="utf-8"))
    assert record["published"] == file_sha256(settings.published_file)
    assert sorted(record["files"]) == sorted(
        f"report_{WHOLE}_{language}.{form}" for language in LANGUAGES for form in ("html", "pdf")
    )
    assert [path for path in settings.reports_dir.iterdir() if path.stat().st_mode & 0o222] == []


def test_a_report_that_was_changed_or_is_of_another_file_is_not_the_one(city: City) -> None:
    path = city.settings.reports_dir / f"report_{WHOLE}_it.html"
    path.chmod(0o644)
    path.write_text(path.read_text(encoding="utf-8") + " ", encoding="utf-8")
    assert not is_kept(city.settings)
    keep(city.settings)
    assert is_kept(city.settings)
    city.settings.published_file.chmod(0o644)
    with duckdb.connect(str(city.settings.published_file)) as con:
        con.execute("create table another as select 1 as one")
    assert not is_kept(city.settings)


def test_charts_stand_at_the_published_tables_in_both_languages(
    published_city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(published_city.settings.dagster_home))
    made = documents(published_city.settings.published_file, WHOLE, LANGUAGES)
    expected, rows = pictures_of(made), table_rows(published_city.settings.published_file)
    assert set(expected) == TABLES
    with dg.DagsterInstance.get() as instance:
        for table, charts in expected.items():
            key = dg.AssetKey(["published", *table.split(".")])
            event = instance.get_latest_materialization_event(key)
            assert event is not None
            assert event.asset_materialization is not None
            told = event.asset_materialization.metadata
            assert {name: told[name] for name in charts} == charts
            assert told["dagster/row_count"].value == rows[table]
    for charts in expected.values():
        for name, chart in charts.items():
            assert " · " in name
            assert chart.value is not None
            pictures = [base64.b64decode(each) for each in PICTURE.findall(chart.value)]
            assert len(pictures) == len(LANGUAGES)
            assert [each for each in pictures if len(each) >= LIMIT] == []
            assert "http" not in PICTURE.sub("", chart.value)


def test_a_report_that_cannot_be_written_is_a_failure_of_its_own_step(city: City) -> None:
    (city.settings.reports_dir).rename(city.settings.data / "elsewhere")
    city.settings.reports_dir.write_text("a file in the way")
    published = city.settings.published_file.read_bytes()
    job = build_defs(city.settings).resolve_job_def(NIGHTLY)
    result = job.execute_in_process(
        asset_selection=[REPORT], instance=dg.DagsterInstance.ephemeral(), raise_on_error=False
    )
    assert failed_at(result, STEP)
    assert isinstance(failure_of(result), MachineRefused)
    assert city.settings.published_file.read_bytes() == published


@pytest.mark.thorough
def test_a_run_whose_report_fails_has_published_and_says_so(city: City) -> None:
    city.settings.reports_dir.rename(city.settings.data / "elsewhere")
    city.settings.reports_dir.write_text("a file in the way")
    before = file_sha256(city.settings.published_file)
    with pytest.raises(ReportFailed, match="was published, but its report was not written"):
        run_nightly(city.settings)
    assert file_sha256(city.settings.published_file) != before
    city.settings.reports_dir.unlink()
    keep(city.settings)
    assert is_kept(city.settings)
