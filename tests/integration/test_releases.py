"""Catches: two releases that together tell of few, and an auditor that looks at one of them alone."""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest
from conftest import City

from expectations.contract import load_published
from expectations.quoting import literal
from orchestration.audit.judge import audit
from orchestration.errors import GateRefused
from orchestration.publish.counts import write_counts
from orchestration.publish.followed import write_followed
from orchestration.publish.growth import load_earlier
from orchestration.publish.ledger import COUNTS, keep_shown, recognised_by_counts, shown_file, still_true
from orchestration.publish.release import write_candidate
from orchestration.runner import run_nightly

THRESHOLD = 5
# Of what an earlier release counted few less, and what the auditor calls it where it is shown today.
TO_DATE, OPEN_PHASE = "1 programme_to_date 2022-09-05 all all", "1 phase 2023-08-01"
FEW_LESS = [
    (f"households_enrolled {TO_DATE}", "cohort", "households_enrolled version 1, programme_to_date"),
    (f"exits_to_permanent_rate {TO_DATE}", "excluded", "exits_to_permanent_rate version 1"),
    (f"homes_retained {OPEN_PHASE} all all", "rest", "homes_retained version 1, phase"),
    (f"homes_retained {OPEN_PHASE} economic_capacity partial", "counted", "economic_capacity partial"),
    ("housing_survival all", "at_risk", "housing_survival all, at risk at month 0"),
    ("housing_survival all", "events", "housing_survival_12m version 1, programme_to_date"),
    ("waiting all", "events", "waiting all, events up to month"),
    ("waiting all", "died", "waiting all, died up to month 0"),
    ("savings 12", "households", "contract_baseline, window of 12 months"),
    ("savings 12", "households", "match quality, window of 12 months"),
    ("savings 12", "households", "households_enrolled version 1, programme_to_date"),
    ("TP-DAYS 2020-01-01 2024Q4 3.2500", "claims", "lines of 2024Q4, TP-DAYS"),
    ("limits TP-DAYS 2024Q4 2", "claims", "limits of TP-DAYS in 2024Q4"),
    ("municipality households", "rows", "rows of municipality households"),
]


def told(ledger: Path, subject: str, measure: str, *, less: int = 2) -> None:
    """Let the earlier release have counted a few less, of a period that is open still up to the day before."""
    (file,) = (ledger / COUNTS).glob("*.parquet")
    file.chmod(0o644)
    with duckdb.connect() as con:
        con.execute(f"create table counts as from read_parquet({literal(str(file))})")
        con.execute(
            "update counts set count = count - ?, until = until - 1 where subject = ? and measure = ?",
            [less, subject, measure],
        )
        assert con.execute(
            "select count(*) from counts where subject = ? and measure = ?", [subject, measure]
        ).fetchone() != (0,)
        con.execute(f"copy counts to {literal(str(file))} (format parquet)")


@pytest.fixture
def ledger(published_city: City, tmp_path: Path) -> Path:
    return shutil.copytree(published_city.settings.ledger_dir, tmp_path / "ledger")


@pytest.fixture
def con(published_city: City) -> Iterator[duckdb.DuckDBPyConnection]:
    """The build and what was published of it."""
    build = (published_city.settings.build_dir / "current" / "homes4all.duckdb").resolve()
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(str(build))} as homes4all (read_only)")
        connection.execute(f"attach {literal(str(published_city.settings.published_file))} as release (read_only)")
        connection.execute("use homes4all")
        yield connection


def candidate(city: City, folder: Path, ledger: Path) -> Path:
    """What would be published of the build beside what the ledger holds; it passes the auditor."""
    settings, file = city.settings, folder / "release" / "homes4all.duckdb"
    _, audited = write_candidate(
        settings.build_dir / "current" / "homes4all.duckdb", file, load_published(settings.contracts), [],
        ledger=ledger, code_version="test", built_at=datetime.now(UTC).replace(tzinfo=None, microsecond=0),
    )  # fmt: skip
    assert audited.passed, audited.description
    return file


def test_the_same_figures_again_tell_nothing(con: duckdb.DuckDBPyConnection, ledger: Path) -> None:
    assert audit(con, THRESHOLD, (), load_earlier(con, ledger)).passed


