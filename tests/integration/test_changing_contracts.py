"""Catches: certified money that moves when terms change; a ceiling that one contract uses up for another.

The sample's city, and changes that a real Chamber makes: a metric's version ends in mid-year, the payment period
changes, a contract follows another or runs beside it. What is due is asked of the second implementation.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from reference import registers
from reference.claims import Programme
from reference.compiled import Compiled, built, compiled_models
from reference.payments import differences
from year.nights import Installation, Records, records

from expectations.contract import load_contracts
from orchestration.settings import Settings
from orchestration.synthetic import CitySpec, chamber_frames, write_deliveries
from orchestration.synthetic.simulate import build_city

SWITCH = date(2024, 3, 1)
CHANGED_ON = date(2025, 1, 31)
CONTRACTS = load_contracts(Settings().contracts)
Extracts = dict[str, pd.DataFrame]


def sample() -> Extracts:
    """The sample as frames, an extract each."""
    frames = build_city(CitySpec()).frames | chamber_frames(CONTRACTS)
    return {extract: frame for (_, extract), frame in frames.items()}


def deliver(extracts: Extracts, landing: Path, day: date) -> None:
    sources = {extract: source for source, extract in CONTRACTS}
    named = {(sources[extract], extract): frame for extract, frame in extracts.items()}
    write_deliveries(named, CONTRACTS, landing, day, quirks=False)


def with_rows(frame: pd.DataFrame, rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """The rows of a Chamber's table, and new ones that say but what differs from the first row like them."""
    added = pd.DataFrame(rows).reindex(columns=frame.columns)
    return pd.concat([frame.astype(object), added.astype(object)], ignore_index=True)


def two_versions(definitions: pd.DataFrame) -> pd.DataFrame:
    """Retention at 12 months: version 1 ends, version 2 begins."""
    definitions = definitions.astype(object)
    is_it = definitions["metric_id"] == "housing_retention_12m"
    second = definitions[is_it].assign(version=2, valid_from=SWITCH.isoformat())
    definitions.loc[is_it, "valid_to"] = SWITCH.isoformat()
    return pd.concat([definitions, second], ignore_index=True)


def months_from_2024(parameters: pd.DataFrame) -> pd.DataFrame:
    return with_rows(
        parameters, [{"name": "payment_period", "value": "month", "unit": "period", "valid_from": "2024-01-01"}]
    )


def claims(con: Any) -> Records:
    return records(con, "from payments.claims")


