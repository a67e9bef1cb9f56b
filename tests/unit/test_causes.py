"""Catches: an adjustment that names the wrong reason, or a delivery that has nothing to do with it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from orchestration.statements.causes import REASONS, Cause, Setting, causes
from orchestration.statements.knowledge import ALL, Difference
from orchestration.statements.ledger import Adjustment, Claim

WAS = Claim("c_1", "h_a", None, "t_days", "per_day", "stable_days", "2023Q1", Decimal(90), Decimal(300), Decimal(200))
LESS = replace(WAS, quantity=Decimal(60), before_limits_eur=Decimal(200), amount_eur=Decimal(150))
CUT = replace(WAS, amount_eur=Decimal(100))
TENANCIES = Difference("provider", "tenancies", "d_tenancies", frozenset({"h_a"}))
STAYS = Difference("municipality", "temporary_stays", "d_stays", frozenset({"h_b"}))
DWELLINGS = Difference("provider", "dwellings", "d_dwellings", frozenset({"a_1", "h_a"}))
TARIFF = Difference("chamber", "outcome_tariffs", "d_tariffs", frozenset({"t_days"}))
LIMIT = Difference("chamber", "outcome_tariffs", "d_tariffs", frozenset({"l_all"}))
OTHER_TARIFF = Difference("chamber", "outcome_tariffs", "d_tariffs", frozenset({"t_other"}))
OWN_PARAMETER = Difference("chamber", "measurement_parameters", "d_parameters", frozenset({"stable_days"}))
PARAMETER = Difference("chamber", "measurement_parameters", "d_parameters", frozenset({ALL}))
OTHER_PARAMETER = Difference("chamber", "measurement_parameters", "d_parameters", frozenset({"waiting_days_mean"}))
PRICES = Difference("chamber", "unit_costs", "d_prices", frozenset({ALL}))


def cause(now: Claim, *found: Difference, other_software: bool = False, was: Claim | None = WAS) -> Cause:
    setting = Setting(found, frozenset({"l_all"}), other_software)
    return causes("2023Q2", [Adjustment(now, was, "2023Q1")], {"2023Q1": setting})[now.claim_id]


@pytest.mark.parametrize(
    ("now", "found", "expected"),
    [
        (LESS, [TENANCIES, STAYS], Cause("registers_changed", ("d_tenancies",))),
        (LESS, [TENANCIES, DWELLINGS], Cause("registers_changed", ("d_dwellings", "d_tenancies"))),
        (LESS, [TARIFF, STAYS], Cause("contract_changed", ("d_tariffs",))),
        (LESS, [PARAMETER], Cause("contract_changed", ("d_parameters",))),
        (LESS, [OWN_PARAMETER], Cause("contract_changed", ("d_parameters",))),
        (LESS, [TARIFF, TENANCIES], Cause("registers_and_contract_changed", ("d_tariffs", "d_tenancies"))),
        (LESS, [STAYS, OTHER_TARIFF, OTHER_PARAMETER, PRICES], Cause("as_of_moved")),
        (LESS, [], Cause("as_of_moved")),
        (replace(LESS, kind="share_of_savings"), [PRICES], Cause("contract_changed", ("d_prices",))),
        (replace(LESS, kind="share_of_savings"), [STAYS], Cause("others_changed", ("d_stays",))),
        (replace(LESS, household_id=None), [STAYS], Cause("registers_changed", ("d_stays",))),
        (CUT, [LIMIT, STAYS], Cause("contract_changed", ("d_tariffs",))),
        (CUT, [TARIFF], Cause("contract_changed", ("d_tariffs",))),
        (CUT, [STAYS], Cause("limit_shifted", ("d_stays",))),
        (CUT, [], Cause("as_of_moved")),
    ],
)
def test_the_cause_is_what_is_known_differently(now: Claim, found: list[Difference], expected: Cause) -> None:
    assert cause(now, *found) == expected


def test_other_software_is_the_cause_where_no_delivery_is() -> None:
    assert cause(LESS, other_software=True) == Cause("software_changed")
    assert cause(CUT, other_software=True) == Cause("software_changed")
    assert cause(LESS, TENANCIES, other_software=True).reason == "registers_changed"


def test_a_limit_that_shifts_names_the_deliveries_behind_the_claims_that_moved_it() -> None:
    other = replace(LESS, claim_id="c_2", household_id="h_b")
    adjusted = [Adjustment(CUT, WAS, "2023Q1"), Adjustment(other, replace(WAS, claim_id="c_2"), "2023Q1")]
    events = Difference("support", "outcome_events", "d_events", frozenset({"h_z"}))
    found = causes("2023Q2", adjusted, {"2023Q1": Setting((STAYS, events), frozenset(), False)})
    assert found["c_2"] == Cause("registers_changed", ("d_stays",))
    assert found["c_1"] == Cause("limit_shifted", ("d_stays",))


def test_a_claim_that_waited_for_its_period() -> None:
    nothing = replace(WAS, quantity=Decimal(0), before_limits_eur=Decimal(0), amount_eur=Decimal(0), period="2023Q2")
    assert cause(replace(WAS, period="2023Q2"), TENANCIES, was=nothing) == Cause("period_certified")


def test_a_new_claim_of_a_certified_period_has_a_cause_of_its_own() -> None:
    assert cause(WAS, TENANCIES, was=None) == Cause("registers_changed", ("d_tenancies",))


def test_every_reason_has_words_in_both_languages() -> None:
    assert all(len(set(said)) == 2 and all(said) for said in REASONS.values())
