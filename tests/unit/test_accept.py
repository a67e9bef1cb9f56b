"""Catches: a refusal lifted that nobody may lift, for other bytes or rules, or by nobody; a record lost or changed."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from expectations.contract import load_contracts
from orchestration import accept as command
from orchestration.errors import GateRefused, RunLocked, UsageError
from orchestration.intake.archive import Acceptance, Archive, ArchiveDamaged
from orchestration.intake.take import DeliveryVerdict, take_in
from orchestration.resources import exclusive
from orchestration.settings import Settings

CONTRACTS = load_contracts(Path(__file__).parents[2] / "expectations" / "contracts")
NOW = datetime(2025, 1, 1, 2, tzinfo=UTC)
HEADINGS = ";".join(CONTRACTS["municipality", "temporary_stays"].headings)
STAY = "S{};h_0123456789abcdef01234567;ALBERGO;;01/02/2023;03/02/2023;3;45,50;12"
FIRST, SECOND, THIRD = (f"temporary_stays_2023-0{month}.csv" for month in ("3-31", "4-30", "5-31"))


def stays(*numbers: int, line: str = STAY) -> bytes:
    return "".join(f"{each}\n" for each in (HEADINGS, *(line.format(n) for n in numbers))).encode()


class City:
    """A data folder with a landing: stays were delivered, and most of them are gone in the next delivery."""

    def __init__(self, folder: Path):
        self.settings = Settings(data=folder / "data", landing=folder / "landing", accepted_by=None)
        self.archive = Archive(self.settings.archive_dir)
        self.settings.landing_dir.mkdir()
        self.drop(FIRST, stays(*range(20)))
        self.take_in()
        self.drop(SECOND, stays(1, 2))

    def drop(self, name: str, content: bytes) -> None:
        (self.settings.landing_dir / name).write_bytes(content)

    def take_in(self) -> dict[str, DeliveryVerdict]:
        found = take_in(self.settings.landing_dir, self.archive, CONTRACTS, now=NOW)
        return {each.file_name: each for each in found}

    def accept(
        self, delivery: str = SECOND, *, reason: str = "The register was cleaned.", by: str | None = "Ada Rossi"
    ):
        return command.accept(self.settings, delivery, reason=reason, by=by, now=NOW)

    def records(self) -> list[Path]:
        return sorted((self.archive.root / "acceptances").glob("*"))


@pytest.fixture
def city(tmp_path) -> City:
    return City(tmp_path)


def test_rows_that_vanished_refuse_a_file_before_it_is_archived(city):
    verdict = city.take_in()[SECOND]
    assert (verdict.outcome, verdict.is_blocking, verdict.delivery) == ("refused", True, None)
    assert [(each.rule, each.count) for each in verdict.findings] == [("rows_vanished", 18)]
    assert [each.file_name for each in city.archive.deliveries()] == [FIRST]
    report = verdict.report.read_text(encoding="utf-8")
    for words in ("Compared with", "Confrontato con", FIRST, "consegna precedente", "una persona può"):
        assert words in report


@pytest.mark.parametrize("by_id", [True, False])
def test_a_named_person_lets_it_pass_and_the_next_run_takes_it_in(city, by_id):
    refused = city.take_in()[SECOND]
    acceptance = city.accept(refused.report.stem if by_id else SECOND)
    assert (acceptance.accepted_by, acceptance.rules) == ("Ada Rossi", ("rows_vanished",))
    verdict = city.take_in()[SECOND]
    assert (verdict.outcome, verdict.findings) == ("accepted", ())
    assert verdict.delivery.passed_rules == ("rows_vanished",)
    (check,) = [each for each in verdict.delivery.checks if each.name == "rows_vanished"]
    assert (check.passed, check.severity, check.failed) == (False, "warning", 18)
    assert "named person" in check.description
    assert city.archive.deliveries()[-1] == verdict.delivery
    assert city.archive.acceptances(verdict.delivery.delivery_id) == [acceptance]
    assert "Rossi" not in repr(verdict)


def test_other_bytes_under_the_same_name_are_refused_again(city):
    city.take_in()
    city.accept()
    city.drop(SECOND, stays(1))
    assert city.take_in()[SECOND].outcome == "refused"


def test_another_rule_is_not_let_pass(city):
    changed = stays(*range(5), line=STAY.replace("01/02/2023", "02/02/2023"))
    city.drop(SECOND, changed)
    verdict = city.take_in()[SECOND]
    rules = ["rows_vanished", "identity_changed_checked_in_on"]
    assert [each.rule for each in verdict.findings] == rules
    city.archive.record_acceptance(
        Acceptance(verdict.report.stem, SECOND, "", ("rows_vanished",), city.archive.deliveries()[0].delivery_id,
                   "because", "Ada Rossi", NOW)
    )  # fmt: skip
    verdict = city.take_in()[SECOND]
    assert [each.rule for each in verdict.findings] == rules[1:]
    city.accept()
    assert city.take_in()[SECOND].delivery.passed_rules == tuple(sorted(rules))
    assert len(city.records()) == 2


def test_compared_with_another_delivery_it_is_asked_again(city):
    city.drop(THIRD, stays(1, 2))
    (city.settings.landing_dir / SECOND).unlink()
    city.take_in()
    city.accept(THIRD)
    city.drop(SECOND, stays(*range(40)))
    verdicts = city.take_in()
    assert verdicts[SECOND].outcome == "accepted"
    assert (verdicts[THIRD].outcome, verdicts[THIRD].findings[0].count) == ("refused", 38)
    city.accept(THIRD)
    assert city.take_in()[THIRD].outcome == "accepted"


def test_deliveries_of_one_run_are_compared_in_the_order_of_their_dates(city):
    city.drop(SECOND, stays(*range(20), 30))
    (city.settings.landing_dir / "municipality").mkdir()
    city.drop(f"municipality/{THIRD}", stays(*range(20)))
    city.drop("temporary_stays_2023-06-30.csv", stays(3))
    verdicts = city.take_in()
    assert [verdicts[name].outcome for name in (SECOND, f"municipality/{THIRD}")] == ["accepted", "accepted"]
    last = verdicts["temporary_stays_2023-06-30.csv"]
    assert (last.outcome, last.findings[0].count) == ("refused", 19)
    (gone,) = [each for each in verdicts[f"municipality/{THIRD}"].checks if each.name == "rows_vanished"]
    assert (gone.passed, gone.rows, gone.failed) == (True, 21, 1)


def test_an_older_delivery_is_history_and_said_to_go_back(city):
    city.drop("temporary_stays_2023-02-28.csv", stays(1))
    verdict = city.take_in()["temporary_stays_2023-02-28.csv"]
    assert verdict.outcome == "accepted"
    assert [each.name for each in verdict.checks if not each.passed] == ["reference_date"]


# --- refused


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"by": None}, "--by"),
        ({"by": "  "}, "--by"),
        ({"reason": " "}, "--reason"),
        ({"delivery": "temporary_stays_2023-12-31.csv"}, "no refused file"),
        ({"delivery": "0123456789abcdef"}, "no refused file"),
        ({"delivery": "../data/homes4all.lock"}, "no refused file"),
    ],
)
def test_wrong_usage_says_what_is_missing(city, arguments, words):
    city.take_in()
    with pytest.raises(UsageError, match=words):
        city.accept(**arguments)
    assert city.records() == []


def test_the_name_may_come_from_the_settings(city):
    city.take_in()
    city.settings = city.settings.model_copy(update={"accepted_by": "Ada  Rossi "})
    assert city.accept(by=None).accepted_by == "Ada Rossi"


@pytest.mark.parametrize(
    "content",
    [stays(1).replace(b"ALBERGO", b"CAMPEGGIO"), stays(1, 1), b"", stays(1)[:-1], b"PK\x03\x04"],
    ids=["category", "key", "empty", "cut", "zip"],
)
def test_what_is_wrong_with_the_file_itself_is_never_let_pass(city, content):
    city.drop(SECOND, content)
    city.take_in()
    with pytest.raises(GateRefused, match="can only be put right in the file"):
        city.accept()
    assert city.records() == []


def test_a_file_that_changed_or_went_since_is_not_the_one_refused(city):
    city.take_in()
    city.drop(SECOND, stays(1))
    with pytest.raises(UsageError, match="has changed since"):
        city.accept()
    (city.settings.landing_dir / SECOND).unlink()
    with pytest.raises(UsageError, match="no longer in the landing"):
        city.accept()


def test_once_is_enough(city):
    city.take_in()
    city.accept()
    with pytest.raises(UsageError, match=r"Ada Rossi let .* pass on 2025-01-01"):
        city.accept(by="Bea Verdi")


def test_not_while_a_run_is_at_work(city):
    city.take_in()
    with exclusive(city.settings.lock_file), pytest.raises(RunLocked):
        city.accept()


# --- for good


def test_the_record_is_sealed_read_only_and_never_replaced(city):
    city.take_in()
    acceptance = city.accept()
    (path,) = city.records()
    assert path.stat().st_mode & 0o777 == 0o444
    before = path.read_bytes()
    city.archive.record_acceptance(replace(acceptance, reason="another"))
    assert path.read_bytes() == before
    assert len(city.records()) == 2


@pytest.mark.parametrize("damage", ["removed", "changed", "replaced by another sealed record"])
def test_an_archive_without_the_record_is_damaged(city, damage):
    city.take_in()
    acceptance = city.accept()
    city.take_in()
    (path,) = city.records()
    path.chmod(0o644)
    if damage == "changed":
        record = json.loads(path.read_text(encoding="utf-8"))
        record["record"]["accepted_by"] = "Nobody"
        path.write_text(json.dumps(record), encoding="utf-8")
    else:
        path.unlink()
    if damage.startswith("replaced"):
        city.archive.record_acceptance(replace(acceptance, accepted_by="Nobody"))
    with pytest.raises(ArchiveDamaged, match=f"who let {SECOND} pass"):
        city.archive.deliveries()
