"""Catches: a damaged or half-written delivery taken for good, an archived file that can be changed, a lost refusal."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from expectations.gate import CheckResult
from orchestration.durable import file_sha256
from orchestration.intake.archive import Archive, ArchiveDamaged, Delivery, delivery_id

NOW = datetime(2025, 1, 1, 2, tzinfo=UTC)
CHECK = CheckResult("key_unique", "No two rows.", "warning", False, 9, 2, (3, 4), ("stay_id",), False)


@pytest.fixture
def archive(tmp_path) -> Archive:
    return Archive(tmp_path / "archive")


def accepted(archive: Archive, day: date, content: bytes = b"rows", extract: str = "temporary_stays") -> Delivery:
    with archive.scratch() as scratch:
        parquet = scratch / "rows.parquet"
        parquet.write_bytes(content)
        delivery = Delivery(
            delivery_id=delivery_id(f"{extract} {day}", "f" * 64),
            source="municipality",
            extract=extract,
            reference_date=day,
            file_name=f"{extract}_{day}.csv",
            file_sha256="f" * 64,
            rows=9,
            parquet_sha256=file_sha256(parquet),
            contract_version="1.0.0",
            received_at=NOW,
            checks=(CHECK,),
        )
        archive.accept(delivery, parquet)
    return delivery


def register(archive: Archive) -> list[Path]:
    return sorted((archive.root / "register").iterdir())


def test_what_was_accepted_is_read_back_as_it_was(archive):
    delivery = accepted(archive, date(2024, 1, 31))
    assert archive.deliveries() == [delivery]
    assert archive.parquet(delivery).read_bytes() == b"rows"
    assert delivery.parquet_sha256 in archive.parquet(delivery).name


def test_an_archive_that_is_not_there_yet_is_empty(archive):
    assert archive.deliveries() == []
    assert archive.latest() == {}


def test_the_highest_reference_date_is_the_latest(archive):
    newest = accepted(archive, date(2024, 3, 31))
    accepted(archive, date(2024, 2, 29))
    households = accepted(archive, date(2023, 1, 31), extract="households")
    assert archive.latest() == {
        ("municipality", "temporary_stays"): newest,
        ("municipality", "households"): households,
    }


def test_one_content_serves_two_reference_dates(archive):
    first, second = accepted(archive, date(2024, 1, 31)), accepted(archive, date(2024, 2, 29))
    assert first.delivery_id != second.delivery_id
    assert archive.parquet(first) == archive.parquet(second)


def test_everything_is_read_only_and_nothing_is_left_behind(archive):
    accepted(archive, date(2024, 1, 31))
    files = [path for path in archive.root.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} == {".json", ".parquet"}
    assert all(path.stat().st_mode & 0o222 == 0 for path in files)
    assert not list(archive.root.glob(".*"))


def test_a_damaged_parquet_is_noticed(archive):
    delivery = accepted(archive, date(2024, 1, 31))
    path = archive.parquet(delivery)
    path.chmod(0o644)
    path.write_bytes(b"rowz")
    with pytest.raises(ArchiveDamaged, match="is damaged"):
        archive.parquet(delivery)
    path.unlink()
    with pytest.raises(ArchiveDamaged, match="lacks"):
        archive.parquet(delivery)


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.replace('"rows": 9', '"rows": 8'),
        lambda text: text.replace("2024-01-31", "2024-01-30"),
        lambda text: text[: len(text) // 2],
        lambda text: "[]",
    ],
)
def test_a_changed_register_entry_is_noticed(archive, damage):
    accepted(archive, date(2024, 1, 31))
    (entry,) = register(archive)
    entry.chmod(0o644)
    entry.write_text(damage(entry.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(ArchiveDamaged, match=entry.name):
        archive.deliveries()


def test_without_its_register_entry_a_delivery_does_not_exist(archive):
    delivery = accepted(archive, date(2024, 1, 31))
    (entry,) = register(archive)
    half = entry.with_name(f".{entry.name}.tmp")
    entry.rename(half)
    half.chmod(0o644)
    half.write_text("{", encoding="utf-8")
    assert archive.deliveries() == []
    assert accepted(archive, date(2024, 1, 31)) == delivery
    assert archive.deliveries() == [delivery]
    assert register(archive) == [entry]


def test_what_a_crashed_run_left_is_cleared(archive):
    left = archive.root / ".intake-crashed"
    left.mkdir(parents=True)
    (left / "delivered").write_bytes(b"rows of people")
    entry = archive.root / "register" / ".0123456789abcdef.json.tmp"
    entry.parent.mkdir()
    entry.write_text('{"checksum": "')
    with archive.scratch() as scratch:
        assert not left.exists()
        assert not entry.exists()
        assert scratch.stat().st_mode & 0o077 == 0
    assert not scratch.exists()


def test_a_refusal_is_recorded_and_ends_with_acceptance(archive):
    identity = delivery_id("temporary_stays 2024-01-31", "f" * 64)
    for attempt in (1, 2):
        report = archive.refuse(identity, {"file_name": "x.csv", "refused_at": NOW, "attempt": attempt}, "# Refused\n")
    assert report.read_text(encoding="utf-8") == "# Refused\n"
    record = json.loads((archive.root / "refused" / f"{identity}.json").read_text(encoding="utf-8"))["record"]
    assert record == {"file_name": "x.csv", "refused_at": NOW.isoformat(), "attempt": 2}
    accepted(archive, date(2024, 1, 31))
    assert list((archive.root / "refused").iterdir()) == []
