"""Catches: a statement that cannot be rebuilt, a past that changes unnoticed, an adjustment without its cause."""

import csv
import io
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from command_line import homes4all
from conftest import SAMPLE, City, settings_for

from orchestration.publish.provenance import MEASUREMENT_MODEL
from orchestration.runner import run_nightly
from orchestration.statements.store import Statements

FIRST, SECOND = "2023Q2", "2023Q3"
LATER = "2025-01-31"
LEFT_ON = "2023-05-25"


@dataclass(frozen=True)
class Certified:
    """A city with two statements, between which one household's tenancy was reported to have ended earlier."""

    city: City
    household: str
    first_files: dict[str, bytes]

    def rows(self, statement: str, table: str) -> list[dict[str, object]]:
        path = self.city.settings.statements_dir / statement / f"{table}.parquet"
        with duckdb.connect() as con:
            found = con.execute(f"from '{path}' order by all")
            names = [column[0] for column in found.description or []]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def command(city: City, *arguments: str) -> int:
    """The command on a city."""
    return homes4all(*arguments, "--data", city.settings.data)


def files(city: City, statement: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (city.settings.statements_dir / statement).iterdir()}


def restated_tenancies(household: str) -> str:
    """The sample's tenancies with one household's ended on an earlier day."""
    path = next(SAMPLE.glob("tenancies_*.csv"))
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    for row in rows:
        if row["household_id"] == household:
            row.update(ended_on=LEFT_ON, end_reason="abandoned")
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def deliver_again(city: City, household: str) -> None:
    """Every extract once more with a later reference date; the tenancies restated."""
    for path in sorted(SAMPLE.iterdir()):
        shutil.copyfile(path, city.settings.landing_dir / path.name.replace("2024-12-31", LATER))
    restated = city.settings.landing_dir / f"tenancies_{LATER}.csv"
    restated.write_text(restated_tenancies(household), encoding="utf-8")


def household_paid_for_days(city: City) -> str:
    """One that was paid stable days of the first period, in the one tenancy that it has, going on beyond it."""
    with city.built() as con:
        row = con.execute(f"""
            select claims.household_id
            from payments.claims as claims
            inner join staging.stg_provider__tenancies as tenancies using (household_id)
            where claims.period = '{FIRST}' and claims.kind = 'per_day' and claims.amount_eur > 0
            group by claims.household_id
            having count(*) = 1 and min(started_on) < date '{LEFT_ON}'
                and coalesce(min(ended_on), date '2025-01-01') > date '2023-10-01'
            order by 1
        """).fetchone()
    assert row is not None
    return row[0]


@pytest.fixture(scope="module")
def certified(published_city: City, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Certified]:
    folder = tmp_path_factory.mktemp("certified")
    shutil.copytree(published_city.settings.data, folder / "data", symlinks=True)
    shutil.copytree(SAMPLE, folder / "landing")
    city = City(settings_for(folder / "data", folder / "landing"))
    household = household_paid_for_days(city)
    assert command(city, "certify", "--period", FIRST) == 0
    first = files(city, FIRST)
    deliver_again(city, household)
    assert run_nightly(city.settings).refusals == ()
    assert command(city, "certify", "--period", SECOND) == 0
    yield Certified(city, household, first)
    for path in [*city.settings.statements_dir.iterdir()]:
        path.chmod(0o755)


def test_the_first_statement_is_untouched_and_the_second_says_what_changed(certified: Certified) -> None:
    assert files(certified.city, FIRST) == certified.first_files
    adjusted = certified.rows(SECOND, "adjustments")
    own = {row["tariff_id"]: row for row in adjusted if row["household_id"] == certified.household}
    days = own["TP-DAYS"]
    assert (days["period"], days["previous_statement"], days["reason"]) == (FIRST, FIRST, "registers_changed")
    assert days["caused_by_files"] == f"tenancies_{LATER}.csv"
    paid = {row["claim_id"]: row for row in certified.rows(FIRST, "claims")}[days["claim_id"]]
    assert (days["old_quantity"], days["old_amount_eur"]) == (paid["quantity"], paid["amount_eur"])
    assert days["new_quantity"] != days["old_quantity"]
    assert days["difference_eur"] == days["new_amount_eur"] - days["old_amount_eur"] < 0  # type: ignore
    assert {row["reason"] for row in adjusted if row["household_id"] != certified.household} <= {"limit_shifted"}


def test_statements_add_up_to_what_is_known_today(certified: Certified) -> None:
    sums: dict[object, Decimal] = {}
    for statement in (FIRST, SECOND):
        for row in certified.rows(statement, "claims"):
            sums[row["claim_id"]] = sums.get(row["claim_id"], Decimal(0)) + Decimal(str(row["amount_eur"]))
        for row in certified.rows(statement, "adjustments"):
            sums[row["claim_id"]] = sums.get(row["claim_id"], Decimal(0)) + Decimal(str(row["difference_eur"]))
    with certified.city.built() as con:
        today = con.execute(
            f"select claim_id, amount_eur from payments.claims where period in ('{FIRST}', '{SECOND}')"
        ).fetchall()
    assert {key: amount for key, amount in sums.items() if amount} == {key: due for key, due in today if due}


def test_a_statement_holds_figures_alone_and_the_version_of_their_rules(certified: Certified) -> None:
    assert "units_key" not in certified.rows(FIRST, "results")[0]
    statement = Statements(certified.city.settings.statements_dir).one(FIRST)
    assert statement.measurement_model == MEASUREMENT_MODEL
    with certified.city.published() as con:
        assert con.execute("select measurement_model from provenance.runs").fetchall() == [(MEASUREMENT_MODEL,)]


