"""Catches: a contract that pays another amount than was published for it, or that needs code to be run.

Three published contracts in one city whose Chamber delivers nothing but data: Project Apollo (23 lines of its rate
card, INDIGO-POJ-0123 in the GO Lab's INDIGO impact bond dataset), Denver Housing to Health (29,459 stable days,
567,085.75) and Cuyahoga Partnering for Family Success (no difference found, no payment). Amounts are as published, in
pounds and dollars; the one currency here is called EUR.
"""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from conftest import City, settings_for

from expectations.contract import load_contracts
from orchestration.runner import run_nightly
from orchestration.settings import Settings
from orchestration.synthetic import chamber_frames, write_deliveries

# Unit price and outcomes achieved of each line, in order; what was paid differs on line 17 alone.
APOLLO = (
    (220, 103), (220, 0), (220, 91), (220, 87), (220, 99), (220, 53), (220, 45), (220, 32), (1760, 17), (4730, 19),
    (4730, 3), (660, 0), (2750, 0), (2750, 0), (4730, 0), (110, 22), (220, 21), (330, 17), (660, 73), (2750, 64),
    (2750, 54), (2750, 46), (2750, 33),
)  # fmt: skip
APOLLO_PAID = 848_540
UNPAID_LINE, UNPAID_CLAIMS = 17, 1
DENVER_DAYS, DENVER_PRICE, DENVER_PAID = 29_459, Decimal("19.25"), Decimal("567085.75")
HOUSEHOLDS = 104
ENROLLED_ON = date(2021, 1, 1)
REFERENCE = date(2022, 12, 31)


def household(number: int) -> str:
    return f"h_{number:024x}"


def tariff(tariff_id: str, kind: str, outcome: str, **terms: Any) -> dict[str, Any]:
    common = {"title_it": tariff_id, "title_en": tariff_id, "currency": "EUR", "illustrative": False}
    common |= {"requires": "enrolment", "pays_after_exit_days": 3650}
    return {"tariff_id": tariff_id, "kind": kind, "outcome": outcome, "valid_from": "2020-01-01", **common, **terms}


def tariffs() -> list[dict[str, Any]]:
    lines = [
        tariff(f"apollo_{number:02}", "per_outcome", f"apollo_{number:02}", unit_price_eur=price)
        for number, (price, _) in enumerate(APOLLO, 1)
    ]
    lines.append(tariff("denver", "per_day", "stable_days", unit_price_eur=19.25, qualifying_days=0, pays_from="start"))
    bands = ((0, 10, None), (10, 25, 30000), (25, None, 50000))
    lines += [
        tariff(
            "cuyahoga",
            "improvement_bands",
            "exits_to_permanent_rate",
            measured_over="year",
            follow_up_months=6,
            band_from_percent=low,
            band_to_percent=high,
            price_per_point_eur=price,
            valid_to="2022-01-01",
        )
        for low, high, price in bands
    ]
    return lines


def stable_days() -> list[int]:
    """29,459 days over 59 households, a different number each."""
    days = [470 + number for number in range(59)]
    days[-1] += DENVER_DAYS - sum(days)
    return days


