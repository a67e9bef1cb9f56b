"""Catches: a night that went wrong and reads as well, a warning that wakes a person, a status that hides behind damage,
a look at the lock that stops a run.
"""

import json
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from pydantic import TypeAdapter

from expectations.contract import load_contracts
from orchestration.council.kept import RECORD
from orchestration.durable import file_sha256
from orchestration.intake.archive import Archive, Delivery
from orchestration.operations.facts import Disk, LastRun, Status
from orchestration.operations.glance import ago, size, status_lines
from orchestration.operations.status import RUNS_AHEAD, run_problems, runs_that_fit, status
from orchestration.publish.verdict import Verdict, write_verdict
from orchestration.resources import Builds, exclusive, is_held
from orchestration.settings import PROJECT_ROOT, Settings

NOW = datetime(2025, 2, 1, 6, 0, tzinfo=UTC)
DAY = date(2024, 12, 31)
CONTRACTS = load_contracts(PROJECT_ROOT / "expectations" / "contracts")


def register(archive: Archive, *, day: date = DAY, but: str = "") -> None:
    """One delivery of every extract but one."""
    for number, (source, extract) in enumerate(CONTRACTS):
        if extract != but:
            archive.root.mkdir(parents=True, exist_ok=True)
            parquet = archive.root / "made.parquet"
            parquet.write_bytes(b"rows")
            name = f"{extract}_{day}.csv"
            archive.accept(
                Delivery(f"{number:016x}", source, extract, day, name, "file", 1200, "rows", "1.0.0", NOW), parquet
            )


def begin(settings: Settings, *, hours_ago: float = 4) -> str:
    return Builds(settings.build_dir).begin("run00001", now=NOW - timedelta(hours=hours_ago)).run_id


def judge(settings: Settings, run_id: str, *failed: str) -> None:
    build = Builds(settings.build_dir).current()
    write_verdict(Verdict(run_id, not failed, 465, failed, "", ""), build.verdict)