def due(computed: Records, line: str, periods: Sequence[str]) -> Decimal:
    return sum((row["amount_eur"] for row in computed if row["tariff_id"].startswith(line)
                and row["period"] in periods), Decimal(0))  # fmt: skip


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Two quarters of the sample are certified; then both changes are delivered, and three months are certified."""
    at = Installation(tmp_path_factory.mktemp("changing"))
    extracts = sample()
    deliver(extracts, at.landing, CitySpec().reference_date)
    assert at.command("run", "--landing", at.landing, "--as-of", "2024-01-01")[0] == 0
    for period in ("2023Q3", "2023Q4"):
        assert at.certify(period)[0] == 0
    changed = {
        "metric_definitions": two_versions(extracts["metric_definitions"]),
        "measurement_parameters": months_from_2024(extracts["measurement_parameters"]),
    }
    deliver(changed, at.landing, CHANGED_ON)
    assert at.command("run", "--landing", at.landing, "--as-of", "2024-04-01")[0] == 0
    return at


def test_no_claim_changes_with_the_version_or_the_period(certified: Installation) -> None:
    """Each outcome is paid by the version of its own day, before the switch and after it."""
    extracts = sample()
    extracts["metric_definitions"] = two_versions(extracts["metric_definitions"])
    extracts["measurement_parameters"] = months_from_2024(extracts["measurement_parameters"])
    programme = registers.programme(extracts, date(2024, 4, 1))
    computed = certified.claims()
    assert differences(programme, computed) == []
    days = [row["achieved_on"] for row in computed if row["tariff_id"] == "TP-RET12" and row["period"] >= "2024"]
    assert min(days) < SWITCH <= max(days)


def test_nothing_is_adjusted_and_no_day_is_certified_twice(certified: Installation) -> None:
    for period in ("2023-10", "2023-12", "2024Q1"):
        code, told = certified.certify(period)
        assert code == 2, told
        assert "no payment period" in told
    for period in ("2024-01", "2024-02", "2024-03"):
        code, told = certified.certify(period)
        assert code == 0, told
        assert certified.statement(period, "adjustments") == []
    assert certified.moved() == []
    paid = sum(
        row["amount_eur"]
        for period in ("2024-01", "2024-02", "2024-03")
        for row in certified.statement(period, "claims")
    )
    assert paid == due(certified.claims(), "TP-", ("2024-01", "2024-02", "2024-03"))


def test_a_correction_within_the_tolerance_is_published(tmp_path: Path) -> None:
    """One of the rows of a register is gone from the next delivery; its contract lets more pass."""
    at, extracts = Installation(tmp_path), sample()
    deliver(extracts, at.landing, CitySpec().reference_date)
    assert at.night()[0] == 0
    released = at.released()
    evictions = extracts["evictions"]
    deliver({"evictions": evictions.drop(index=evictions.index[40])}, at.landing, CHANGED_ON)
    code, told = at.night()
    assert code == 0, told
    assert at.released() != released


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    return compiled_models(tmp_path_factory.mktemp("compiled"), ["claims"])


def computed_as_of(compiled: Compiled, extracts: Extracts, as_of: date) -> tuple[Programme, Records]:
    sources = {extract: source for source, extract in CONTRACTS}
    con = built(compiled.models, {(sources[name], name): frame for name, frame in extracts.items()}, as_of)
    return registers.programme(extracts, as_of), claims(con)


def test_a_contract_that_follows_has_a_ceiling_of_its_own(compiled: Compiled) -> None:
    extracts = sample()
    tariffs = extracts["outcome_tariffs"].astype(object)
    tariffs.loc[tariffs["tariff_id"] == "TL-PERIOD", "limit_eur"] = 900_000
    is_first = tariffs["tariff_id"] == "TL-CONTRACT"
    second = tariffs[is_first].assign(tariff_id="TL-CONTRACT-2", limit_eur=60_000, valid_from="2024-01-01")
    tariffs.loc[is_first, "valid_to"] = "2024-01-01"
    extracts["outcome_tariffs"] = pd.concat([tariffs, second], ignore_index=True)
    programme, found = computed_as_of(compiled, extracts, CitySpec().reference_date)
    assert differences(programme, found) == []
    due_before = sum(row["amount_after_period_eur"] for row in found if row["achieved_on"] >= date(2024, 1, 1))
    assert due_before > 60_000
    assert due(found, "TP-", [row["period"] for row in found if row["period"] >= "2024"]) == 60_000


def test_contracts_side_by_side_have_a_ceiling_each(compiled: Compiled) -> None:
    extracts = sample()
    as_of = date(2024, 12, 31)
    _, alone = computed_as_of(compiled, extracts, as_of)
    tariffs = extracts["outcome_tariffs"].astype(object)
    line = tariffs.loc[tariffs["tariff_id"] == "TP-RET12"]
    beside = [
        line.assign(tariff_id="FB-RET12", unit_price_eur=1000, contract_id="FB"),
        tariffs.loc[tariffs["tariff_id"] == "TL-CONTRACT"].assign(
            tariff_id="FL-CONTRACT", limit_eur=9000, contract_id="FB"
        ),
    ]
    extracts["outcome_tariffs"] = pd.concat([tariffs, beside[0], beside[1]], ignore_index=True)
    programme, found = computed_as_of(compiled, extracts, as_of)
    assert differences(programme, found) == []
    everything = [row["period"] for row in found]
    assert due(found, "FB-", everything) == 9000
    amounts = {row["claim_id"]: row["amount_eur"] for row in found if row["tariff_id"].startswith("TP-")}
    assert amounts == {row["claim_id"]: row["amount_eur"] for row in alone}
