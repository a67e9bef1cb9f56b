"""The outcome payments of a city: all claims, and what every limit leaves of them, beside those that were computed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from reference.claims import Claim, Programme, claims
from reference.limits import limited

AFTER = (
    "amount_after_max_claims_eur",
    "amount_after_household_line_eur",
    "amount_after_household_eur",
    "amount_after_line_eur",
    "amount_after_period_eur",
    "amount_eur",
)
Key = tuple[object, ...]


@dataclass(frozen=True)
class Difference:
    """One claim that the two see differently: claimed by one alone, or with another amount after a limit."""

    tariff_id: str
    household_id: str | None
    column: str
    expected: object
    found: object


def key_of(claim: Claim) -> Key:
    """What tells a claim from any other and says what it is worth before limits."""
    return (
        claim.tariff_id, claim.tariff_valid_from, claim.household_id, claim.achieved_on, claim.period.name,
        claim.period.start, claim.quantity, claim.unit_price, claim.share, claim.amount,
    )  # fmt: skip


def key_of_row(row: Mapping[str, Any]) -> Key:
    return (
        row["tariff_id"], row["tariff_valid_from"], row["household_id"], row["achieved_on"], row["period"],
        row["period_start"], row["quantity"], row["unit_price_eur"], row["share"], row["amount_before_limits_eur"],
    )  # fmt: skip


def named(programme: Programme, rows: Iterable[Mapping[str, Any]]) -> list[Claim]:
    """The claims with the names that they were given elsewhere; names only order claims of one line and day."""
    names: dict[Key, list[str]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row["claim_id"], reverse=True):
        names[key_of_row(row)].append(row["claim_id"])
    found = []
    for number, claim in enumerate(claims(programme)):
        waiting = names[key_of(claim)]
        found.append(replace(claim, claim_id=waiting.pop() if waiting else f"not computed {number}"))
    return found


def paid(programme: Programme, rows: Iterable[Mapping[str, Any]]) -> dict[str, tuple[Claim, Mapping[str, Decimal]]]:
    """Every claim by its name, with its amounts after each limit."""
    after = limited(programme.terms, named(programme, rows))
    return {claim.claim_id: (claim, dict(zip(AFTER, amounts, strict=True))) for claim, amounts in after.items()}


def differences(programme: Programme, rows: Sequence[Mapping[str, Any]]) -> list[Difference]:
    """Every claim that is computed otherwise, is missing or is too many."""
    expected, computed = paid(programme, rows), {row["claim_id"]: row for row in rows}
    wrong = []
    for name in sorted(expected.keys() | computed.keys()):
        if name not in computed:
            claim = expected[name][0]
            wrong.append(Difference(claim.tariff_id, claim.household_id, "claim", key_of(claim), None))
        elif name not in expected:
            row = computed[name]
            wrong.append(Difference(row["tariff_id"], row["household_id"], "claim", None, key_of_row(row)))
        else:
            claim, amounts = expected[name]
            wrong += [
                Difference(claim.tariff_id, claim.household_id, column, amounts[column], computed[name][column])
                for column in AFTER
                if amounts[column] != computed[name][column]
            ]
    return wrong
