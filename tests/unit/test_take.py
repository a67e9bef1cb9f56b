"""Catches: a bad file accepted or half accepted, a good one lost, the wrong file blocking, a value in a report."""

import gzip
import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from expectations.contract import load_contracts
from orchestration.intake import take
from orchestration.intake.archive import Archive
from orchestration.intake.take import DeliveryVerdict, take_in

CONTRACTS = load_contracts(Path(__file__).parents[2] / "expectations" / "contracts")
NOW = datetime(2025, 1, 1, 2, tzinfo=UTC)
HEADINGS = ";".join(CONTRACTS["municipality", "temporary_stays"].headings)
HOUSEHOLD = "h_0123456789abcdef01234567"
STAY = "S{};" + HOUSEHOLD + ";ALBERGO;;01/02/2023;03/02/2023;3;45,50;12"
NAME = "temporary_stays_2023-03-31.csv"


def text(*lines: str) -> bytes:
    return "".join(f"{line}\r\n" for line in (HEADINGS, *lines)).encode()


GOOD = text(STAY.format(1), STAY.format(2))
OTHER = text(STAY.format(1), STAY.format(2), STAY.format(3))
BAD = text(STAY.format(1), STAY.format(2).replace("ALBERGO", "Casa di Maria Rossi"))


class City:
    """A landing and an archive, and one run of the intake after another."""

    def __init__(self, folder: Path):
        self.landing, self.archive = folder / "landing", Archive(folder / "archive")
        self.landing.mkdir()

    def drop(self, name: str, content: bytes) -> Path:
        path = self.landing / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        return path

    def take_in(self) -> dict[str, DeliveryVerdict]:
        return {each.file_name: each for each in take_in(self.landing, self.archive, CONTRACTS, now=NOW)}

    def outcomes(self) -> dict[str, tuple[str, bool]]:
        return {name: (each.outcome, each.is_blocking) for name, each in self.take_in().items()}


@pytest.fixture
def city(tmp_path) -> City:
    return City(tmp_path)


def test_a_good_file_is_accepted_and_the_landing_untouched(city):
    path = city.drop(NAME, GOOD)
    before = path.stat()
    verdict = city.take_in()[NAME]
    assert (verdict.outcome, verdict.is_blocking, verdict.findings) == ("accepted", False, ())
    assert city.archive.deliveries() == [verdict.delivery]
    assert (verdict.delivery.rows, verdict.delivery.received_at) == (2, NOW)
    assert all(each.passed for each in verdict.checks)
    assert verdict.delivery.checks == verdict.checks
    assert path.read_bytes() == GOOD
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert [each.name for each in city.landing.iterdir()] == [NAME]


def test_raw_rows_are_canonical_text_with_their_origin(city):
    city.drop(NAME, GOOD)
    delivery = city.take_in()[NAME].delivery
    relation = duckdb.read_parquet(str(city.archive.parquet(delivery)))
    assert relation.columns[0] == "stay_id"
    assert relation.columns[-2:] == ["_delivery_id", "_row"]
    assert {str(kind) for kind in relation.types[:-1]} == {"VARCHAR"}
    assert str(relation.types[-1]) == "INTEGER"
    first = ("S1", HOUSEHOLD, "hotel", None, "2023-02-01", "2023-02-03", "3", "45.5000", "12.0000")
    assert relation.fetchone() == (*first, delivery.delivery_id, 2)


def test_the_same_bytes_again_are_known(city):
    city.drop(NAME, GOOD)
    first = city.take_in()[NAME].delivery
    city.drop(f"municipality/{NAME}", GOOD)
    verdicts = city.take_in()
    assert {each.outcome for each in verdicts.values()} == {"known"}
    assert {each.delivery for each in verdicts.values()} == {first}
    assert city.archive.deliveries() == [first]


def test_twice_the_same_in_one_run_is_one_delivery(city):
    city.drop(NAME, GOOD)
    city.drop(f"municipality/{NAME}", GOOD)
    assert sorted(each.outcome for each in city.take_in().values()) == ["accepted", "known"]
    assert len(city.archive.deliveries()) == 1


def test_the_same_bytes_on_a_later_day_are_a_new_delivery(city):
    city.drop(NAME, GOOD)
    city.drop("temporary_stays_2023-04-30.csv", GOOD)
    assert set(city.outcomes().values()) == {("accepted", False)}
    assert str(city.archive.latest()["municipality", "temporary_stays"].reference_date) == "2023-04-30"


