"""Catches: a threshold off by one, a small count that stays visible, a value computed from a withheld count."""

from collections.abc import Iterator
from decimal import Decimal

import duckdb
import pytest

from expectations.contract import load_contracts
from orchestration.publish import disclosure
from orchestration.settings import PROJECT_ROOT


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("create schema metrics; create schema savings; create schema payments")
        connection.execute("""
            create table metrics.definitions as
            select * from (values
                ('people', 1, 'sum', 'people'), ('retention', 1, 'rate', 'rate'), ('wait', 1, 'mean', 'days'),
                ('averted', 1, 'count', 'households'), ('gain', 1, 'mean', 'adults'), ('rent', 1, 'ratio', 'ratio'),
                ('survival', 1, 'survival', 'rate'), ('median', 1, 'median_survival', 'days')
            ) as definitions (metric_id, version, formula, unit)
        """)
        connection.execute("""
            create table metrics.results (metric_id varchar, metric_version integer, numerator decimal(18,4),
                denominator decimal(18,4), excluded bigint, units bigint, "value" decimal(18,4),
                ci_low decimal(18,4), ci_high decimal(18,4), interval_method varchar, status varchar,
                period_type varchar default 'month', period_start date default '2024-01-01',
                breakdown varchar default 'all', category varchar default 'all', units_key ubigint default 1)
        """)
        connection.execute(
            "create temp table withheld_results as select metric_id, metric_version, period_type, period_start, "
            "breakdown, category from metrics.results"
        )
        yield connection


def judged(
    con: duckdb.DuckDBPyConnection,
    metric: str,
    numerator: int,
    denominator: int,
    excluded: int = 0,
    *,
    units: int | None = None,
    shown: str = 'numerator, denominator, excluded, "value", status',
) -> tuple:
    con.execute("delete from metrics.results")
    con.execute(
        """
        insert into metrics.results (metric_id, metric_version, numerator, denominator, excluded, units, "value",
            ci_low, ci_high, interval_method, status)
        values (?, 1, ?, ?, ?, ?, 0.5, 0.4, 0.6, 'wilson', 'published')
        """,
        [metric, numerator, denominator, excluded, denominator if units is None else units],
    )
    row = con.execute(f"select {shown} from ({disclosure.results(5, 'from withheld_results')})").fetchone()
    assert row is not None
    return row


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_small_denominators_withhold_the_whole_row(con: duckdb.DuckDBPyConnection, count: int) -> None:
    assert judged(con, "wait", 138, count) == (None, None, None, None, "suppressed")


@pytest.mark.parametrize("count", [0, 5, 6])
def test_the_threshold_itself_and_zero_are_shown(con: duckdb.DuckDBPyConnection, count: int) -> None:
    assert judged(con, "wait", 138, count)[4] == "published"


def test_three_people_in_eighteen_households_are_withheld(con: duckdb.DuckDBPyConnection) -> None:
    assert judged(con, "people", 3, 18) == (None, None, None, None, "suppressed")
    assert judged(con, "people", 5, 18)[0] == Decimal(5)


def test_a_small_sum_of_days_is_no_count(con: duckdb.DuckDBPyConnection) -> None:
    assert judged(con, "wait", 3, 18)[4] == "published"


def test_the_rest_of_a_rate_is_a_count_too(con: duckdb.DuckDBPyConnection) -> None:
    assert judged(con, "retention", 16, 20)[4] == "suppressed"
    assert judged(con, "retention", 15, 20)[4] == "published"
    assert judged(con, "retention", 20, 20)[4] == "published"


def test_a_small_number_of_excluded_withholds_the_row(con: duckdb.DuckDBPyConnection) -> None:
    """The size of the cohort stands in other metrics: beside it the denominator would tell who is left out."""
    assert judged(con, "wait", 138, 18, excluded=4) == (None, None, None, None, "suppressed")
    assert judged(con, "wait", 138, 18, excluded=5)[2] == 5


