"""Catches: a threshold off by one, a small count that stays visible, a value computed from a withheld count."""

from collections.abc import Iterator
from decimal import Decimal

import duckdb
import pytest

from orchestration.publish import disclosure


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
                ci_low decimal(18,4), ci_high decimal(18,4), interval_method varchar, status varchar)
        """)
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
        "insert into metrics.results values (?, 1, ?, ?, ?, ?, 0.5, 0.4, 0.6, 'wilson', 'published')",
        [metric, numerator, denominator, excluded, denominator if units is None else units],
    )
    row = con.execute(f"select {shown} from ({disclosure.results(5)})").fetchone()
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


def test_a_small_number_of_excluded_is_withheld_alone(con: duckdb.DuckDBPyConnection) -> None:
    shown = judged(con, "wait", 138, 18, excluded=4)
    assert shown == (Decimal(138), Decimal(18), None, Decimal("0.5"), "excluded_suppressed")
    assert judged(con, "wait", 138, 18, excluded=5)[2] == 5


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


def curve(con: duckdb.DuckDBPyConnection, *months: tuple[int, int, int, int]) -> list[tuple]:
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
    return con.execute(f"from ({disclosure.survival_curves(5)}) where category = 'all' order by months").fetchall()


@pytest.mark.parametrize(("counts", "is_shown"), [
    ((20, 0, 0), True), ((5, 5, 5), True), ((0, 5, 0), True),
    ((4, 0, 0), False), ((20, 1, 0), False), ((20, 0, 4), False),
])  # fmt: skip
def test_a_month_of_a_curve_is_withheld_as_a_whole(
    con: duckdb.DuckDBPyConnection, counts: tuple[int, int, int], is_shown: bool
) -> None:
    (row,) = curve(con, (*counts, 0))
    assert row[:3] == ("waiting", "all", 0)
    assert row[3:] == ((*counts, 0.5, 0.4, 0.6, 0.3) if is_shown else (None,) * 7)


@pytest.mark.parametrize(("censored", "competing", "is_shown"), [
    (9, 0, True), (9, 4, False), (10, 5, True), (9, 5, False), (9, 9, True),
])  # fmt: skip
def test_few_deaths_in_a_month_withhold_incidence_alone(
    con: duckdb.DuckDBPyConnection, censored: int, competing: int, is_shown: bool
) -> None:
    (row,) = curve(con, (20, 0, censored, competing))
    assert row[3:9] == (20, 0, censored, 0.5, 0.4, 0.6)
    assert row[9] == (0.3 if is_shown else None)


def test_incidence_waits_until_enough_have_died_so_far(con: duckdb.DuckDBPyConnection) -> None:
    shown = curve(con, (60, 0, 0, 0), (50, 0, 10, 3), (50, 0, 0, 0), (40, 0, 10, 2), (40, 0, 0, 0))
    assert [row[9] for row in shown] == [0.3, None, None, None, 0.3]
    assert [row[3] for row in shown] == [60, 50, 50, 40, 40]


def test_the_legal_floor_holds() -> None:
    assert disclosure.threshold(1) == 3
    assert disclosure.threshold(10) == 10
