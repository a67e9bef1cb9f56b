"""Catches: a published statement or adjustment that tells what a handful of households were paid."""

from decimal import Decimal

import duckdb
import pytest

from orchestration.publish import disclosure_money

LIMIT = 5


def statement(claims: int, units: int, adjustments: int, adjusted_units: int, smallest: int | None = None) -> tuple:
    with duckdb.connect() as con:
        con.execute("create schema payments")
        con.execute(
            """
            create table payments.statements as
            select $claims::bigint as claims, $units::bigint as units, $smallest::decimal(18, 4) as smallest_count,
                10.00 as claims_eur, $adjustments::bigint as adjustments, $adjusted_units::bigint as adjusted_units,
                -1.00 as adjustments_eur, 9.00 as total_eur, 'published' as status
            """,
            {"claims": claims, "units": units, "smallest": smallest, "adjustments": adjustments,
             "adjusted_units": adjusted_units},
        )  # fmt: skip
        columns = "claims, claims_eur, adjustments, adjustments_eur, total_eur, status"
        rows = con.execute(f"select {columns} from ({disclosure_money.statements(LIMIT)})").fetchall()
    return rows[0]


CLAIMS, ADJUSTMENTS, TOTAL = Decimal("10.00"), Decimal("-1.00"), Decimal("9.00")


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ((12, 5, 0, 0), (12, CLAIMS, 0, ADJUSTMENTS, TOTAL, "published")),
        ((0, 0, 5, 5), (0, CLAIMS, 5, ADJUSTMENTS, TOTAL, "published")),
        ((12, 4, 0, 0), (None, None, 0, ADJUSTMENTS, None, "suppressed")),
        ((12, 5, 1, 1), (12, CLAIMS, None, None, None, "suppressed")),
        ((12, 5, 9, 4), (12, CLAIMS, None, None, None, "suppressed")),
        ((1, 0, 0, 0, 4), (None, None, 0, ADJUSTMENTS, None, "suppressed")),
        ((12, 5, 0, 0, 4), (None, None, 0, ADJUSTMENTS, None, "suppressed")),
        ((12, 5, 0, 0, 5), (12, CLAIMS, 0, ADJUSTMENTS, TOTAL, "published")),
    ],
)
def test_few_households_withhold_what_rests_on_them(counts: tuple[int, ...], shown: tuple) -> None:
    assert statement(*counts) == shown


@pytest.mark.parametrize(("claims", "units", "is_shown"), [(5, 5, True), (9, 4, False), (1, 1, False)])
def test_an_adjustment_of_few_households_is_withheld(claims: int, units: int, is_shown: bool) -> None:
    with duckdb.connect() as con:
        con.execute("create schema payments")
        con.execute(
            "create table payments.adjustments as select '2024Q1' as statement_id, $claims as claims, "
            "$units as units, null::decimal(18, 4) as "
            "smallest_count, 3 as quantity_difference, 9.75 as difference_eur, 'published' as status",
            {"claims": claims, "units": units},
        )
        row = con.execute(
            f"select claims, quantity_difference, difference_eur, status from ({disclosure_money.adjustments(LIMIT)})"
        ).fetchone()
    shown = (claims, 3, Decimal("9.75"), "published")
    assert row == (shown if is_shown else (None, None, None, "suppressed"))
