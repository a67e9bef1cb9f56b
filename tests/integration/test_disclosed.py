"""Catches: a release from which a small count can be worked out, and an auditor that does not see it."""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from conftest import City

from expectations.contract import load_published
from expectations.quoting import literal
from orchestration.audit.judge import audit
from orchestration.publish.ledger import Known, still_true, write_shown
from orchestration.publish.release import write_candidate

THRESHOLD = 5
KEY = "metric_id, metric_version, period_type, period_start, breakdown, category"


@pytest.fixture
def con(published_city: City, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The build, and a copy of what was published of it, attached as `release` to be changed."""
    file = tmp_path / "homes4all.duckdb"
    shutil.copyfile(published_city.settings.published_file, file)
    with duckdb.connect() as connection:
        build = published_city.settings.build_dir / "current" / "homes4all.duckdb"
        connection.execute(f"attach {literal(str(build.resolve()))} as homes4all (read_only)")
        connection.execute(f"attach {literal(str(file))} as release")
        connection.execute("use homes4all")
        yield connection


def show(con: duckdb.DuckDBPyConnection, where: str) -> None:
    """Put figures back that were withheld."""
    con.execute(f"""
        update release.metrics.results as shown
        set status = 'published', numerator = truth.numerator, denominator = truth.denominator,
            excluded = truth.excluded
        from (
            select results.* from metrics.results as results
            inner join metrics.definitions as definitions using (metric_id)
            where {where}
        ) as truth
        where {" and ".join(f"shown.{name} = truth.{name}" for name in KEY.split(", "))}
    """)


def test_of_what_was_published_nothing_withheld_can_be_worked_out(con: duckdb.DuckDBPyConnection) -> None:
    assert audit(con, THRESHOLD).passed
    withheld = con.sql("select * from release.metrics.results where status = 'suppressed'")
    assert len(withheld) > 1000


def test_what_is_needed_to_hide_small_counts_is_what_the_auditor_asks_for(con: duckdb.DuckDBPyConnection) -> None:
    """With the small counts alone withheld many of them can be worked out, and the check names rows, no values."""
    large = (
        "units >= 5 and excluded not between 1 and 4 and numerator >= 5 and denominator - numerator not between 1 and 4"
    )
    show(con, f"formula in ('count', 'rate') and {large} and definitions.unit in ('households', 'rate')")
    told = audit(con, THRESHOLD)
    assert not told.passed
    assert told.failed > 20
    assert "version 1, " in told.description


def test_the_checks_do_not_say_how_many_rows_a_delivery_has(con: duckdb.DuckDBPyConnection) -> None:
    """A release may withhold it: with that of an earlier one it would tell few."""
    checks = con.execute("""
        select asset, description from release.provenance.checks where stage in ('deliveries', 'raw')
    """).fetchall()
    rows = dict(
        con.execute("""
            select extract, "rows" from provenance.deliveries where is_used and source <> 'chamber'
        """).fetchall()
    )
    said = [
        asset
        for asset, description in checks
        if (count := rows.get(asset.rpartition("/")[2])) and count > 10
        and {str(count), f"{count:,}"} & set(re.split("[^0-9,]+", description))
    ]  # fmt: skip
    assert (len(checks) > 100, said) == (True, [])
    told = "stage <> 'release' and (rows_checked is not null or rows_failed > 0)"
    assert con.execute(f"select count(*) from release.provenance.checks where {told}").fetchone() == (0,)
    assert con.execute("select count(rows_checked) > 100 from release.provenance.checks").fetchone() == (True,)


def test_a_small_count_that_is_shown_is_named(con: duckdb.DuckDBPyConnection) -> None:
    show(con, "results.metric_id = 'households_enrolled' and numerator = 3 and period_type = 'quarter'")
    told = audit(con, THRESHOLD)
    assert not told.passed
    assert "quarter from 2022-07-01, all all (shown)" in told.description


def test_a_month_of_a_curve_that_tells_few_is_named(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("""
        update release.metrics.survival_curves as shown set at_risk = truth.at_risk
        from metrics.survival_curves as truth
        where shown.curve = truth.curve and shown.category = truth.category and shown.months = truth.months
            and shown.curve = 'waiting' and shown.category = 'all' and shown.months = 1
    """)
    assert "waiting all, month 1" in audit(con, THRESHOLD).description


def test_what_an_earlier_release_showed_is_known_still(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """A quarter that is hidden today and was shown before: with it the small one beside it can be worked out."""
    con.execute("create temp table fingerprints as select distinct metric_id, metric_version, '' as fingerprint "
                "from metrics.results")  # fmt: skip
    show(con, "results.metric_id = 'households_enrolled' and numerator = 6 and period_type = 'quarter'")
    write_shown(con, tmp_path / "then.parquet")
    con.execute("""
        update release.metrics.results
        set status = 'suppressed', numerator = null, denominator = null, excluded = null
        where metric_id = 'households_enrolled' and numerator = 6 and period_type = 'quarter'
    """)
    assert audit(con, THRESHOLD).passed
    known = still_true(con, tmp_path)
    assert Known in {type(one) for one in known}
    told = audit(con, THRESHOLD, known)
    assert "households_enrolled version 1, quarter from 2022-07-01, all all" in told.description


def test_rounding_is_published_where_the_chamber_asks_for_it(published_city: City, tmp_path: Path) -> None:
    """The whole candidate of a build whose Chamber rounds keeps its contracts; unrounded counts would be named."""
    settings, warehouse = published_city.settings, tmp_path / "homes4all.duckdb"
    shutil.copyfile((settings.build_dir / "current" / "homes4all.duckdb").resolve(), warehouse)
    with duckdb.connect(warehouse) as con:
        con.execute("""
            insert into raw_chamber.measurement_parameters by name
            select * replace ('rounding_base' as name, '5' as value) from raw_chamber.measurement_parameters
            where name = 'disclosure_threshold'
        """)
    made, audited = write_candidate(
        warehouse, tmp_path / "release" / "homes4all.duckdb", load_published(settings.contracts), [],
        ledger=settings.ledger_dir, code_version="test", built_at=datetime.now(UTC).replace(tzinfo=None, microsecond=0),
    )  # fmt: skip
    assert audited.passed, audited.description
    assert not [check.description for checks in made.values() for check in checks if not check.passed]
    with duckdb.connect(tmp_path / "release" / "homes4all.duckdb", read_only=True) as con:
        assert con.execute("select rounding_base from provenance.runs").fetchall() == [(5,)]
        shares = con.execute("""
            select numerator, denominator from metrics.results
            where interval_method is null and unit = 'rate' and metric_id <> 'occupancy_rate' and value is not null
        """).fetchall()
    assert len(shares) > 20
    assert all(count % 5 == 0 for share in shares for count in share)


def test_counts_that_are_not_rounded_are_named(con: duckdb.DuckDBPyConnection) -> None:
    told = audit(con, THRESHOLD, rounding_base=5)
    assert not told.passed
    assert "not rounded: " in told.description
