"""Catches: a bad delivery that gets through, a refusal without a place or with a value, a changed published file."""

import gzip
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest
from command_line import homes4all
from conftest import SAMPLE, City

from orchestration.runner import run_nightly

STAYS = SAMPLE / "temporary_stays_2024-12-31.csv"
NEXT = "temporary_stays_2025-01-31.csv"
EOL = "\r\n"


def lines() -> list[str]:
    return STAYS.read_bytes().decode("utf-8-sig").split(EOL)


def written(changed: list[str]) -> bytes:
    return EOL.join(changed).encode()


def with_cell(heading: str, line: int, value: str) -> bytes:
    """The sample's stays with one cell replaced; lines count from 1, the header."""
    changed = lines()
    cells = changed[line - 1].split(";")
    cells[changed[0].split(";").index(heading)] = value
    changed[line - 1] = ";".join(cells)
    return written(changed)


def with_columns(change: Callable[[list[str], int], list[str]]) -> bytes:
    return written([";".join(change(line.split(";"), n)) if line else line for n, line in enumerate(lines(), 1)])


def duplicated() -> bytes:
    changed = lines()
    return written([*changed[:10], changed[4], *changed[10:]])


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("temporary_stays.csv", STAYS.read_bytes())
    return buffer.getvalue()


@dataclass(frozen=True)
class Fault:
    content: Callable[[], bytes]
    says: tuple[str, ...]
    name: str = "temporary_stays_2025-01-{day:02}.csv"

    def file_name(self, day: int) -> str:
        """The name of the file with this fault, each of another reference date."""
        return self.name.format(day=day)


