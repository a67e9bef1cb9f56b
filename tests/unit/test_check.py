"""Catches: a partner told something else than the intake will say, a value shown, anything kept, a slow start."""

import gzip
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from conftest import SAMPLE

from expectations.contract import load_contracts
from orchestration.errors import UsageError
from orchestration.intake import check
from orchestration.intake.archive import Archive
from orchestration.intake.check import check_files
from orchestration.intake.take import take_in

CONTRACTS = load_contracts(Path(__file__).parents[2] / "expectations" / "contracts")
TODAY = date(2025, 1, 1)
HEADINGS = ";".join(CONTRACTS["municipality", "temporary_stays"].headings)
STAY = "S{};h_0123456789abcdef01234567;ALBERGO;;01/02/2023;03/02/2023;3;45,50;12"
NAME, LATER = "temporary_stays_2023-03-31.csv", "temporary_stays_2023-04-30.csv"


Folder = check.TemporaryDirectory


def stays(*lines: str) -> str:
    return "".join(f"{line}\n" for line in (HEADINGS, *lines))


GOOD = stays(*(STAY.format(n) for n in range(1, 11)))
BAD = stays(STAY.format(1).replace("ALBERGO", "Casa di Maria Rossi"), STAY.format(2).replace("03/02", "30/01"))


@pytest.fixture
def drop(tmp_path):
    folder = tmp_path / "landing"
    folder.mkdir()

    def dropped(name: str, text: str) -> Path:
        (folder / name).write_text(text)
        return folder / name

    return dropped


def test_the_sample_is_accepted_in_every_format():
    names = ("households_{}.csv", "waiting_list_{}.csv.gz", "dwellings_{}.xlsx", "assessments_{}.parquet")
    files = [SAMPLE / name.format("2024-12-31") for name in names]
    checked = check_files(files, CONTRACTS, today=TODAY)
    assert all(each.is_accepted and each.rows for each in checked)
    assert [note.rule for each in checked for note in each.notes] == []


@pytest.mark.parametrize(
    ("name", "text"),
    [(NAME, BAD), (NAME, GOOD.replace("ID_NUCLEO", "NUCLEO")), ("temporary_stays.csv", GOOD), (NAME, "")],
)
def test_the_findings_are_those_of_the_intake(drop, tmp_path, name, text):
    path = drop(name, text)
    (verdict,) = take_in(path.parent, Archive(tmp_path / "archive"), CONTRACTS, now=datetime(2025, 1, 1, tzinfo=UTC))
    (checked,) = check_files([path], CONTRACTS, today=TODAY)
    assert checked.findings == verdict.findings != ()
    assert "Rossi" not in repr(checked)


def test_nothing_is_kept(drop, tmp_path, monkeypatch):
    monkeypatch.setattr(check, "TemporaryDirectory", lambda **wanted: Folder(**{"dir": tmp_path} | wanted))
    path = drop(NAME, GOOD)
    assert check_files([path], CONTRACTS, today=TODAY)[0].is_accepted
    assert [each.name for each in tmp_path.rglob("*")] == ["landing", NAME]


def test_control_totals_beside_it_are_honoured(drop):
    path = drop(NAME, GOOD)
    control = drop(NAME.replace(".csv", ".control.csv"), "column;total\nrows;10\nCOSTO_NOTTE_EUR;455\n")
    assert check_files([path], CONTRACTS, today=TODAY)[0].is_accepted
    assert len(check_files([path, control], CONTRACTS, today=TODAY)) == 1
    control.write_text("column;total\nrows;11\n")
    assert [each.rule for each in check_files([path], CONTRACTS, today=TODAY)[0].findings] == ["control_rows"]
    assert [each.rule for each in check_files([control], CONTRACTS, today=TODAY)[0].findings] == [
        "control_without_file"
    ]


def test_what_changed_is_asked_of_the_delivery_before(drop):
    before, path = drop(NAME, GOOD), drop(LATER, stays(STAY.format(1), STAY.format(2)))
    assert [(each.is_accepted, each.compared) for each in check_files([path], CONTRACTS, today=TODAY)] == [
        (True, False)
    ]
    (checked,) = check_files([path], CONTRACTS, today=TODAY, before=[before])
    assert (checked.compared, [each.rule for each in checked.findings]) == (True, ["rows_vanished"])
    with pytest.raises(UsageError, match="comes before none"):
        check_files([before], CONTRACTS, today=TODAY, before=[path])


def test_two_files_for_the_same_day_are_told(drop):
    drop(NAME, GOOD)
    other = drop("temporary_stays_2023-03-31.csv.gz", "")
    other.write_bytes(gzip.compress(stays(STAY.format(1)).encode()))
    checked = check_files([other.with_name(NAME), other], CONTRACTS, today=TODAY)
    assert [[finding.rule for finding in each.findings] for each in checked] == [["conflicting_delivery"]] * 2


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(UsageError, match="no file"):
        check_files([tmp_path / NAME], CONTRACTS, today=TODAY)


def test_the_command_says_all_in_both_languages_and_imports_nothing_heavy(drop):
    path = drop(NAME, BAD)
    heavy = ["dagster", "dbt", "great_expectations", "pandas", "openpyxl"]
    code = (
        "import sys; from orchestration.cli import main\n"
        "try:\n    main()\n"
        f"finally: print('HEAVY', [name for name in {heavy} if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code, "check", path], capture_output=True, text=True, check=False)
    assert told.returncode == 3
    assert "HEAVY []" in told.stdout
    assert "TIPO_STRUTTURA (Tipo di struttura); righe / lines 2: il valore non è tra quelli concordati" in told.stdout
    assert "A stay ends on or after the day it began. (check_out_after_check_in)" in told.stdout
    assert "Rossi" not in told.stdout + told.stderr
    assert "1 of 1 files would be refused" in told.stderr


def test_a_machine_that_cannot_write_refuses_no_file(drop, tmp_path):
    path = drop(NAME, stays(*(STAY.format(n) for n in range(1000))))
    limited = f"ulimit -f 20; exec {Path(sys.executable).parent / 'homes4all'} check {path}"
    told = subprocess.run(["bash", "-c", limited], capture_output=True, text=True, check=False)
    assert (told.returncode, told.stdout) == (5, "")
    assert "The machine refused to read or write" in told.stderr