def test_a_statement_holds_what_people_sign(certified: Certified) -> None:
    pages = {}
    for statement in Statements(certified.city.settings.statements_dir).checked():
        page = (statement.folder / "statement_it.html").read_text(encoding="utf-8")
        for text in (statement.content_hash, statement.code_version, "QUESTI IMPORTI NON SONO DOVUTI", "Firme"):
            assert text in page
        assert all(each.file_sha256 in page and each.file_name in page for each in statement.deliveries)
        assert (statement.folder / "statement_en.pdf").read_bytes().startswith(b"%PDF")
        assert certified.household not in page
        pages[statement.statement_id] = page
    assert f"I registri sul nucleo sono stati rettificati (tenancies_{LATER}.csv)" in pages[SECOND]
    assert "I registri sul nucleo" not in pages[FIRST]


@pytest.mark.parametrize("statement", [FIRST, SECOND])
def test_a_statement_is_rebuilt_identical(
    certified: Certified, statement: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(certified.city, "verify", statement) == 0, capsys.readouterr()
    assert "Identical" in capsys.readouterr().out


def test_a_changed_amount_is_detected_and_its_line_named(
    certified: Certified, capsys: pytest.CaptureFixture[str]
) -> None:
    path = certified.city.settings.statements_dir / FIRST / "claims.parquet"
    before = path.read_bytes()
    path.chmod(0o644)
    with duckdb.connect() as con:
        con.execute(f"create table claims as from '{path}'")
        con.execute("update claims set amount_eur = amount_eur + 1 where tariff_id = 'TP-TRAIN'")
        con.execute(f"copy claims to '{path}' (format parquet)")
    assert command(certified.city, "verify", FIRST) == 3
    told = capsys.readouterr().out
    path.write_bytes(before)
    path.chmod(0o444)
    assert "claims.parquet was changed after it was certified" in told
    assert "claims, line TP-TRAIN" in told
    assert "TP-DAYS" not in told


def test_a_damaged_archive_and_a_damaged_earlier_statement_are_detected(
    certified: Certified, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    city = City(settings_for(tmp_path / "data", certified.city.settings.landing_dir))
    shutil.copytree(certified.city.settings.data, city.settings.data, symlinks=True)
    statement = Statements(city.settings.statements_dir).one(SECOND)
    rows = next(each.parquet_sha256 for each in statement.deliveries if each.extract == "tenancies")
    parquet = city.settings.archive_dir / "parquet" / "provider" / "tenancies" / f"{rows}.parquet"
    whole = parquet.read_bytes()
    parquet.chmod(0o644)
    parquet.write_bytes(whole[:-8] + b"tampered")
    assert command(city, "verify", SECOND) == 3
    assert f"{rows}.parquet of tenancies_{LATER}.csv is damaged" in capsys.readouterr().out
    assert command(city, "certify", "--period", "2023Q4") == 1
    assert f"{rows}.parquet of tenancies_{LATER}.csv is damaged" in capsys.readouterr().err
    parquet.write_bytes(whole)
    page = city.settings.statements_dir / FIRST / "statement_en.html"
    page.chmod(0o644)
    page.write_text(page.read_text(encoding="utf-8").replace("Signatures", "Signed"), encoding="utf-8")
    assert command(city, "certify", "--period", "2023Q4") == 3
    assert "statement_en.html was changed" in capsys.readouterr().err
    assert not (city.settings.statements_dir / "2023Q4").exists()


@pytest.mark.parametrize(
    ("period", "code", "says"),
    [
        (FIRST, 2, "was certified on"),
        ("2025Q1", 2, "is 2025-03-31, and the registers of this build are complete up to 2025-01-31"),
        ("2023", 2, "no payment period"),
        ("../../etc", 2, "no payment period"),
    ],
)
def test_what_cannot_be_certified_is_refused(
    certified: Certified, period: str, code: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(certified.city, "certify", "--period", period) == code
    assert says in capsys.readouterr().err
    assert sorted(path.name for path in certified.city.settings.statements_dir.iterdir()) == [FIRST, SECOND]


def test_a_build_without_a_verdict_is_not_certified(certified: Certified, capsys: pytest.CaptureFixture[str]) -> None:
    verdict = certified.city.settings.build_dir / "current" / "verdict.json"
    aside = verdict.rename(verdict.with_name("aside.json"))
    assert command(certified.city, "certify", "--period", "2023Q4") == 3
    aside.rename(verdict)
    assert "gates did not all run" in capsys.readouterr().err


def test_a_line_is_followed_to_stays_and_tenancies(certified: Certified, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(certified.city, "explain-payment", SECOND, "TP-DAYS", "--csv") == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    own = [row for row in rows if row["household_id"] == certified.household and row["entry"] == "adjusted"]
    tenancies = [row for row in own if row["register"] == "tenancies"]
    assert [row["file"] for row in tenancies] == [f"tenancies_{LATER}.csv"]
    assert f"ended_on {LEFT_ON}" in tenancies[0]["row_facts"]
    assert int(tenancies[0]["line"]) > 1
    assert {"tenancies", "enrolments"} <= {row["register"] for row in own}
    assert command(certified.city, "explain-payment", FIRST, own[0]["claim_id"]) == 0
    assert certified.household in capsys.readouterr().out
    assert command(certified.city, "explain-payment", FIRST, "nothing") == 2
    assert "Lines: TP-DAYS" in capsys.readouterr().err


def test_the_next_run_publishes_it_and_status_tells(certified: Certified, capsys: pytest.CaptureFixture[str]) -> None:
    with certified.city.published() as con:
        assert con.execute("select statement_id from payments.statements").fetchall() == [(FIRST,)]
        assert con.execute("select count(*) from payments.adjustments").fetchone() == (0,)
    assert command(certified.city, "status") == 3, "every register is overdue today"
    assert f"  {SECOND}  on" in capsys.readouterr().out