def test_a_row_that_hides_another_is_withheld_and_no_other(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("insert into withheld_results values ('wait', 1, 'month', '2024-01-01', 'all', 'all')")
    assert judged(con, "wait", 138, 18) == (None, None, None, None, "suppressed")
    assert judged(con, "people", 9, 18)[4] == "published"


@pytest.mark.parametrize(("breakdown", "period_type", "is_listed"), [
    ("all", "month", True), ("district", "month", False), ("district", "year", False), ("district", "phase", True),
    ("cohort_quarter", "phase", False), ("cohort_quarter", "programme_to_date", True),
])  # fmt: skip
def test_categories_are_listed_by_phase_and_to_date(
    con: duckdb.DuckDBPyConnection, breakdown: str, period_type: str, is_listed: bool
) -> None:
    con.execute(
        "insert into metrics.results (metric_id, metric_version, numerator, denominator, units, excluded, breakdown, "
        "period_type) values ('wait', 1, 138, 18, 18, 0, ?, ?)",
        [breakdown, period_type],
    )
    assert len(con.sql(disclosure.results(5, "from withheld_results"))) == is_listed


def test_an_interval_is_withheld_with_its_value(con: duckdb.DuckDBPyConnection) -> None:
    interval = "ci_low, ci_high, interval_method"
    assert judged(con, "retention", 16, 20, shown=interval) == (None, None, None)
    assert judged(con, "retention", 15, 20, shown=interval) == (Decimal("0.4"), Decimal("0.6"), "wilson")


@pytest.mark.parametrize("metric", ["survival", "median", "averted"])
def test_events_and_the_rest_are_counts(con: duckdb.DuckDBPyConnection, metric: str) -> None:
    assert judged(con, metric, 4, 20)[4] == "suppressed"
    assert judged(con, metric, 16, 20)[4] == "suppressed"
    assert judged(con, metric, 5, 20)[4] == "published"
    assert judged(con, metric, 0, 20)[4] == "published"


@pytest.mark.parametrize("gain", [4, -1])
def test_a_few_adults_more_or_less_are_withheld(con: duckdb.DuckDBPyConnection, gain: int) -> None:
    assert judged(con, "gain", gain, 20)[4] == "suppressed"
    assert judged(con, "gain", -5, 20)[4] == "published"


def test_a_ratio_rests_on_households_and_not_on_euros(con: duckdb.DuckDBPyConnection) -> None:
    assert judged(con, "rent", 1200, 2400, units=4)[4] == "suppressed"
    assert judged(con, "rent", 3, 2400, units=5)[4] == "published"


def curve(con: duckdb.DuckDBPyConnection, shown: set[int], *months: tuple[int, int, int, int]) -> list[tuple]:
    """What is shown of a curve, given at_risk, events, censored and competing of each month; the rest is made up."""
    con.execute(
        "create table metrics.survival_curves (curve varchar, category varchar, months integer, at_risk bigint, "
        "events bigint, censored bigint, competing bigint, survival double, ci_low double, ci_high double, "
        "incidence double)"
    )
    for month, counts in enumerate(months):
        # The other category must not be counted with this one.
        for category, competing in (("all", counts[3]), ("pathway:new_home", 0)):
            con.execute(
                "insert into metrics.survival_curves values ('waiting', ?, ?, ?, ?, ?, ?, 0.5, 0.4, 0.6, 0.3)",
                [category, month, *counts[:3], competing],
            )
    con.execute("create temp table shown_months (curve varchar, category varchar, months integer)")
    con.executemany("insert into shown_months values ('waiting', 'all', ?)", [[month] for month in sorted(shown)])
    query = disclosure.survival_curves(5, "from shown_months")
    return con.execute(f"from ({query}) where category = 'all' order by months").fetchall()


def test_a_month_says_what_happened_since_the_one_shown_before(con: duckdb.DuckDBPyConnection) -> None:
    first, second, third = curve(con, {0, 2}, (60, 0, 0, 0), (57, 2, 1, 0), (48, 4, 5, 0))
    assert first[3:] == (60, 0, 0, 0.5, 0.4, 0.6, 0.3)
    assert second == ("waiting", "all", 1, *[None] * 7)
    assert third[3:] == (48, 6, 6, 0.5, 0.4, 0.6, 0.3)


@pytest.mark.parametrize(("censored", "competing", "is_shown"), [
    (9, 0, True), (9, 4, False), (10, 5, True), (9, 5, False), (9, 9, True),
])  # fmt: skip
def test_few_deaths_in_a_month_withhold_incidence_alone(
    con: duckdb.DuckDBPyConnection, censored: int, competing: int, is_shown: bool
) -> None:
    (row,) = curve(con, {0}, (20, 0, censored, competing))
    assert row[3:9] == (20, 0, censored, 0.5, 0.4, 0.6)
    assert row[9] == (0.3 if is_shown else None)


def test_few_deaths_withhold_incidence_from_then_on(con: duckdb.DuckDBPyConnection) -> None:
    shown = curve(con, {0, 1, 2}, (60, 0, 0, 0), (50, 0, 10, 3), (40, 0, 10, 5))
    assert [row[9] for row in shown] == [0.3, None, None]
    assert [row[3] for row in shown] == [60, 50, 40]


def test_survival_to_another_horizon_by_few_events_apart_is_withheld(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("""
        insert into metrics.definitions values
            ('housing_survival_6m', 1, 'survival', 'rate'), ('housing_survival_12m', 1, 'survival', 'rate'),
            ('housing_survival_24m', 1, 'survival', 'rate');
        insert into metrics.results (metric_id, metric_version, numerator, denominator, units, excluded, status)
        values ('housing_survival_6m', 1, 5, 86, 86, 0, 'published'),
            ('housing_survival_12m', 1, 7, 86, 86, 0, 'published'),
            ('housing_survival_24m', 1, 12, 86, 86, 0, 'published')
    """)
    query = disclosure.results(5, "from withheld_results")
    shown = con.execute(f"select metric_id from ({query}) where status = 'published' order by 1")
    assert shown.fetchall() == [("housing_survival_12m",), ("housing_survival_24m",)]


def test_only_tables_that_hold_no_household_show_how_few_rows_they_have(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("create schema provenance")
    con.execute("""
        create table provenance.deliveries as select * from (values
            ('1', 'chamber', true, 3), ('2', 'municipality', true, 4), ('3', 'municipality', true, 5),
            ('4', 'municipality', true, 6), ('5', 'municipality', false, 50), ('6', 'finance', true, 1),
            ('7', 'provider', true, 0), ('8', 'chamber', false, 2)
        ) as deliveries (delivery_id, source, is_used, "rows")
    """)
    shown = con.execute(disclosure.deliveries(5, "select '4'")).fetchall()
    assert [rows for *_, rows in shown] == [3, None, 5, None, None, None, 0, 2]


def test_the_chamber_s_tables_hold_no_household() -> None:
    contracts = load_contracts(PROJECT_ROOT / "expectations" / "contracts")
    own = {column.name for (source, _), each in contracts.items() if source == "chamber" for column in each.columns}
    registers = {
        column.name for (source, _), each in contracts.items() if source != "chamber" for column in each.columns
    }
    keys = {name for name in registers if name.endswith("_id")}
    assert "household_id" in keys
    assert own & keys == set()


def test_rows_are_counted_of_published_tables_alone(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("""
        create table checks as
        select * from (values
            ('deliveries', true, 600, 0), ('deliveries', true, 600, 1), ('deliveries', false, 600, 7),
            ('raw', true, 600, 0), ('models', false, 0, 7), ('release', true, 600, 0)
        ) as checks (stage, passed, rows_checked, rows_failed)
    """)
    assert con.execute(disclosure.checks("checks")).fetchall() == [
        ("deliveries", True, None, 0), ("deliveries", True, None, 0), ("deliveries", False, None, None),
        ("raw", True, None, 0), ("models", False, None, None), ("release", True, 600, 0),
    ]  # fmt: skip
