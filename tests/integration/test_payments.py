"""Catches: a claim that dbt computes otherwise than the contract's terms say, in its price, its day or after a limit.

Invented contracts over invented histories: several contracts, terms that change by the day, changed payment periods,
retired outcome codes. Every claim is compared with a second implementation (`tests/reference/claims.py`, `limits.py`).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import pandas as pd
import pytest
from reference.claims import Programme
from reference.cohort import followed
from reference.compiled import Compiled, built, compiled_models
from reference.histories import invented
from reference.history import Household
from reference.invented_terms import Inventor, invented_events
from reference.payments import Difference, differences
from reference.savings import City, Registers
from reference.savings import Terms as SavingTerms
from reference.terms import Terms
from reference.warehouse import chamber_rows, household_id, register_rows

AS_OF = date(2025, 2, 28)
HISTORIES, CONTRACTS = 900, 12


@dataclass(frozen=True)
class Compared:
    """What both make of one invented set of contracts."""

    terms: Terms
    claims: Sequence[Mapping[str, Any]]
    differences: list[Difference]
    histories: Mapping[str, Household]


@cache
def all_histories() -> list[Household]:
    return invented(HISTORIES, AS_OF)


def histories(contracts: int) -> dict[int, Household]:
    """The part of the histories that a set of contracts is tried on."""
    return {number: each for number, each in enumerate(all_histories()) if number % CONTRACTS == contracts}


def compare(compiled: Compiled, seed: int) -> Compared:
    drawn = histories(seed)
    named = {household_id(number): history for number, history in drawn.items()}
    terms = Inventor(seed, AS_OF).contracts()
    events = invented_events(seed, named, AS_OF)
    tables = register_rows(drawn) | chamber_rows()
    definitions = {row["metric_id"]: row for row in tables["chamber", "metric_definitions"]}
    changed = {row["metric_id"] for row in terms.definitions}
    tables["chamber", "metric_definitions"] = [
        *(row for metric, row in definitions.items() if metric not in changed),
        *(definitions[row["metric_id"]] | dict(row) for row in terms.definitions),
    ]
    names = {row["name"] for row in terms.parameters}
    kept = [row for row in tables["chamber", "measurement_parameters"] if row["name"] not in names]
    tables["chamber", "measurement_parameters"] = [*kept, *map(dict, terms.parameters)]
    tables["chamber", "outcome_tariffs"] = [dict(row) for row in terms.tariffs]
    tables["support", "outcome_events"] = events
    frames = {key: pd.DataFrame(rows) for key, rows in tables.items()}
    con = built(compiled.models, frames, AS_OF)
    found = con.execute("from payments.claims")
    columns = [each[0] for each in found.description or []]
    claims = [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
    con.close()
    cohort = {who: one for who, each in named.items() if (one := followed(each, AS_OF))}
    cohort = {who: one for who, one in cohort.items() if one.enrolment.arm == "programme"}
    saved = {key: Decimal(row[3]) for key, row in City(_registers(tables)).rows()}
    programme = Programme(cohort, events, saved, terms, AS_OF)
    return Compared(terms, claims, differences(programme, claims), named)


def _registers(tables: Mapping[tuple[str, str], list[dict[str, Any]]]) -> Registers:
    def rows(extract: str) -> list[dict[str, Any]]:
        (found,) = (each for key, each in tables.items() if key[1] == extract)
        return [
            {k: _plain(k, v) for k, v in row.items()} for row in found
        ]  # fmt: skip

    return Registers(
        AS_OF, rows("households"), rows("temporary_stays"), rows("waiting_list"), rows("evictions"),
        rows("enrolments"), rows("tenancies"), rows("savings_baselines"), rows("unit_costs"), {},
        SavingTerms(windows=(12,)),
    )  # fmt: skip


def _plain(name: str, value: Any) -> Any:
    if value is None or pd.isna(value):
        return None
    if name.startswith("valid_") and isinstance(value, str):
        return date.fromisoformat(value)
    return repr(value) if isinstance(value, float) else value


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    return compiled_models(tmp_path_factory.mktemp("compiled"), ["claims"])


@pytest.mark.parametrize("seed", range(CONTRACTS))
def test_every_claim_is_the_reference_s(compiled: Compiled, seed: int) -> None:
    compared = compare(compiled, seed)
    if compared.differences:
        first = compared.differences[0]
        kinds = Counter((each.tariff_id, each.column) for each in compared.differences)
        lines = [f"  {row}" for row in compared.terms.tariffs if row["tariff_id"] == first.tariff_id]
        history = compared.histories[first.household_id].told() if first.household_id else ""
        pytest.fail(
            f"{len(compared.differences)} of {len(compared.claims)} claims differ, {kinds}; the first:\n{first}\n"
            + "\n".join(lines) + f"\n{history}",
            pytrace=False,
        )  # fmt: skip
