"""Catches: an auditor that overlooks groups of households, shown beside the savings, that are few apart."""

from collections.abc import Iterator

import duckdb
import pytest

from orchestration.audit.tables import exposed_by_savings

LIMIT = 5


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """50 enrolled; all have a baseline, 40 are matched, 30 of them within their district. All of it is shown."""
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as release")
        for schema in ("metrics", "savings"):
            connection.execute(f"create schema {schema}; create schema release.{schema}")
        connection.execute("""
            create table savings.by_method as
            select unnest(['contract_baseline', 'comparison_group']) as method, 12 as window_months,
                unnest([50, 40]) as households, 1000.0 as gross_saving_eur;
            create table savings.match_quality as
            select 12 as window_months, 'members' as covariate, 50 as programme_households, 40 as matched_households,
                30 as matched_within_district;
            create table metrics.results as
            select 'households_enrolled' as metric_id, 1 as metric_version, 'programme_to_date' as period_type,
                date '2022-01-01' as period_start, 'all' as breakdown, 'all' as category, 50 as numerator;
            create table release.savings.by_method as from savings.by_method;
            create table release.savings.match_quality as from savings.match_quality;
            create table release.metrics.results as from metrics.results;
        """)
        yield connection


def test_groups_that_are_many_apart_are_safe(con: duckdb.DuckDBPyConnection) -> None:
    assert not exposed_by_savings(con, LIMIT)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("update savings.by_method set households = 47 where households = 50", "contract_baseline"),
        ("update savings.by_method set households = 3 where households = 40", "comparison_group"),
        ("update savings.by_method set households = 41 where households = 40", "comparison_group"),
        ("update savings.match_quality set matched_households = 46", "matched"),
        ("update savings.match_quality set matched_within_district = 36", "matched within the district"),
        ("update metrics.results set numerator = 54", "enrolled to date"),
    ],
)
def test_groups_that_are_few_apart_are_named_while_both_are_shown(
    con: duckdb.DuckDBPyConnection, change: str, named: str
) -> None:
    con.execute(change)
    told = exposed_by_savings(con, LIMIT)
    assert told
    assert all("window of 12 months" in each for each in told)
    assert any(named in each for each in told)
    con.execute("update release.savings.by_method set households = null, gross_saving_eur = null")
    con.execute("update release.savings.match_quality set programme_households = null")
    assert not exposed_by_savings(con, LIMIT)