def deliveries() -> dict[tuple[str, str], pd.DataFrame]:
    contracts = load_contracts(Settings().contracts)

    def filled(source: str, extract: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
        frame = pd.DataFrame(rows)
        columns = contracts[source, extract].columns
        return pd.DataFrame({c.name: frame.get(c.name, pd.Series(None, index=frame.index)) for c in columns})

    frames = {key: pd.DataFrame({column.name: [] for column in each.columns}) for key, each in contracts.items()}
    frames |= chamber_frames(contracts)
    frames["chamber", "outcome_tariffs"] = filled("chamber", "outcome_tariffs", tariffs())
    parameters = frames["chamber", "measurement_parameters"]
    codes = ";".join(f"apollo_{number:02}" for number in range(1, len(APOLLO) + 1))
    parameters.loc[parameters["name"] == "outcome_codes", "value"] = codes
    everyone = range(2 * HOUSEHOLDS)
    frames["municipality", "households"] = filled(
        "municipality", "households",
        [
            {
                "household_id": household(number), "registered_on": ENROLLED_ON, "referral_channel": "other",
                "members": 1, "minors": 0, "members_with_disability": 0, "economic_capacity": "none", "district": 1,
            }
            for number in everyone
        ],
    )  # fmt: skip
    # Half of each arm exits, in either arm as often to a permanent place: Cuyahoga's finding.
    frames["provider", "enrolments"] = filled(
        "provider", "enrolments",
        [
            {
                "enrolment_id": f"e{number}", "household_id": household(number), "pathway": "new_home",
                "arm": "programme" if number < HOUSEHOLDS else "comparison", "enrolled_on": ENROLLED_ON,
                **(
                    {
                        "exited_on": date(2021, 12, 1), "exit_reason": "moved",
                        "exit_destination": "owned" if number % HOUSEHOLDS < 90 else "unknown",
                    }
                    if number % HOUSEHOLDS >= 70 else {}
                ),
            }
            for number in everyone
        ],
    )  # fmt: skip
    # Those who exit to their own home on 2021-12-01 go on being stably housed: they would add days, so they return.
    frames["municipality", "temporary_stays"] = filled(
        "municipality", "temporary_stays",
        [
            {
                "stay_id": f"s{number}", "household_id": household(number), "accommodation_type": "hotel",
                "checked_in_on": date(2021, 12, 1), "checked_out_on": None, "persons": 1, "nightly_cost_eur": 50,
                "household_copayment_eur": 0,
            }
            for number in range(70, 90)
        ],
    )  # fmt: skip
    frames["provider", "tenancies"] = filled(
        "provider", "tenancies",
        [
            {
                "tenancy_id": f"t{number}", "household_id": household(number), "started_on": ENROLLED_ON,
                "ended_on": ENROLLED_ON + timedelta(days=days), "end_reason": "other", "monthly_rent_eur": 300,
            }
            for number, days in enumerate(stable_days())
        ],
    )  # fmt: skip
    frames["support", "outcome_events"] = filled(
        "support", "outcome_events",
        [
            {
                "event_id": f"v{line}-{number}", "household_id": household(number), "outcome_code": f"apollo_{line:02}",
                "achieved_on": ENROLLED_ON + timedelta(days=number), "evidence_ref": "r",
            }
            for line, (_, achieved) in enumerate(APOLLO, 1)
            for number in range(achieved)
        ],
    )  # fmt: skip
    return frames


@pytest.fixture(scope="module")
def contracts_city(tmp_path_factory: pytest.TempPathFactory) -> City:
    folder: Path = tmp_path_factory.mktemp("contracts")
    write_deliveries(deliveries(), load_contracts(Settings().contracts), folder / "landing", REFERENCE, quirks=False)
    settings = settings_for(folder / "data", folder / "landing")
    assert run_nightly(settings).refusals == ()
    return City(settings)


def paid(city: City, line: str) -> tuple[Decimal, Decimal]:
    with city.built() as con:
        row = con.execute(
            "select coalesce(sum(quantity), 0), coalesce(sum(amount_eur), 0) from payments.lines where tariff_id = ?",
            [line],
        ).fetchone()
    assert row is not None
    return row


def test_project_apollo_is_paid_line_by_line(contracts_city: City) -> None:
    lines = [paid(contracts_city, f"apollo_{number:02}") for number in range(1, len(APOLLO) + 1)]
    assert lines == [(achieved, price * achieved) for price, achieved in APOLLO]
    total = sum(amount for _, amount in lines)
    price = APOLLO[UNPAID_LINE - 1][0]
    assert total == 848_760
    assert total - APOLLO_PAID == UNPAID_CLAIMS * price


def test_denver_is_paid_by_the_day(contracts_city: City) -> None:
    assert sum(stable_days()) == DENVER_DAYS
    assert paid(contracts_city, "denver") == (DENVER_DAYS, DENVER_PAID)


def test_cuyahoga_is_measured_and_paid_nothing(contracts_city: City) -> None:
    with contracts_city.built() as con:
        claims = con.execute(
            "select quantity, amount_eur, evidence from payments.claims where tariff_id = 'cuyahoga'"
        ).fetchall()
    assert claims == [(0, 0, "programme 0.5882, comparison 0.5882: improvement 0.0000 %")]


def test_nothing_but_the_three_contracts_is_paid(contracts_city: City) -> None:
    with contracts_city.built() as con:
        total = con.execute("select sum(amount_eur) from payments.claims").fetchone()
    assert total == (Decimal(848_760) + DENVER_PAID,)
