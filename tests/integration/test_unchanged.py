"""Catches: a night taken for unchanged that is not, or rebuilt for nothing; damage that such a night does not see."""

import os
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from command_line import homes4all
from conftest import KEY, City
from pydantic import SecretStr

from orchestration import unchanged
from orchestration.council.kept import is_kept
from orchestration.unchanged import why_run

NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
SOON = datetime(2025, 1, 2, 2, tzinfo=UTC)  # nothing is overdue yet, while at the time of the run it was


def why(city: City, *, as_of: date | None = None, now: datetime = NOW, key: str | None = KEY) -> str | None:
    chosen = {"landing": None, "evaluation_key": SecretStr(key) if key else None}
    return why_run(city.settings.model_copy(update=chosen), as_of, now)


def overwritten(path: Path, content: bytes) -> None:
    path.unlink()  # the file may be shared with the cities of other tests
    path.write_bytes(content)


def one(folder: Path, pattern: str) -> Path:
    return sorted(folder.rglob(pattern))[0]


def archived(city: City) -> Path:
    return one(city.settings.archive_dir, "*.parquet")


def landed(city: City, name: str, content: bytes) -> None:
    folder = city.settings.data / "landing"
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(content)


def judged_as_failed(city: City) -> None:
    path = city.settings.build_dir / "current" / "verdict.json"
    overwritten(path, path.read_bytes().replace(b'"passed": true', b'"passed": false'))


OFF: dict[str, tuple[Callable[[City], object], str]] = {
    "rows of the archive damaged": (lambda city: overwritten(archived(city), b"x"), "ArchiveDamaged"),
    "rows of the archive missing": (lambda city: archived(city).unlink(), "ArchiveDamaged"),
    "register changed": (
        lambda city: overwritten(one(city.settings.archive_dir / "register", "*.json"), b"{}"),
        "ArchiveDamaged",
    ),
    "a delivery fewer": (
        lambda city: one(city.settings.archive_dir / "register", "*.json").unlink(),
        "confirmed|other deliveries|overdue",
    ),
    "published file tampered with": (
        lambda city: overwritten(city.settings.published_file, b"x"),
        "the published file",
    ),
    "published file removed": (lambda city: city.settings.published_file.unlink(), "the published file"),
    "restricted file tampered with": (
        lambda city: overwritten(city.settings.restricted_file, b"x"),
        "the restricted file",
    ),
    "restricted file removed": (lambda city: city.settings.restricted_file.unlink(), "FileNotFoundError"),
    "verdict tampered with": (
        lambda city: overwritten(city.settings.build_dir / "current" / "verdict.json", b"{}"),
        "KeyError",
    ),
    "build tampered with": (
        lambda city: overwritten(city.settings.build_dir / "current" / "homes4all.duckdb", b"x"),
        "IOException|GateRefused",
    ),
    "candidate tampered with": (
        lambda city: overwritten(one(city.settings.build_dir, "release/homes4all.duckdb"), b"x"),
        "GateRefused",
    ),
    "build removed": (lambda city: shutil.rmtree(city.settings.build_dir), "GateRefused"),
    "the gates had refused": (judged_as_failed, "GateRefused"),
    "a statement nobody knows": (lambda city: (city.settings.statements_dir / "2023Q2").mkdir(parents=True), "Damaged"),
    "a new file": (lambda city: landed(city, "households_2025-01-31.csv", b"x"), "never accepted"),
    "an accepted file with other bytes": (
        lambda city: landed(city, "households_2024-12-31.csv", b"x"),
        "never accepted",
    ),
    "a misnamed file": (lambda city: landed(city, "households 2025-01-31.txt", b"x"), "never accepted"),
}