FAULTS = {
    "missing column": Fault(lambda: with_columns(lambda cells, _: cells[:-1]), ("QUOTA_NUCLEO_EUR",)),
    "extra column": Fault(
        lambda: with_columns(lambda cells, n: [*cells, "NOTE" if n == 1 else "x"]), ("heading number 10",)
    ),
    "renamed heading": Fault(lambda: STAYS.read_bytes().replace(b"DATA_USCITA", b"USCITA"), ("DATA_USCITA", "USCITA")),
    "wrong delimiter": Fault(lambda: STAYS.read_bytes().replace(b";", b"|"), ("separated by a bar", "semicolon")),
    "truncated last line": Fault(lambda: STAYS.read_bytes().rstrip()[:-6], ("line",)),
    "letter in a number": Fault(lambda: with_cell("NUM_PERSONE", 7, "2x"), ("line 7", "NUM_PERSONE")),
    "31 February": Fault(lambda: with_cell("DATA_INGRESSO", 8, "31/02/2024"), ("line 8", "DATA_INGRESSO")),
    "duplicate key": Fault(duplicated, ("lines 5, 11", "ID_SOGGIORNO")),
    "unknown category": Fault(lambda: with_cell("TIPO_STRUTTURA", 9, "CAMPEGGIO"), ("line 9", "TIPO_STRUTTURA")),
    "check-out before check-in": Fault(lambda: with_cell("DATA_USCITA", 6, "01/01/1999"), ("line 6", "DATA_USCITA")),
    "empty file": Fault(lambda: b"", ("empty",)),
    "file cut in half": Fault(lambda: STAYS.read_bytes()[: STAYS.stat().st_size // 2], ("line",)),
    "ZIP renamed to csv": Fault(zipped, ("zip",)),
    "another file for the same date": Fault(
        lambda: with_cell("NUM_PERSONE", 7, "9"), ("accepted",), "temporary_stays_2024-12-31.csv"
    ),
    "gzip cut in half": Fault(
        lambda: gzip.compress(STAYS.read_bytes())[:2000], ("cut",), "temporary_stays_2025-01-{day:02}.csv.gz"
    ),
    "nearly an extract of ours": Fault(lambda: b"a;b\r\n1;2\r\n", ("agreed extract",), "household_2025-01-31.csv"),
}


def failed_checks_in_the_ui(run_id: str) -> list[str]:
    with dg.DagsterInstance.get() as instance:
        records = instance.get_records_for_run(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION).records
    events = [record.event_log_entry.dagster_event for record in records]
    evaluations = [event.asset_check_evaluation_data for event in events if event]
    return [each.description or "" for each in evaluations if not each.passed]


@dataclass(frozen=True)
class Refused:
    """A run over all faults at once: what it said of each file, what the UI shows, and whether readers noticed."""

    told: dict[str, str]
    shown: list[str]
    is_published_unchanged: bool


@pytest.fixture(scope="module")
def refused(published_city: City, tmp_path_factory: pytest.TempPathFactory) -> Refused:
    city = published_city.copied_to(tmp_path_factory.mktemp("refused"))
    before = city.settings.published_file.read_bytes()
    for day, fault in enumerate(FAULTS.values(), 1):
        (city.settings.landing_dir / fault.file_name(day)).write_bytes(fault.content())
    outcome = run_nightly(city.settings)
    told = dict(re.findall(r"(\S+) was refused: (.*?)(?=\. \S+ was refused: |$)", "\n".join(outcome.refusals), re.M))
    unchanged = city.settings.published_file.read_bytes() == before
    return Refused(told, failed_checks_in_the_ui(outcome.run_id), unchanged)


@pytest.mark.parametrize("name", FAULTS)
def test_a_bad_delivery_stops_the_run_and_is_named(refused: Refused, name: str) -> None:
    fault = FAULTS[name]
    file_name = fault.file_name([*FAULTS].index(name) + 1)
    for words in fault.says:
        assert words.lower() in refused.told[file_name].lower()
    for value in ("2x", "31/02/2024", "CAMPEGGIO", "1999"):
        assert value not in refused.told[file_name]
    assert any(file_name in description for description in refused.shown)
    assert refused.is_published_unchanged


def test_a_household_in_stays_that_is_not_in_households_stops_the_run(city: City) -> None:
    before = city.settings.published_file.read_bytes()
    (city.settings.landing_dir / NEXT).write_bytes(with_cell("ID_NUCLEO", 12, "h_" + "0123456789ab" * 2))
    outcome = run_nightly(city.settings)
    told = "\n".join(outcome.refusals)
    assert NEXT in told
    assert "line 12" in told
    assert "household_id" in told
    assert "0123456789ab" not in told
    assert any(NEXT in description for description in failed_checks_in_the_ui(outcome.run_id))
    assert city.settings.published_file.read_bytes() == before


def test_a_tariff_for_an_outcome_that_nobody_defines_stops_the_run(city: City) -> None:
    tariffs = (SAMPLE / "outcome_tariffs_2024-12-31.csv").read_text(encoding="utf-8")
    changed = tariffs.replace("housing_retention_12m", "housing_retention_13m").replace(
        ",stable_days,", ",people_enrolled,"
    )
    (city.settings.landing_dir / "outcome_tariffs_2025-01-31.csv").write_text(changed, encoding="utf-8")
    refusals = run_nightly(city.settings).refusals
    assert any("outcome_tariffs_2025-01-31.csv, lines 2, 4" in each for each in refusals), refusals


@pytest.mark.thorough
def test_the_run_goes_on_when_the_bad_file_is_withdrawn(city: City) -> None:
    bad = city.settings.landing_dir / NEXT
    bad.write_bytes(b"")
    assert run_nightly(city.settings).refusals
    bad.unlink()
    assert run_nightly(city.settings).refusals == ()


def test_the_command_ends_with_exit_code_3(city: City, capsys: pytest.CaptureFixture[str]) -> None:
    (city.settings.landing_dir / NEXT).write_bytes(b"")
    assert homes4all("run", "--data", city.settings.data, "--landing", city.settings.landing_dir) == 3
    shown = capsys.readouterr()
    assert NEXT in shown.out
    assert "Nothing was published" in shown.err


def test_a_run_beside_another_ends_with_exit_code_4(city: City, capsys: pytest.CaptureFixture[str]) -> None:
    from orchestration.resources import exclusive

    with exclusive(city.settings.lock_file):
        assert homes4all("run", "--data", city.settings.data) == 4
    assert "Another run" in capsys.readouterr().err


def test_reports_for_partners_are_in_both_languages(city: City) -> None:
    (city.settings.landing_dir / NEXT).write_bytes(with_cell("NUM_PERSONE", 7, "2x"))
    run_nightly(city.settings)
    reports: list[Path] = list((city.settings.archive_dir / "refused").glob("*.md"))
    assert len(reports) == 1
    text = reports[0].read_text(encoding="utf-8")
    assert "2x" not in text
    assert "persons" in text or "NUM_PERSONE" in text
