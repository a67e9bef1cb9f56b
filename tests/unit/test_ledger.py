"""Catches: a euro certified twice or lost, a certified statement that changes, a difference that no statement shows."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.statements.ledger import Claim, Entries, certified_amounts, certify

PERIODS = ("2023Q1", "2023Q2", "2023Q3", "2023Q4")
cents = st.integers(-50_000, 500_000).map(lambda each: Decimal(each).scaleb(-2))
quantities = st.integers(0, 90_0000).map(lambda each: Decimal(each).scaleb(-4))


def claim(number: int, period: str, quantity: Decimal, amount: Decimal) -> Claim:
    return Claim(
        claim_id=f"c_{number}", household_id=f"h_{number % 3}", dwelling_id=None, tariff_id=f"t_{number % 2}",
        kind="per_day", outcome="stable_days", period=period, quantity=quantity, before_limits_eur=abs(amount),
        amount_eur=amount,
    )  # fmt: skip


knowledge = st.dictionaries(st.integers(0, 7), st.tuples(st.sampled_from(PERIODS), quantities, cents)).map(
    lambda known: [claim(number, *facts) for number, facts in sorted(known.items())]
)


@settings(max_examples=300, deadline=None)
@given(order=st.permutations(PERIODS), known=st.lists(knowledge, min_size=4, max_size=4))
def test_statements_always_add_up_to_what_is_known(order: list[str], known: list[list[Claim]]) -> None:
    """Claims appear, vanish, change amount, quantity and period between certifications in any order of periods."""
    statements: list[Entries] = []
    for step, period in enumerate(order):
        before = tuple(statements)
        statements.append(certify(period, known[step], statements))
        assert tuple(statements[:-1]) == before
        certified = set(order[: step + 1])
        due = {each.claim_id: each.amount_eur for each in known[step] if each.period in certified}
        sums = certified_amounts(statements)
        assert {key: amount for key, amount in sums.items() if amount} == {
            key: amount for key, amount in due.items() if amount
        }
        quantity: dict[str, Decimal] = {}
        for statement in statements:
            for each in statement.claims:
                quantity[each.claim_id] = quantity.get(each.claim_id, Decimal(0)) + each.quantity
            for each in statement.adjustments:
                changed = each.claim.quantity - each.old_quantity
                quantity[each.claim.claim_id] = quantity.get(each.claim.claim_id, Decimal(0)) + changed
        assert {key: value for key, value in quantity.items() if value} == {
            each.claim_id: each.quantity for each in known[step] if each.period in certified and each.quantity
        }
        assert sum((each.total_eur for each in statements), Decimal(0)) == sum(due.values(), Decimal(0))


@settings(max_examples=100, deadline=None)
@given(known=knowledge)
def test_knowledge_that_does_not_change_adjusts_nothing(known: list[Claim]) -> None:
    statements: list[Entries] = []
    for period in PERIODS:
        statements.append(certify(period, known, statements))
        assert statements[-1].adjustments == ()
        assert {each.claim_id for each in statements[-1].claims} == {
            each.claim_id for each in known if each.period == period
        }


ONE = claim(1, "2023Q1", Decimal(90), Decimal("292.50"))


def test_a_claim_that_vanishes_is_taken_back_once() -> None:
    first = certify("2023Q1", [ONE], [])
    second = certify("2023Q2", [], [first])
    (taken,) = second.adjustments
    assert (taken.old_amount_eur, taken.claim.amount_eur, taken.difference_eur) == (
        Decimal("292.50"), 0, Decimal("-292.50"),
    )  # fmt: skip
    assert (taken.previous_statement, taken.old_quantity, taken.claim.quantity) == ("2023Q1", 90, 0)
    assert certify("2023Q3", [], [first, second]).adjustments == ()


def test_a_claim_that_moves_to_a_period_not_certified_waits_for_it() -> None:
    moved = replace(ONE, period="2023Q3")
    first = certify("2023Q1", [ONE], [])
    second = certify("2023Q2", [moved], [first])
    third = certify("2023Q3", [moved], [first, second])
    assert second.adjustments[0].difference_eur == Decimal("-292.50")
    assert third.claims == ()
    assert third.adjustments[0].difference_eur == Decimal("292.50")


def test_a_claim_that_moves_between_certified_periods_is_no_difference() -> None:
    moved = replace(ONE, period="2023Q2")
    statement = certify("2023Q2", [moved], [certify("2023Q1", [ONE], [])])
    assert (statement.claims, statement.adjustments) == ((), ())


def test_a_claim_of_a_certified_period_that_is_new_is_an_adjustment_of_that_statement() -> None:
    (late,) = certify("2023Q2", [ONE], [certify("2023Q1", [], [])]).adjustments
    assert (late.previous, late.previous_statement, late.difference_eur) == (None, "2023Q1", Decimal("292.50"))


def test_a_period_is_certified_once_and_a_claim_computed_once() -> None:
    with pytest.raises(ValueError, match="already"):
        certify("2023Q1", [], [certify("2023Q1", [], [])])
    with pytest.raises(ValueError, match="twice"):
        certify("2023Q1", [ONE, ONE], [])
