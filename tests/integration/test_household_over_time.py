"""Catches: a composition that moves what was true at enrolment, a correction that does not, a household that becomes
another and is counted twice, refused, or loses its claims.
"""

import csv
import gzip
import io
from pathlib import Path
from typing import Any

import duckdb
import pytest
from command_line import homes4all
from conftest import SAMPLE, City

from orchestration.dbt_process import dbt

FIRST, SECOND = "2023Q2", "2023Q3"
MONTHS = ("2025-01-31", "2025-02-28", "2025-03-31")
PEOPLE = """
    select numerator from metrics.results
    where metric_id = 'people_enrolled' and period_type = 'programme_to_date' and breakdown = 'all'
"""
VALID_FROM = "COMPOSIZIONE_VALIDA_DAL"


def households(day: str, landing: Path, members: dict[str, str], *, since: str | None = None) -> None:
    """The sample's register of households on a later day, with some of other members, said to be so since a day."""
    text = next(SAMPLE.glob("households_*.csv")).read_bytes().decode("cp1252")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    for row in rows:
        if since is not None:
            row[VALID_FROM] = since if row["ID_NUCLEO"] in members else ""
        row["NUM_COMPONENTI"] = members.get(row["ID_NUCLEO"], row["NUM_COMPONENTI"])
    written = io.StringIO()
    writer = csv.DictWriter(written, fieldnames=list(rows[0]), delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    (landing / f"households_{day}.csv").write_bytes(written.getvalue().encode("cp1252"))


def run(city: City) -> None:
    folders = ("--data", str(city.settings.data), "--landing", str(city.settings.landing_dir))
    assert homes4all("run", *folders) == 0


def one(city: City, sql: str) -> object:
    with city.built() as con:
        return con.execute(sql).fetchall()[0][0]


def claims(city: City) -> list[tuple[object, ...]]:
    with city.built() as con:
        return con.execute("from payments.claims order by all").fetchall()


@pytest.fixture(scope="module")
def corrected(published_city: City, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A certified quarter; then a household of another size, first as of today, then as of before its enrolment."""
    city = published_city.copied_to(tmp_path_factory.mktemp("corrected"))
    with city.built() as con:
        (household, enrolled_on, size) = con.execute("""
            select enrolled.household_id, enrolled.enrolled_on, enrolled.members
            from core.enrolled_households as enrolled
            inner join payments.claims as claims using (household_id)
            where claims.kind = 'share_of_savings' and enrolled.members between 2 and 3 and enrolled.arm = 'programme'
            order by claims.amount_eur desc, enrolled.household_id limit 1
        """).fetchall()[0]
    found: dict[str, Any] = {"city": city, "household": household, "size": size}
    found["people"] = [one(city, PEOPLE)]
    found["claims"] = [claims(city)]
    assert homes4all("certify", "--period", FIRST, "--data", city.settings.data) == 0
    households(MONTHS[0], city.settings.landing_dir, {household: str(size + 2)})
    run(city)
    found["people"] += [one(city, PEOPLE)]
    found["claims"] += [claims(city)]
    assert homes4all("certify", "--period", SECOND, "--data", city.settings.data) == 0
    households(MONTHS[1], city.settings.landing_dir, {household: str(size + 2)}, since=f"{enrolled_on:%d/%m/%Y}")
    run(city)
    found["people"] += [one(city, PEOPLE)]
    found["claims"] += [claims(city)]
    return found


def test_a_later_size_changes_nothing_unless_it_held_at_enrolment(corrected: dict[str, Any]) -> None:
    before, later, since = corrected["people"]
    assert later == before
    assert since == before + 2
    before, later, since = corrected["claims"]
    assert later == before
    assert since != before


def test_statements_of_before_and_after_are_rebuilt_identical(
    corrected: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    city = corrected["city"]
    for statement in (FIRST, SECOND):
        assert homes4all("verify", statement, "--data", city.settings.data) == 0, capsys.readouterr().out


def test_the_statement_records_every_delivery_that_described_a_household(corrected: dict[str, Any]) -> None:
    from orchestration.statements.store import Statements

    first, second = Statements(corrected["city"].settings.statements_dir).all()
    days = [[str(e.reference_date) for e in each.deliveries if e.extract == "households"] for each in (first, second)]
    assert days == [["2024-12-31"], ["2024-12-31", MONTHS[0]]]


def test_the_household_that_the_correction_is_about_is_known_with_its_delivery(corrected: dict[str, Any]) -> None:
    from orchestration.intake.archive import Archive
    from orchestration.statements.knowledge import Knowledge, differences, reading_of, recorded
    from orchestration.statements.store import Statements

    city = corrected["city"]
    archive = Archive(city.settings.archive_dir)
    first, *_ = Statements(city.settings.statements_dir).all()
    before = Knowledge(recorded(archive, [each.delivery_id for each in first.deliveries]), first.as_of, "v")
    now = Knowledge(tuple(archive.deliveries()), first.as_of, "v")
    warehouse = city.settings.build_dir / "current" / "homes4all.duckdb"
    with duckdb.connect() as con:
        con.execute(f"attach '{warehouse}' as homes4all (read_only)")
        found = differences(archive, reading_of(con), before, now)
    corrections = archive.latest()["municipality", "households"]
    assert [(each.extract, each.delivery_id, each.about) for each in found] == [
        ("households", corrections.delivery_id, {corrected["household"]})
    ]


def under_another_key(landing: Path, day: str, old: str, new: str) -> None:
    """Every extract that names a household, delivered again with another key for it, and the link that says so."""
    for path in SAMPLE.iterdir():
        target = landing / path.name.replace("2024-12-31", day)
        if path.suffix == ".gz":
            target.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()).replace(old.encode(), new.encode())))
        elif path.suffix == ".parquet":
            with duckdb.connect() as con:
                names = [name for name, *_ in con.execute(f"describe from '{path}'").fetchall()]
                key = next(name for name in names if name in ("household_id", "ID_NUCLEO"))
                con.execute(f"copy (select * replace (replace({key}, '{old}', '{new}') as {key}) from '{path}') "
                            f"to '{target}' (format parquet)")  # fmt: skip
        elif old.encode() in path.read_bytes():
            target.write_bytes(path.read_bytes().replace(old.encode(), new.encode()))
    headings = "ID_NUCLEO_ORIGINE;ID_NUCLEO_RISULTANTE;DATA_VARIAZIONE;TIPO_VARIAZIONE"
    text = f"{headings}\r\n{old};{new};15/01/2025;NUOVO CODICE\r\n"
    (landing / f"household_links_{day}.csv").write_text(text, encoding="utf-8", newline="")


def test_a_new_key_is_let_in_and_moves_no_claim(city: City, capsys: pytest.CaptureFixture[str]) -> None:
    before = claims(city)
    household = one(city, "select household_id from payments.claims where amount_eur > 0 order by 1 limit 1")
    new = "h_" + "7" * 24
    under_another_key(city.settings.landing_dir, MONTHS[0], str(household), new)
    assert homes4all("certify", "--period", FIRST, "--data", city.settings.data) == 0
    run(city)
    assert claims(city) == before
    delivered = f"select count(*) from raw_municipality.households where household_id = '{new}'"
    assert one(city, delivered) == 1
    assert homes4all("verify", FIRST, "--data", city.settings.data) == 0, capsys.readouterr().out


def test_a_household_that_merges_after_the_day_is_still_known(city: City) -> None:
    """A register is late, so the day stands before a merger of which the others tell already."""
    known, gone = "assessments_household_id_is_known", "h_" + "8" * 24
    with duckdb.connect(str(city.settings.build_dir / "current" / "homes4all.duckdb")) as con:
        con.execute("create table one as select * from raw_support.assessments limit 1")
        con.execute("insert into raw_support.assessments select * replace ($gone as household_id) from one",
                    {"gone": gone})  # fmt: skip
    selected = ["test", "--select", known]
    assert dbt(city.settings, selected, logs=city.settings.build_dir).returncode != 0
    with duckdb.connect(str(city.settings.build_dir / "current" / "homes4all.duckdb")) as con:
        con.execute(
            "insert into raw_municipality.household_links (from_household_id, to_household_id, linked_on, kind) "
            "select $gone, household_id, '2025-01-15', 'merge' from one",
            {"gone": gone},
        )
    assert dbt(city.settings, selected, logs=city.settings.build_dir).returncode == 0
