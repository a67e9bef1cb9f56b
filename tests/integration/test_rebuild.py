"""Catches: a rebuild as of an earlier day that publishes, moves the nightly build or tells the ledger; one that comes
out otherwise than the nightly run of that day; a wrong day that ends in anything but a plain sentence."""

from datetime import date
from pathlib import Path

import dagster as dg
import duckdb
import pytest
from conftest import City

from expectations.contract import load_contracts
from orchestration.durable import file_sha256
from orchestration.rebuild import rebuild_job
from orchestration.settings import Settings

RESULTS = "from metrics.results order by all"


def run_form(settings: Settings, day: str) -> dg.ExecuteInProcessResult:
    job = rebuild_job(load_contracts(settings.contracts))
    config = {"ops": {"rebuild": {"config": {"as_of": day}}}}
    return job.execute_in_process(run_config=config, resources={"settings": settings}, raise_on_error=False)


def why(result: dg.ExecuteInProcessResult) -> str:
    (failed,) = [each for each in result.all_events if each.is_step_failure]
    told = failed.step_failure_data.user_failure_data
    assert told
    return told.description or ""


def hashes(folder: Path) -> dict[str, str]:
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_relative_to(folder / "rebuilt")]
    return {str(path.relative_to(folder)): file_sha256(path) for path in files}


def test_a_rebuild_is_what_the_night_made_and_changes_nothing(city: City) -> None:
    before = hashes(city.settings.data)
    with city.built() as con:
        ((day,),) = con.execute("select as_of from provenance.build").fetchall()
        expected = con.execute(RESULTS).fetchall()
    assert run_form(city.settings, day.isoformat()).success
    assert hashes(city.settings.data) == before
    (file,) = city.settings.rebuilt_dir.rglob("*.*")
    assert file == city.settings.rebuilt_dir / day.isoformat() / "homes4all.duckdb"
    with duckdb.connect(str(file), read_only=True) as con:
        assert con.execute(RESULTS).fetchall() == expected
        assert con.execute("select count(*) > 0 from staging.stg_provider__tenancies").fetchone() == (True,)
    assert run_form(city.settings, "2023-07-01").success
    with duckdb.connect(str(city.settings.rebuilt_dir / "2023-07-01" / file.name), read_only=True) as con:
        assert con.execute("select distinct as_of from metrics.results").fetchall() == [(date(2023, 7, 1),)]
    assert hashes(city.settings.data) == before


@pytest.mark.parametrize("day", ["", "tomorrow", "30/06/2024", "20240630", "2024-02-30"])
def test_what_is_no_day_is_refused_in_words(tmp_path: Path, day: str) -> None:
    assert "Write it as YYYY-MM-DD" in why(run_form(Settings(data=tmp_path), day))


def test_a_day_without_data_is_refused_in_words(published_city: City, tmp_path: Path) -> None:
    assert "complete up to" in why(run_form(published_city.settings, "2099-01-01"))
    assert "No delivery was ever accepted" in why(run_form(Settings(data=tmp_path), "2024-01-01"))