def publish(settings: Settings, run_id: str) -> None:
    settings.published_file.parent.mkdir(exist_ok=True)
    with duckdb.connect(str(settings.published_file)) as con:
        con.execute("create schema if not exists provenance")
        con.execute(
            "create or replace table provenance.runs as select ? as run_id, ?::date as as_of, "
            "?::timestamp as built_at, true as illustrative",
            [run_id, DAY, (NOW - timedelta(hours=4)).replace(tzinfo=None)],
        )
    settings.reports_dir.mkdir(exist_ok=True)
    record = {"published": file_sha256(settings.published_file), "files": {}}
    (settings.reports_dir / RECORD).write_text(json.dumps(record), encoding="utf-8")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation whose last run was published four hours ago."""
    made = Settings(data=tmp_path / "data")
    register(Archive(made.archive_dir))
    run_id = begin(made)
    judge(made, run_id)
    publish(made, run_id)
    return made


def codes(found: Status) -> list[str]:
    return [each.code for each in found.problems]


def test_a_published_night_is_well(settings: Settings) -> None:
    found = status(settings, now=NOW)
    assert found.ok
    assert (found.last_run.outcome, found.last_run.checks) == ("published", 465)
    assert found.published is not None
    assert found.published.age_hours == 4.0
    assert found.warnings == ()
    assert "all well" in next(status_lines(found, "Europe/Rome", {}))


def test_a_refused_run_is_told_with_its_checks_and_the_old_file_stays(settings: Settings) -> None:
    run_id = Builds(settings.build_dir).begin("run00002", now=NOW - timedelta(hours=1)).run_id
    judge(settings, run_id, "deliveries/deliveries_provider/tenancies/delivered_and_accepted")
    found = status(settings, now=NOW)
    assert codes(found) == ["run_refused"]
    assert found.last_run.refused_by == ("deliveries/deliveries_provider/tenancies/delivered_and_accepted",)
    assert found.published is not None
    assert "  refused by deliveries/" in "\n".join(status_lines(found, "Europe/Rome", {}))


def test_a_run_without_a_verdict_was_stopped_or_is_at_work(settings: Settings) -> None:
    Builds(settings.build_dir).begin("run00002", now=NOW - timedelta(hours=1))
    assert codes(status(settings, now=NOW)) == ["run_stopped"]
    with exclusive(settings.lock_file):
        found = status(settings, now=NOW)
    assert found.ok
    assert found.last_run.outcome == "at_work"


def test_a_verdict_that_passed_and_was_never_published_is_no_success(settings: Settings) -> None:
    run_id = Builds(settings.build_dir).begin("run00002", now=NOW - timedelta(hours=1)).run_id
    judge(settings, run_id)
    assert codes(status(settings, now=NOW)) == ["run_stopped"]


def test_no_run_for_longer_than_a_day_needs_a_person(settings: Settings) -> None:
    later = NOW - timedelta(hours=4) + timedelta(hours=settings.overdue_hours)
    assert status(settings, now=later).ok
    assert codes(status(settings, now=later + timedelta(minutes=1))) == ["run_overdue"]
    hanging = LastRun("at_work", "run", NOW - timedelta(hours=27))
    (problem,) = run_problems(hanging, now=NOW, overdue_after=timedelta(hours=26))
    assert "still at work" in problem.text


def test_an_empty_folder_needs_a_person(tmp_path: Path) -> None:
    found = status(Settings(data=tmp_path / "nowhere"), now=NOW)
    assert codes(found) == ["nothing_published", "delivery_missing"]
    assert not (tmp_path / "nowhere").exists()


def test_late_warns_or_blocks_as_the_contract_says(settings: Settings, tmp_path: Path) -> None:
    due = DAY + timedelta(days=62)
    at = datetime(due.year, due.month, due.day, 6, tzinfo=UTC)
    Builds(settings.build_dir).begin("run00003", now=at - timedelta(hours=1))
    assert "delivery_late" not in [each.code for each in status(settings, now=at).warnings]
    found = status(settings, now=at + timedelta(days=1))
    assert "delivery_late" not in codes(found)
    (warning,) = [each for each in found.warnings if each.code == "delivery_late"]
    assert f"provider/tenancies (due {due})" in warning.text
    assert f"late since {due}" in "\n".join(status_lines(found, "Europe/Rome", {}))


def moved_on(settings: Settings, *extracts: str) -> None:
    """These extracts are delivered for a later day."""
    archive, day = Archive(settings.archive_dir), DAY + timedelta(days=31)
    for number, (source, extract) in enumerate(CONTRACTS):
        if extract in extracts:
            parquet = archive.root / "made.parquet"
            parquet.write_bytes(b"rows")
            name = f"{extract}_{day}.csv"
            archive.accept(
                Delivery(f"1{number:015x}", source, extract, day, name, "file", 1200, "rows", "1.0.0", NOW), parquet
            )


REGISTERS = [extract for (source, extract), each in CONTRACTS.items() if source != "chamber" and not each.optional]


@pytest.mark.parametrize("holder", ["tenancies", "grant_drawdowns"])
def test_a_register_that_most_have_gone_beyond_is_named_with_who_delivers_it(settings: Settings, holder: str) -> None:
    moved_on(settings, *{*REGISTERS} - {holder}, "price_index")
    found = status(settings, now=NOW)
    assert codes(found) == ["day_stands"]
    (held,) = found.held_back_by
    assert (held.extract, held.delivered_by, held.reference_date, held.is_late) == (holder, held.source, DAY, False)
    assert found.others_since == NOW
    text = found.problems[0].text
    assert f"stand at {DAY}" in text
    assert f"11 of 12, the first since {NOW:%Y-%m-%d}" in text
    assert text.endswith(f"of {held.source}/{holder}. Ask {held.source}.")
    assert f"PROBLEM  {text}" in "\n".join(status_lines(found, "Europe/Rome", {}))


def test_the_first_to_deliver_need_no_person_yet(settings: Settings) -> None:
    moved_on(settings, "households", "temporary_stays")
    found = status(settings, now=NOW)
    assert found.ok
    assert [each.code for each in found.warnings] == ["day_stands"]
    assert "2 of 12" in found.warnings[0].text


def test_a_chamber_that_has_not_delivered_holds_nothing_back(settings: Settings) -> None:
    moved_on(settings, *REGISTERS)
    found = status(settings, now=NOW)
    assert (found.ok, found.warnings, found.others_since) == (True, (), None)
    assert {each.extract for each in found.held_back_by} == {*REGISTERS}


def test_a_day_at_which_all_registers_stand_needs_a_person_once_one_is_overdue(settings: Settings) -> None:
    due = DAY + timedelta(days=62)
    at = datetime(due.year, due.month, due.day, 6, tzinfo=UTC)
    Builds(settings.build_dir).begin("run00003", now=at - timedelta(hours=1))
    assert "day_stands" not in codes(status(settings, now=at))
    found = status(settings, now=at + timedelta(days=1))
    (problem,) = [each for each in found.problems if each.code == "day_stands"]
    assert f"due by {due}. Ask finance, municipality, provider, support." in problem.text
    assert "later day:" not in problem.text


def test_strays_are_told_and_need_no_person(settings: Settings) -> None:
    settings.landing_dir.mkdir()
    for name in ("Thumbs.db", "households_2025-01-31.csv.filepart", "households_2025-01-31.csv"):
        (settings.landing_dir / name).write_text("x")
    found = status(settings, now=NOW)
    assert found.ok
    assert [each.code for each in found.warnings] == ["stray_files"]
    assert [each.file_name for each in found.strays] == ["Thumbs.db", "households_2025-01-31.csv.filepart"]
    assert "  Thumbs.db: a computer" in "\n".join(status_lines(found, "Europe/Rome", {}))


def test_a_missing_extract_blocks(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data")
    register(Archive(settings.archive_dir), but="tenancies")
    found = status(settings, now=NOW)
    (problem,) = [each for each in found.problems if each.code == "delivery_missing"]
    assert problem.text.endswith(": provider/tenancies.")


def test_damage_is_a_problem_and_hides_nothing_else(settings: Settings) -> None:
    entry = next((settings.archive_dir / "register").glob("*.json"))
    entry.chmod(0o644)
    entry.write_text(entry.read_text().replace("1200", "1201"))
    settings.published_file.write_bytes(b"no database at all, just some bytes" * 200)
    (settings.statements_dir / "2023Q2").mkdir(parents=True)
    found = status(settings, now=NOW)
    assert {"archive_damaged", "statements_damaged", "published_damaged"} <= {*codes(found)}
    assert found.last_run.checks == 465


def test_a_report_of_another_file_warns(settings: Settings) -> None:
    (settings.reports_dir / RECORD).write_text('{"published": "another", "files": {}}', encoding="utf-8")
    found = status(settings, now=NOW)
    assert found.ok
    assert [each.code for each in found.warnings] == ["report_behind"]


def test_a_restricted_file_of_an_earlier_run_warns(settings: Settings) -> None:
    settings.restricted_file.parent.mkdir()
    settings.restricted_file.write_bytes(b"encrypted")
    written = (NOW - timedelta(days=3)).timestamp()
    os.utime(settings.restricted_file, (written, written))
    found = status(settings, now=NOW)
    assert found.ok
    assert [each.code for each in found.warnings] == ["restricted_behind"]


def test_room_is_measured_in_runs() -> None:
    gib = 1 << 30
    assert runs_that_fit(Disk(100 * gib, gib, gib, {})) == 1
    assert runs_that_fit(Disk(100 * gib, gib - 1, gib, {})) < 1 < RUNS_AHEAD


def test_json_keeps_its_shape_and_names_nobody(settings: Settings) -> None:
    told = json.loads(TypeAdapter(Status).dump_json(status(settings, now=NOW)))
    assert told["version"] == 1
    assert told["checked_at"] == "2025-02-01T06:00:00Z"
    page = (PROJECT_ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    for name in (*told, *told["last_run"], *told["published"], *told["extracts"][0], *told["disk"]):
        assert f"`{name}`" in page, f"{name} is not in docs/operations.md"
    assert "accepted_by" not in json.dumps(told)


def test_a_look_at_the_lock_makes_no_file_and_stops_no_run(tmp_path: Path) -> None:
    lock = tmp_path / "homes4all.lock"
    assert not is_held(lock)
    assert not lock.exists()
    with exclusive(lock):
        assert is_held(lock)
    assert not is_held(lock)


def test_ages_and_sizes_read_as_a_person_says_them() -> None:
    assert [ago(timedelta(minutes=each)) for each in (0, 1, 119, 120, 2879, 2880)] == [
        "0 minutes ago", "1 minute ago", "119 minutes ago", "2 hours ago", "47 hours ago", "2 days ago",
    ]  # fmt: skip
    assert [size(each) for each in (0, 1023, 1 << 20, 5 << 40)] == ["0 B", "1023 B", "1.0 MiB", "5.0 TiB"]