def test_a_known_file_is_not_checked_again(city, monkeypatch):
    city.drop(NAME, GOOD)
    city.take_in()
    monkeypatch.delattr(take, "examine")
    assert city.take_in()[NAME].outcome == "known"


# --- refused


@pytest.mark.parametrize(
    ("content", "rule", "column", "lines"),
    [
        (GOOD.replace(b";NUM_PERSONE", b"").replace(b";3;", b";"), "missing_column", "NUM_PERSONE", (1,)),
        (GOOD.replace(b"\r\n", b";Rossi\r\n"), "extra_column", None, (1,)),
        (GOOD.replace(b"NUM_PERSONE", b"PERSONE"), "renamed_column", "NUM_PERSONE", (1,)),
        (GOOD.replace(b";", b","), "wrong_delimiter", None, (1,)),
        (GOOD[:-2], "cut_last_line", None, (3,)),
        (GOOD[: len(GOOD) // 2], "cut_last_line", None, (2,)),
        (GOOD[:-20] + b"\r\n", "field_count", None, (3,)),
        (text(STAY.format(1).replace(";3;", ";tre;")), "not_an_integer", "NUM_PERSONE", (2,)),
        (text(STAY.format(1).replace("01/02", "31/02")), "not_a_date", "DATA_INGRESSO", (2,)),
        (text(*[STAY.format(1)] * 2), "key_unique", "ID_SOGGIORNO", (2, 3)),
        (BAD, "unknown_category", "TIPO_STRUTTURA", (3,)),
        (
            text(STAY.format(1), STAY.format(2).replace("03/02", "31/01")),
            "check_out_after_check_in",
            "DATA_USCITA, DATA_INGRESSO",
            (3,),
        ),
        (text(STAY.format(1).replace(HOUSEHOLD, "h_1")), "household_id_pattern", "ID_NUCLEO", (2,)),
        (text(STAY.format(1).replace(";3;", ";0;")), "persons_range", "NUM_PERSONE", (2,)),
        (b"", "empty_file", None, ()),
        (b"PK\x03\x04" + GOOD, "wrong_file_type", None, ()),
    ],
)
def test_a_bad_file_is_refused_whole_with_lines_column_and_rule(city, content, rule, column, lines):
    city.drop(NAME, content)
    verdict = city.take_in()[NAME]
    assert (verdict.outcome, verdict.is_blocking, verdict.delivery) == ("refused", True, None)
    assert [(each.rule, each.column, each.lines) for each in verdict.findings] == [(rule, column, lines)]
    assert city.archive.deliveries() == []
    report = verdict.report.read_text(encoding="utf-8")
    record = verdict.report.with_suffix(".json").read_text(encoding="utf-8")
    for each in (NAME, rule, "Consegna rifiutata", "Delivery refused", *map(str, lines)):
        assert each in report
    for value in ("Rossi", "tre;", "31/02", "S1", HOUSEHOLD):
        assert value not in report + record + repr(verdict)
    assert not list(city.archive.root.glob(".*"))


def test_problems_of_lines_values_and_rules_come_together(city):
    impossible = STAY.format(3).replace("01/02", "31/02")
    city.drop(NAME, text("x", impossible, STAY.format(1), STAY.format(1)))
    rules = [each.rule for each in city.take_in()[NAME].findings]
    assert rules == ["field_count", "not_a_date", "key_unique"]


def test_a_warning_is_kept_and_does_not_refuse(city):
    head = ";".join(CONTRACTS["municipality", "waiting_list"].headings)
    row = f"D1;{HOUSEHOLD};ERP;01/02/2023;ASSEGNATA;;"
    city.drop("waiting_list_2023-03-31.csv", f"{head}\n{row}\n".encode())
    verdict = city.take_in()["waiting_list_2023-03-31.csv"]
    assert verdict.outcome == "accepted"
    (warning,) = [each for each in verdict.delivery.checks if not each.passed]
    assert (warning.name, warning.severity, warning.lines) == ("closed_has_a_closing_date", "warning", (2,))
    assert city.archive.deliveries() == [verdict.delivery]


def test_a_refused_file_does_not_keep_others_out(city):
    city.drop(NAME, BAD)
    city.drop("temporary_stays_2023-02-28.csv", GOOD)
    assert city.outcomes() == {NAME: ("refused", True), "temporary_stays_2023-02-28.csv": ("accepted", False)}


def test_a_corrected_file_ends_the_refusal(city):
    city.drop(NAME, BAD)
    assert city.outcomes() == {NAME: ("refused", True)}
    city.drop(NAME, GOOD)
    assert city.outcomes() == {NAME: ("accepted", False)}


def test_a_withdrawn_file_no_longer_blocks_and_its_record_stays(city):
    path = city.drop(NAME, BAD)
    report = city.take_in()[NAME].report
    path.unlink()
    assert city.take_in() == {}
    assert report.exists()


@pytest.mark.parametrize("good", ["temporary_stays_2023-04-30.csv", "temporary_stays_2023-03-31.csv.gz"])
def test_a_good_file_as_new_or_newer_makes_a_bad_one_harmless(city, good):
    city.drop(NAME, BAD)
    city.drop(good, gzip.compress(GOOD) if good.endswith("gz") else GOOD)
    assert city.outcomes() == {NAME: ("refused", False), good: ("accepted", False)}


# --- two files for one reference date


def test_two_new_files_for_one_date_are_both_refused(city):
    city.drop(NAME, GOOD)
    city.drop(f"municipality/{NAME}", OTHER)
    verdicts = city.take_in()
    assert {(each.outcome, each.is_blocking) for each in verdicts.values()} == {("refused", True)}
    assert {each.findings[0].rule for each in verdicts.values()} == {"conflicting_delivery"}
    assert city.archive.deliveries() == []


def test_a_second_file_for_an_accepted_date_is_refused_until_a_newer_one_comes(city):
    path = city.drop(NAME, GOOD)
    first = city.take_in()[NAME].delivery
    path.unlink()
    city.drop(f"{NAME}.gz", gzip.compress(OTHER))
    (verdict,) = city.take_in().values()
    assert (verdict.outcome, verdict.is_blocking, verdict.findings[0].rule) == ("refused", True, "already_accepted")
    assert city.archive.deliveries() == [first]
    city.drop("temporary_stays_2023-04-30.csv", OTHER)
    assert city.outcomes()[f"{NAME}.gz"] == ("refused", False)


def test_withdrawing_one_of_two_lets_the_other_in(city):
    city.drop(NAME, GOOD)
    other = city.drop(f"municipality/{NAME}", OTHER)
    city.take_in()
    other.unlink()
    assert city.outcomes() == {NAME: ("accepted", False)}


# --- files that are not deliveries


def test_a_misnamed_delivery_blocks_until_it_is_removed(city):
    stranger = city.drop("Temporary stays marzo.xls", b"x")
    verdict = city.take_in()["Temporary stays marzo.xls"]
    assert (verdict.outcome, verdict.is_blocking, verdict.extract) == ("refused", True, None)
    assert "non riconosciuta" in verdict.report.read_text(encoding="utf-8")
    stranger.unlink()
    assert city.take_in() == {}


def test_a_stray_is_told_ignored_and_kept_nowhere(city):
    city.drop(NAME, GOOD)
    city.drop("Thumbs.db", b"x")
    found = city.take_in()
    assert {name: (each.outcome, each.is_blocking) for name, each in found.items()} == {
        NAME: ("accepted", False), "Thumbs.db": ("ignored", False),
    }  # fmt: skip
    assert found["Thumbs.db"].findings[0].message_it.startswith("è stato lasciato da un computer")
    assert not (city.archive.root / "refused").exists()


def test_a_file_that_is_being_written_waits(city, monkeypatch):
    path = city.drop(NAME, GOOD)

    def copy_while_it_grows(source: Path, folder: Path):
        with monkeypatch.context() as during:
            during.setattr(Path, "stat", grown)
            return copy_in(source, folder)

    def grown(self: Path):
        with path.open("ab") as file:
            file.write(b"more")
        return stat(self)

    copy_in, stat = take.copy_in, Path.stat
    monkeypatch.setattr(take, "copy_in", copy_while_it_grows)
    verdict = city.take_in()[NAME]
    assert (verdict.outcome, verdict.is_blocking, verdict.report) == ("postponed", False, None)
    assert verdict.findings[0].rule == "still_being_written"


def test_nothing_in_the_landing(city):
    assert city.take_in() == {}
    shutil.rmtree(city.landing)
    assert city.take_in() == {}
