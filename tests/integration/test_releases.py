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
from orchestration.publish.growth import load_earlier
from orchestration.publish.ledger import COUNTS
from orchestration.publish.release import write_candidate
from orchestration.runner import run_nightly

THRESHOLD = 5
# What an earlier release counted few less of, where it shows today, and what the auditor calls it.
FEW_LESS = [
    ("households_enrolled 1 programme_to_date 2022-09-05 all all", "cohort", "metrics.results", "households_enrolled"),
    ("housing_survival all", "at_risk", "metrics.survival_curves", "housing_survival all, month 0"),
    ("waiting all", "events", "metrics.survival_curves", "waiting all, month 3"),
    ("waiting all", "died", "metrics.survival_curves", "waiting all, month 0"),
    ("contract_baseline 12", "households", "savings.by_method", "contract_baseline, window of 12 months"),
    ("12", "enrolled", "savings.match_quality", "match quality, window of 12 months"),
    ("municipality households", "rows", "provenance.deliveries", "rows of municipality households"),
]


def told(ledger: Path, subject: str, measure: str, *, less: int = 2) -> None:
    """Let the earlier release have counted a few less, or an open period of another day."""
    (file,) = (ledger / COUNTS).glob("*.parquet")
    file.chmod(0o644)
    with duckdb.connect() as con:
        con.execute(f"create table counts as from read_parquet({literal(str(file))})")
        con.execute(
            "update counts set count = count - ?, until = null where subject = ? and measure = ?",
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


@pytest.mark.parametrize(("subject", "measure", "table", "name"), FEW_LESS)
def test_the_auditor_names_what_is_few_away_from_an_earlier_release(
    con: duckdb.DuckDBPyConnection, ledger: Path, subject: str, measure: str, table: str, name: str
) -> None:
    told(ledger, subject, measure)
    audited = audit(con, THRESHOLD, (), load_earlier(con, ledger))
    assert not audited.passed
    assert name in audited.description


def test_enough_more_are_no_finding(con: duckdb.DuckDBPyConnection, ledger: Path) -> None:
    for subject, measure, _, _ in FEW_LESS:
        told(ledger, subject, measure, less=THRESHOLD)
    assert audit(con, THRESHOLD, (), load_earlier(con, ledger)).passed


def test_what_is_few_away_from_an_earlier_release_is_withheld(
    published_city: City, tmp_path: Path, ledger: Path
) -> None:
    for file in ledger.glob("*.parquet"):
        file.unlink()  # what was told then is true no longer
    for subject, measure, _, _ in FEW_LESS:
        told(ledger, subject, measure)
    with duckdb.connect(str(candidate(published_city, tmp_path, ledger)), read_only=True) as con:
        for query in (
            "select numerator from metrics.results where metric_id = 'households_enrolled' "
            "and period_type = 'programme_to_date' and breakdown = 'all'",
            "select at_risk from metrics.survival_curves where curve = 'housing_survival' and months = 0",
            "select incidence from metrics.survival_curves where curve = 'waiting' and category = 'all'",
            "select gross_saving_eur from savings.by_method where method = 'contract_baseline' and window_months = 12",
            "select programme_households from savings.match_quality where window_months = 12",
            """select "rows" from provenance.deliveries where extract = 'households'""",
        ):
            assert {value for (value,) in con.execute(query).fetchall()} == {None}, query
        assert con.execute(
            "select count(*) from savings.by_method where window_months = 24 and households is not null"
        ).fetchone() != (0,)


@pytest.mark.thorough
def test_a_young_programme_publishes_month_after_month(city: City) -> None:
    """Nearly all is small, cohorts of several metrics share some of their periods, and each release knows the last."""
    shutil.rmtree(city.settings.ledger_dir)  # as if nothing of later days had been published
    for day in (date(2023, 6, 30), date(2023, 7, 31), date(2023, 8, 31), date(2023, 9, 30)):
        run_nightly(city.settings, as_of=day)
        with duckdb.connect(str(city.settings.published_file), read_only=True) as con:
            assert con.execute("select as_of from provenance.runs").fetchone() == (day,)