@pytest.mark.parametrize(("subject", "measure", "name"), FEW_LESS)
def test_the_auditor_names_what_is_few_away_from_an_earlier_release(
    con: duckdb.DuckDBPyConnection, ledger: Path, subject: str, measure: str, name: str
) -> None:
    told(ledger, subject, measure)
    audited = audit(con, THRESHOLD, (), load_earlier(con, ledger))
    assert not audited.passed
    assert name in audited.description, audited.description


def test_enough_more_are_no_finding(con: duckdb.DuckDBPyConnection, ledger: Path) -> None:
    for subject, measure, _ in FEW_LESS:
        told(ledger, subject, measure, less=THRESHOLD)
    assert audit(con, THRESHOLD, (), load_earlier(con, ledger)).passed


def test_what_is_few_away_from_an_earlier_release_is_withheld(
    published_city: City, tmp_path: Path, ledger: Path
) -> None:
    for file in ledger.glob("*.parquet"):
        file.unlink()  # what was told then is true no longer
    for subject, measure in {each[:2] for each in FEW_LESS}:
        told(ledger, subject, measure)
    file = candidate(published_city, tmp_path, ledger)
    with duckdb.connect(str(file), read_only=True) as con:
        for query in (
            "select numerator from metrics.results where metric_id = 'households_enrolled' "
            "and period_type = 'programme_to_date' and breakdown = 'all'",
            "select excluded from metrics.results where metric_id = 'exits_to_permanent_rate' "
            "and period_type = 'programme_to_date' and breakdown = 'all'",
            "select numerator from metrics.results where metric_id = 'homes_retained' "
            "and period_type = 'phase' and period_start = '2023-08-01' and category in ('all', 'partial')",
            "select numerator from metrics.results where metric_id like 'housing_survival%' "
            "and period_type = 'programme_to_date' and breakdown = 'all'",
            "select at_risk from metrics.survival_curves where curve = 'housing_survival' and months = 0 "
            "and category = 'all'",
            "select incidence from metrics.survival_curves where curve = 'waiting' and category = 'all'",
            "select gross_saving_eur from savings.by_method where window_months = 12",
            "select programme_households from savings.match_quality where window_months = 12",
            "select amount_eur from payments.lines where tariff_id = 'TP-DAYS' and period = '2024Q4'",
            "select amount_cut_eur from payments.limits_applied where tariff_id = 'TP-DAYS' and period = '2024Q4' "
            "and step = 2",
            """select "rows" from provenance.deliveries where extract = 'households'""",
        ):
            assert {value for (value,) in con.execute(query).fetchall()} == {None}, query
        assert con.execute(
            "select count(*) from savings.by_method where window_months = 24 and households is not null"
        ).fetchone() != (0,)
        assert con.execute("select count(*) > 500 from metrics.results where denominator is not null").fetchone() == (
            True,
        )
    with duckdb.connect() as con:
        counts = f"{literal(str(file.with_name('counts.parquet')))} as now"
        before = f"read_parquet({literal(f'{ledger}/{COUNTS}/*.parquet')}) as earlier"
        few = con.execute(f"""
            select now.subject, now.measure from {counts} inner join {before} using (subject, measure, month)
            where abs(now.count - earlier.count) between 1 and 4
                and (earlier.until is null or earlier.until <> now.until)
        """).fetchall()
    assert few == []


def test_a_candidate_of_another_version_is_refused_in_words(tmp_path: Path) -> None:
    """Whose counts nobody put down: published, it would be forgotten."""
    (tmp_path / "shown.parquet").touch()
    with pytest.raises(GateRefused, match=r"counts\.parquet is missing"):
        keep_shown(tmp_path / "homes4all.duckdb", tmp_path / "ledger", "f" * 64)
    assert not (tmp_path / "ledger").exists()


