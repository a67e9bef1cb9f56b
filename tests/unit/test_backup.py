"""Catches: a backup that lacks a file or takes in damage, a restore that overwrites, a backup that is wiped."""

import hashlib
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from orchestration.errors import GateRefused, RunLocked, UsageError
from orchestration.intake.archive import Archive, Delivery
from orchestration.operations.backup import backup, restore
from orchestration.operations.integrity import files_of
from orchestration.resources import exclusive
from orchestration.settings import Settings

NOW = datetime(2025, 2, 1, 6, 0, tzinfo=UTC)


def accept(settings: Settings, number: int) -> None:
    archive, content = Archive(settings.archive_dir), f"rows {number}".encode()
    with archive.scratch() as scratch:
        (scratch / "rows").write_bytes(content)
        sha256 = hashlib.sha256(content).hexdigest()
        day = date(2024, 1, number)
        archive.accept(
            Delivery(f"{number:016}", "provider", "tenancies", day, f"{day}.csv", "f", 1, sha256, "1.0.0", NOW),
            scratch / "rows",
        )


def content(settings: Settings) -> dict[str, bytes]:
    return {str(path): (settings.data / path).read_bytes() for path in files_of(settings)}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(data=tmp_path / "data")
    accept(made, 1)
    for path in (made.ledger_dir / "1.parquet", made.ledger_dir / "counts" / "1.parquet"):
        path.parent.mkdir(parents=True, exist_ok=True)
        duckdb.sql("select 1 as told").write_parquet(str(path))
    return made


def test_what_was_backed_up_comes_back_byte_by_byte(settings: Settings, tmp_path: Path) -> None:
    record = {"file_name": "x", "file_sha256": "y", "source": None, "extract": None, "reference_date": None}
    Archive(settings.archive_dir).refuse("bad", record | {"findings": []}, "a report")
    assert backup(settings, tmp_path / "backup", now=NOW).copied == 6
    accept(settings, 2)
    (settings.archive_dir / "refused" / "bad.md").unlink()
    assert backup(settings, tmp_path / "backup", now=NOW).copied == 2
    assert not (tmp_path / "backup" / "archive" / "refused" / "bad.md").exists()
    before = content(settings)
    assert {path.split("/")[0] for path in before} == {"archive", "ledger"}
    shutil.rmtree(settings.data)
    assert restore(settings, tmp_path / "backup").deliveries == 2
    assert content(settings) == before
    assert settings.archive_dir.stat().st_mode & 0o777 == 0o700


def test_nothing_is_overwritten(settings: Settings, tmp_path: Path) -> None:
    backup(settings, tmp_path / "backup", now=NOW)
    with pytest.raises(UsageError, match="nothing is ever overwritten"):
        restore(settings, tmp_path / "backup")
    with pytest.raises(UsageError, match="There is no backup"):
        restore(Settings(data=tmp_path / "other"), tmp_path / "nowhere")
    with pytest.raises(UsageError, match="within each other"):
        backup(settings, settings.data / "backup", now=NOW)


def test_damage_is_neither_backed_up_nor_restored(settings: Settings, tmp_path: Path) -> None:
    backup(settings, tmp_path / "backup", now=NOW)
    (rows,) = (tmp_path / "backup" / "archive").rglob("*.parquet")
    rows.chmod(0o644)
    rows.write_bytes(b"other")
    with pytest.raises(GateRefused, match="backup is damaged"):
        restore(Settings(data=tmp_path / "other"), tmp_path / "backup")
    assert not (tmp_path / "other" / "archive").exists()
    assert backup(settings, tmp_path / "backup", now=NOW).copied == 1
    (rows,) = settings.archive_dir.rglob("*.parquet")
    rows.chmod(0o644)
    rows.write_bytes(b"other")
    with pytest.raises(GateRefused, match="Nothing was backed up"):
        backup(settings, tmp_path / "backup", now=NOW)


def test_an_empty_installation_does_not_replace_a_backup(settings: Settings, tmp_path: Path) -> None:
    backup(settings, tmp_path / "backup", now=NOW)
    with pytest.raises(GateRefused, match="restore what was lost"):
        backup(Settings(data=tmp_path / "fresh"), tmp_path / "backup", now=NOW)


def test_it_waits_for_no_run(settings: Settings, tmp_path: Path) -> None:
    with exclusive(settings.lock_file), pytest.raises(RunLocked):
        backup(settings, tmp_path / "backup", now=NOW)


def test_a_ledger_that_cannot_be_read_is_not_backed_up(settings: Settings, tmp_path: Path) -> None:
    (settings.ledger_dir / "counts" / "1.parquet").write_bytes(b"half")
    with pytest.raises(GateRefused, match=r"counts/1\.parquet cannot be read: restore it"):
        backup(settings, tmp_path / "backup", now=NOW)
