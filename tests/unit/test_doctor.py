"""Catches: an installation that is unsound and passes, a finding without advice, a value of a setting that is shown."""

import hashlib
import json
import os
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from orchestration.intake.archive import Archive, Delivery
from orchestration.operations import doctor
from orchestration.operations.doctor import Finding, environment, folders, kept_findings, lock, packages, store, told
from orchestration.operations.integrity import kept
from orchestration.resources import Builds, exclusive
from orchestration.settings import Settings

NOW = datetime(2025, 2, 1, 6, 0, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation with one delivery in its archive."""
    made = Settings(data=tmp_path / "data", landing=tmp_path)
    archive = Archive(made.archive_dir)
    with archive.scratch() as scratch:
        rows = scratch / "rows.parquet"
        rows.write_bytes(b"rows")
        sha256 = hashlib.sha256(b"rows").hexdigest()
        name = "tenancies_2024-12-31.csv"
        delivery = Delivery(
            "0" * 16, "provider", "tenancies", date(2024, 12, 31), name, "file", 1, sha256, "1.0.0", NOW
        )
        archive.accept(delivery, rows)
    return made


def states(findings: list[Finding]) -> dict[str, str]:
    assert all(each.advice for each in findings if each.state != "ok")
    return {each.check: each.state for each in findings}


def test_this_installation_has_the_packages_of_its_lock_file() -> None:
    assert packages(doctor.LOCK.read_text(encoding="utf-8")).state == "ok"


@pytest.mark.parametrize(
    ("locked", "state"),
    [
        ("duckdb==0.0.1 \\\n", "problem"),
        ("no-such-package==1.0 \\\n", "problem"),
        ("no-such-package==1.0 ; sys_platform == 'win32' \\\n", "ok"),
        ("duckdb==0.0.1 ; python_version < '3.11'\nduckdb==1.5.5 ; python_version >= '3.11'\n", "ok"),
        ("", "problem"),
    ],
)
def test_packages_are_held_against_the_lock_file(locked: str, state: str) -> None:
    assert packages(locked).state == state


def test_slips_in_the_environment_are_named_and_values_are_not(settings: Settings, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("k" * 40)
    key.chmod(0o644)
    wrong = settings.model_copy(update={"time_zone": "Rome", "evaluation_key_file": key})
    found = list(environment(wrong, {"HOMES4ALL_WEBHOK": "https://secret", "HOMES4ALL_DATA": "x", "HOME": "y"}))
    assert states(found) == {"settings": "warning", "time_zone": "problem", "evaluation_key": "problem"}
    assert "HOMES4ALL_WEBHOK" in found[0].found
    assert not {"secret", "kkkk"} & {each.found for each in found}
    assert {*states(list(environment(settings, {}))).values()} == {"ok"}


def test_folders_that_others_can_open_or_that_are_missing(settings: Settings, tmp_path: Path) -> None:
    assert {*states(list(folders(settings))).values()} == {"ok"}
    settings.archive_dir.chmod(0o755)
    elsewhere = settings.model_copy(update={"landing": tmp_path / "nowhere"})
    found = states(list(folders(elsewhere)))
    assert (found["private"], found["landing"]) == ("problem", "warning")
    fresh = states(list(folders(Settings(data=tmp_path / "fresh"))))
    assert fresh["data"] == "warning"
    assert not (tmp_path / "fresh").exists()


def test_a_folder_of_another_user_is_a_problem(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: mine + 1)
    assert states(list(folders(settings)))["owner"] == "problem"


def test_databases_of_runs_that_are_damaged(settings: Settings) -> None:
    settings.dagster_home.mkdir()
    database = settings.dagster_home / "runs.db"
    with closing(sqlite3.connect(database)) as con, con:
        con.execute("pragma journal_mode = wal")
        con.execute("create table runs (run_id text)")
        con.executemany("insert into runs values (?)", [(str(each) * 50,) for each in range(2000)])
    assert states(list(store(settings))) == {"dagster": "ok"}
    content = bytearray(database.read_bytes())
    content[4096:12288] = os.urandom(8192)
    database.write_bytes(content)
    (found,) = store(settings)
    assert (found.state, found.found) == ("problem", "damaged: runs.db")


def test_a_lock_that_is_held_too_long(settings: Settings) -> None:
    Builds(settings.build_dir).begin("run00001")
    now = datetime.now(UTC)
    assert lock(settings, now) == Finding("lock", "ok", "no run is at work")
    with exclusive(settings.lock_file):
        assert lock(settings, now).state == "ok"
        assert lock(settings, now + timedelta(hours=27)).state == "problem"


def test_a_clock_before_the_newest_delivery(settings: Settings) -> None:
    found = kept(settings)
    assert states(list(kept_findings(found, NOW, deep=False))) == {"archive": "ok", "clock": "ok"}
    early = states(list(kept_findings(found, NOW - timedelta(seconds=1), deep=False)))
    assert early == {"archive": "ok", "clock": "problem"}


def test_damage_is_found_by_seal_at_once_and_by_byte_if_deep(settings: Settings) -> None:
    (rows,) = settings.archive_dir.rglob("*.parquet")
    rows.chmod(0o644)
    rows.write_bytes(b"rowz")
    assert kept(settings).damage == ()
    assert len(kept(settings, deep=True).damage) == 1
    rows.unlink()
    assert len(kept(settings).damage) == 1
    (entry,) = (settings.archive_dir / "register").glob("*.json")
    content = json.loads(entry.read_text())
    content["record"]["rows"] = 2
    entry.chmod(0o644)
    entry.write_text(json.dumps(content))
    (finding, _) = kept_findings(kept(settings), NOW, deep=False)
    assert finding.state == "problem"
    assert "changed after it was written" in finding.found


def test_whether_anybody_is_told_of_a_failure(settings: Settings, tmp_path: Path) -> None:
    assert told(settings).state == "warning"
    secret = tmp_path / "password"
    secret.write_text("correct horse")
    secret.chmod(0o644)
    by_mail = {"smtp": "smtp://mail.example.org", "mail_to": "night@example.org", "smtp_password_file": secret}
    opened = told(Settings.model_validate({"data": settings.data, **by_mail}))
    assert (opened.state, bool(opened.advice)) == ("problem", True)
    secret.chmod(0o600)
    assert told(Settings.model_validate({"data": settings.data, **by_mail})).state == "ok"
    user = {**by_mail, "smtp": "smtp://night@mail.example.org"}
    assert told(Settings.model_validate({"data": settings.data, **user})).state == "ok"
    nothing = told(Settings.model_validate({"data": settings.data, **user, "smtp_password_file": None}))
    assert (nothing.state, bool(nothing.advice)) == ("problem", True)
