"""Catches: a command that a person types and that ends in a traceback, the wrong exit code, or a changed file."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import homes4all
from conftest import City


def test_status_says_what_is_there(published_city: City, capsys: pytest.CaptureFixture[str]) -> None:
    assert homes4all("status", "--data", published_city.settings.data) == 3
    shown = capsys.readouterr().out
    assert "needs a person: day_stands." in shown  # the sample ends years ago, and nothing has come since
    assert "19 accepted; complete up to 2024-12-31" in shown
    assert "passed" in shown
    assert "as of 2024-12-31" in shown


def test_status_of_an_empty_folder_asks_for_a_person(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert homes4all("status", "--data", tmp_path) == 3
    assert "none accepted yet" in capsys.readouterr().out


def test_status_for_monitoring(published_city: City, capsys: pytest.CaptureFixture[str]) -> None:
    assert homes4all("status", "--json", "--data", published_city.settings.data) == 3
    told = json.loads(capsys.readouterr().out)
    assert [each["code"] for each in told["problems"]] == ["day_stands"]
    assert (told["last_run"]["outcome"], told["complete_until"]) == ("published", "2024-12-31")
    assert told["restricted"]["is_current"]


def test_the_doctor_finds_a_fresh_city_sound(
    published_city: City, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOMES4ALL_WEBHOOK", "https://example.org/told")
    arguments = ("--deep", "--json", "--data", published_city.settings.data)
    assert homes4all("doctor", *arguments, "--landing", str(published_city.settings.landing_dir)) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["ok"]
    assert {each["state"] for each in told["findings"]} == {"ok"}
    assert {"archive", "dbt", "packages"} <= {each["check"] for each in told["findings"]}


def test_the_short_commands_start_without_dagster() -> None:
    code = "import sys, orchestration.cli, orchestration.operations.status; sys.exit('dagster' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_query_prints_csv(published_city: City, capsys: pytest.CaptureFixture[str]) -> None:
    sql = "select count(*) as metrics from metrics.definitions"
    assert homes4all("query", sql, "--csv", "--data", published_city.settings.data) == 0
    assert capsys.readouterr().out.splitlines() == ["metrics", "34"]


@pytest.mark.parametrize(
    "sql", ["drop table metrics.results", "select * from nowhere", "copy metrics.results to 'x.csv'"]
)
def test_query_is_read_only_and_explains_a_wrong_statement(
    published_city: City, sql: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = published_city.settings.published_file.read_bytes()
    assert homes4all("query", sql, "--data", published_city.settings.data) == 2
    assert capsys.readouterr().err.startswith("homes4all: ")
    assert published_city.settings.published_file.read_bytes() == before


def test_wrong_usage_is_exit_code_2() -> None:
    assert homes4all("run", "--as-of", "yesterday") == 2


def test_sample_writes_nineteen_deliveries(tmp_path: Path) -> None:
    out = tmp_path / "city" / "landing"
    assert homes4all("sample", "--households", "80", "--months", "24", "--out", str(out)) == 0
    assert len(list(out.iterdir())) == 19


def test_a_day_before_that_of_the_published_file_is_refused_and_nothing_is_done(
    published_city: City, capsys: pytest.CaptureFixture[str]
) -> None:
    file = published_city.settings.published_file
    before = file.read_bytes(), sorted(published_city.settings.build_dir.iterdir())
    assert homes4all("run", "--as-of", "2024-06-30", "--data", published_city.settings.data) == 2
    said = capsys.readouterr().err
    assert "as of 2024-12-31; you ask for 2024-06-30, which is earlier" in said
    assert "rebuild_as_of" in said
    assert (file.read_bytes(), sorted(published_city.settings.build_dir.iterdir())) == before