@pytest.fixture(scope="module")
def lean_city(published_city: City, tmp_path_factory: pytest.TempPathFactory) -> City:
    """The published city without Dagster's and dbt's own files, which a confirmation never reads."""
    folder = tmp_path_factory.mktemp("lean") / "data"
    shutil.copytree(
        published_city.settings.data, folder, symlinks=True, ignore=shutil.ignore_patterns("dagster", "dbt_target")
    )
    return City(published_city.settings.model_copy(update={"data": folder}))


@pytest.fixture
def quiet(lean_city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    """The same city on the next night, to be changed at will; contracts are read once for all tests."""
    shutil.copytree(lean_city.settings.data, tmp_path / "data", symlinks=True, copy_function=os.link)
    known = unchanged.load_contracts(lean_city.settings.contracts)
    monkeypatch.setattr(unchanged, "load_contracts", lambda _: known)
    return City(lean_city.settings.model_copy(update={"data": tmp_path / "data"}))


def test_a_night_on_which_nothing_changed_is_confirmed(
    quiet: City, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(quiet.settings.landing_dir, quiet.settings.data / "landing")
    landed(quiet, "households_2024-12-31.control.csv", b"of an accepted delivery")
    landed(quiet, "Thumbs.db", b"no reason to build")
    before = quiet.settings.published_file.stat()
    assert why(quiet) is None
    monkeypatch.setenv("HOMES4ALL_EVALUATION_KEY", KEY)
    code = homes4all("run", "--data", quiet.settings.data)
    said = capsys.readouterr().out
    assert code == 0, said
    assert "Nothing changed" in said
    assert quiet.settings.published_file.stat().st_mtime_ns == before.st_mtime_ns
    homes4all("status", "--data", quiet.settings.data)
    assert "Nothing had changed on" in capsys.readouterr().out


def test_a_quiet_night_writes_the_report_that_is_missing_and_no_other(
    quiet: City, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reports, published = quiet.settings.reports_dir, quiet.settings.published_file.read_bytes()
    before = {path.name: path.read_bytes() for path in reports.iterdir()}
    (quiet.settings.data / "landing").mkdir()
    monkeypatch.setenv("HOMES4ALL_EVALUATION_KEY", KEY)
    for is_missing in (True, False):
        if is_missing:
            (reports / "report_programme_to_date_en.pdf").unlink()
            assert not is_kept(quiet.settings)
        code = homes4all("run", "--data", quiet.settings.data)
        said = capsys.readouterr().out
        assert code == 0, said
        assert ("Its report was not there" in said) is is_missing
    assert {path.name: path.read_bytes() for path in reports.iterdir()} == before
    assert quiet.settings.published_file.read_bytes() == published


@pytest.mark.parametrize("what", OFF)
def test_whatever_is_off_is_a_reason_to_run(quiet: City, what: str) -> None:
    break_it, reason = OFF[what]
    break_it(quiet)
    assert (said := why(quiet)) is not None
    assert any(each in said for each in reason.split("|")), said


def test_another_version_day_or_key_is_a_reason_to_run(quiet: City, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "day" in (why(quiet, as_of=date(2023, 7, 31)) or "")
    assert why(quiet, as_of=date(2024, 12, 31)) is None
    assert "UsageError" in (why(quiet, as_of=date(2030, 1, 1)) or "")
    assert "key" in (why(quiet, key=None) or "")
    assert "confirmed" in (why(quiet, key=KEY + "of another") or "")
    assert "overdue" in (why(quiet, now=SOON) or "")
    monkeypatch.setattr(unchanged, "code_version", lambda: "0.1.0+another")
    assert "software" in (why(quiet) or "")


def test_a_changed_model_is_another_version(quiet: City, tmp_path: Path) -> None:
    models = tmp_path / "dbt_project"
    shutil.copytree(quiet.settings.dbt_project, models)
    elsewhere = City(quiet.settings.model_copy(update={"dbt_project": models}))
    assert why(elsewhere) is None
    model = one(models, "results.sql")
    model.write_text(model.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert "software" in (why(elsewhere) or "")