@pytest.fixture
def in_mid_month(published_city: City, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """What is counted of the city as of a day in the middle of a month."""
    build = shutil.copyfile(
        (published_city.settings.build_dir / "current" / "homes4all.duckdb").resolve(), tmp_path / "build.duckdb"
    )
    with duckdb.connect(str(build)) as connection:
        connection.execute("update provenance.build set as_of = date '2024-12-15'")
        write_followed(connection, THRESHOLD)
        write_counts(connection, THRESHOLD)
        yield connection


def test_a_period_that_is_open_is_counted_up_to_the_day_it_has_seen(in_mid_month: duckdb.DuckDBPyConnection) -> None:
    until = dict(
        in_mid_month.execute("""
            select split_part(subject, ' ', 3) || ' ' || split_part(subject, ' ', 4), max(until) from counts
            where table_name = 'metrics.results' and measure = 'units' and subject like 'households_enrolled%'
            group by all
        """).fetchall()
    )
    assert until["month 2024-12-01"] == until["phase 2023-08-01"] == until["year 2024-01-01"] == date(2024, 12, 16)
    assert until["month 2024-11-01"] == date(2024, 12, 1)
    assert until["programme_to_date 2022-09-05"] is None


def test_every_row_of_results_is_counted_with_all_that_it_tells(in_mid_month: duckdb.DuckDBPyConnection) -> None:
    (counted,) = in_mid_month.execute("""
        select map_from_entries(list((measure, count))) from counts
        where named = 'housing_retention_12m 1 programme_to_date 2022-09-05 all all'
    """).fetchall()[0]
    told = in_mid_month.execute("""
        select denominator, numerator, excluded from metrics.results
        where metric_id = 'housing_retention_12m' and period_type = 'programme_to_date' and breakdown = 'all'
    """).fetchone()
    assert told is not None
    whole, numerator, excluded = map(int, told)
    assert counted == {
        "cohort": whole + excluded, "units": whole, "counted": numerator, "excluded": excluded,
        "rest": whole - numerator,
    }  # fmt: skip


@pytest.mark.thorough
def test_a_young_programme_publishes_month_after_month(city: City) -> None:
    """Nearly all is small, cohorts of several metrics share some of their periods, and each release knows the last."""
    shutil.rmtree(city.settings.ledger_dir)  # as if nothing of later days had been published
    for day in (date(2023, 6, 30), date(2023, 7, 31), date(2023, 8, 31), date(2023, 9, 30)):
        run_nightly(city.settings, as_of=day)
        with duckdb.connect(str(city.settings.published_file), read_only=True) as con:
            assert con.execute("select as_of from provenance.runs").fetchone() == (day,)
            shown = con.execute("from metrics.results where denominator is not null order by all").fetchall()
            curves = con.execute("from metrics.survival_curves order by all").fetchall()
    assert len(shown) > 100
    run_nightly(city.settings, as_of=day)  # the same once more, beside itself in the ledger
    with duckdb.connect(str(city.settings.published_file), read_only=True) as con:
        assert con.execute("from metrics.results where denominator is not null order by all").fetchall() == shown
        assert con.execute("from metrics.survival_curves order by all").fetchall() == curves


def test_a_release_of_a_version_that_knew_households_by_other_keys_is_compared_by_its_counts(
    published_city: City, tmp_path: Path, ledger: Path, con: duckdb.DuckDBPyConnection
) -> None:
    """All that it showed is known still, and what is shown beside it passes the auditor."""
    before = still_true(con, ledger)
    assert (len(before) > 100, recognised_by_counts(con, ledger)) == (True, 0)
    (file,) = ledger.glob("*.parquet")
    with duckdb.connect() as old:
        old.execute(f"create table shown as select * exclude (keyed_by) from read_parquet({literal(str(file))})")
        old.execute("update shown set units_key = units_key - 1, fingerprint = md5(fingerprint)")
        file.unlink()
        old.execute(f"copy shown to {literal(str(file))} (format parquet)")
    assert recognised_by_counts(con, ledger) == 1
    assert still_true(con, ledger) == before
    candidate(published_city, tmp_path, ledger)
    shutil.copyfile(shown_file(tmp_path / "release" / "homes4all.duckdb"), ledger / "new.parquet")
    assert recognised_by_counts(con, ledger) == 1
    assert set(before) <= set(still_true(con, ledger))
