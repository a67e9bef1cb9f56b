"""Catches: a file taken in that does not add up to what its partner states, or a control file that nobody looks at."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from expectations.contract import load_contracts
from orchestration.intake.archive import Archive
from orchestration.intake.take import DeliveryVerdict, take_in

CONTRACTS = load_contracts(Path(__file__).parents[2] / "expectations" / "contracts")
NOW = datetime(2025, 1, 1, 2, tzinfo=UTC)
HEADINGS = ";".join(CONTRACTS["municipality", "temporary_stays"].headings)
STAY = "S{};h_0123456789abcdef01234567;ALBERGO;;01/02/2023;03/02/2023;3;{};12"
NAME, CONTROL = "temporary_stays_2023-03-31.csv", "temporary_stays_2023-03-31.control.csv"
FILE = "".join(f"{each}\n" for each in (HEADINGS, STAY.format(1, "1.045,50"), STAY.format(2, "20,3"))).encode()


class City:
    def __init__(self, folder: Path):
        self.landing, self.archive = folder / "landing", Archive(folder / "archive")
        self.landing.mkdir()

    def drop(self, name: str, content: bytes | str) -> Path:
        path = self.landing / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def take_in(self) -> dict[str, DeliveryVerdict]:
        return {each.file_name: each for each in take_in(self.landing, self.archive, CONTRACTS, now=NOW)}


@pytest.fixture
def city(tmp_path) -> City:
    city = City(tmp_path)
    city.drop(NAME, FILE)
    return city


@pytest.mark.parametrize(
    "lines",
    [
        "rows;2\nCOSTO_NOTTE_EUR;1.065,80\nNUM_PERSONE;6\n",
        "COSTO_NOTTE_EUR;1065,8000\n",
        "QUOTA_NUCLEO_EUR;24\nrows;2\n",
        "rows;2\r\n",
    ],
)
def test_a_file_that_adds_up_is_accepted_and_the_check_is_on_record(city, lines):
    end = "\r\n" if "\r" in lines else "\n"
    city.drop(CONTROL, f"column;total{end}{lines}")
    (verdict,) = city.take_in().values()
    assert (verdict.file_name, verdict.outcome) == (NAME, "accepted")
    (check,) = [each for each in verdict.delivery.checks if each.name == "control_totals"]
    assert (check.passed, check.rows, check.severity) == (True, 2, "error")
    assert [each.outcome for each in city.take_in().values()] == ["known"]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("rows;3\n", [("control_rows", None)]),
        ("rows;1\n", [("control_rows", None)]),
        ("COSTO_NOTTE_EUR;1.065,81\n", [("control_sum", "COSTO_NOTTE_EUR")]),
        ("COSTO_NOTTE_EUR;1.065,8001\n", [("control_sum", "COSTO_NOTTE_EUR")]),
        ("rows;2\nNUM_PERSONE;7\nCOSTO_NOTTE_EUR;-1\nQUOTA_NUCLEO_EUR;24\n",
         [("control_sum", "NUM_PERSONE"), ("control_sum", "COSTO_NOTTE_EUR")]),
    ],
)  # fmt: skip
def test_a_file_that_does_not_add_up_is_refused_naming_the_column_and_no_value(city, lines, found):
    city.drop(CONTROL, f"column;total\n{lines}")
    (verdict,) = city.take_in().values()
    assert (verdict.outcome, verdict.is_blocking) == ("refused", True)
    assert [(each.rule, each.column) for each in verdict.findings] == found
    assert city.archive.deliveries() == []
    told = verdict.report.read_text(encoding="utf-8") + "".join(each.message for each in verdict.findings)
    for value in ("1.065", "1065", "8001", "20,3"):
        assert value not in told
    assert "file di controllo" in told


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        ("COLONNA;TOTALE\nrows;2\n", (1,)),
        ("column,total\nrows,2\n", (1,)),
        ("column;total\n", (1,)),
        ("column;total\nrows;2\nrows;2\n", (3,)),
        ("column;total\nrows;two\n", (2,)),
        ("column;total\nrows;\n", (2,)),
        ("column;total\nrows\n", (2,)),
        ("column;total\nrows;2;\n", (2,)),
        ("column;total\n\n", (2,)),
        ("column;total\nrows;1e1\n", (2,)),
        ("column;total\nCOSTO_NOTTE_EUR;1045.80\n", (2,)),
        ("column;total\nCOSTO_NOTTE_EUR;10.45,80\n", (2,)),
        ("column;total\nTIPO_STRUTTURA;2\n", (2,)),
        ("column;total\nDATA_INGRESSO;2\n", (2,)),
        ("column;total\nnightly_cost_eur;1045,80\n", (2,)),
        ('column;total\nrows;"2\n', ()),
        ("column;total\n" + "rows;2\n" * 9, ()),
    ],
)
def test_a_control_file_that_is_none_refuses_the_file_beside_it(city, content, lines):
    city.drop(CONTROL, content)
    (verdict,) = city.take_in().values()
    assert (verdict.file_name, verdict.outcome) == (NAME, "refused")
    assert [(each.rule, each.lines) for each in verdict.findings] == [("control_form", lines)]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"column;total\nrows;2"], ids=["empty", "zip", "cut"])
def test_a_control_file_that_cannot_be_read_refuses_too(city, content):
    city.drop(CONTROL, content)
    (verdict,) = city.take_in().values()
    assert [each.rule for each in verdict.findings] == ["control_form"]


def test_a_corrected_control_file_ends_the_refusal(city):
    city.drop(CONTROL, "column;total\nrows;3\n")
    assert city.take_in()[NAME].outcome == "refused"
    city.drop(CONTROL, "column;total\nrows;2\n")
    assert city.take_in()[NAME].outcome == "accepted"


def test_the_control_file_of_another_day_is_not_the_one(city):
    city.drop("temporary_stays_2023-04-30.control.csv", "column;total\nrows;3\n")
    outcomes = {name: each.outcome for name, each in city.take_in().items()}
    assert outcomes == {NAME: "accepted", "temporary_stays_2023-04-30.control.csv": "refused"}


def test_wherever_control_files_lie_in_the_landing_all_must_agree(city):
    city.drop(CONTROL, "column;total\nrows;2\n")
    city.drop(f"municipality/{CONTROL}", "column;total\nrows;3\n")
    (verdict,) = city.take_in().values()
    assert [each.rule for each in verdict.findings] == ["control_rows"]


def test_a_control_file_without_its_delivery_is_reported_until_it_comes(city):
    lonely = "temporary_stays_2023-04-30.control.csv"
    city.drop(lonely, "column;total\nrows;2\n")
    verdict = city.take_in()[lonely]
    assert (verdict.outcome, verdict.is_blocking, verdict.extract) == ("refused", True, "temporary_stays")
    assert [each.rule for each in verdict.findings] == ["control_without_file"]
    assert "non ha la sua consegna" in verdict.report.read_text(encoding="utf-8")
    path = city.drop("temporary_stays_2023-04-30.csv", FILE)
    assert {each.outcome for each in city.take_in().values()} == {"known", "accepted"}
    path.unlink()
    assert lonely not in city.take_in()


def test_a_control_file_of_no_extract_is_a_stranger(city):
    city.drop("soggiorni_2023-03-31.control.csv", "column;total\nrows;2\n")
    verdict = city.take_in()["soggiorni_2023-03-31.control.csv"]
    assert (verdict.outcome, [each.rule for each in verdict.findings]) == ("ignored", ["stray_table"])


def test_a_file_that_is_wrong_is_told_without_its_control_file(city):
    city.drop(NAME, FILE.replace(b"ALBERGO", b"CAMPEGGIO"))
    city.drop(CONTROL, "column;total\nrows;9\n")
    assert [each.rule for each in city.take_in()[NAME].findings] == ["unknown_category"]


def test_totals_hold_for_other_formats_and_plain_numbers(tmp_path):
    city = City(tmp_path)
    city.drop(
        "grant_drawdowns_2023-03-31.csv", "drawdown_id,received_on,amount_eur,ceiling_eur\nd,2023-01-05,10.5,20\n"
    )
    city.drop("grant_drawdowns_2023-03-31.control.csv", "column,total\namount_eur,10.50\nrows,1\n")
    assert city.take_in()["grant_drawdowns_2023-03-31.csv"].outcome == "accepted"


def test_a_file_without_rows_adds_up_to_nought(city):
    city.drop(NAME, f"{HEADINGS}\n")
    city.drop(CONTROL, "column;total\nrows;0\nNUM_PERSONE;0\n")
    assert city.take_in()[NAME].outcome == "accepted"
