"""What limits leave of claims: one limit after the other, a claim at a time, in the order in which they were achieved.

The amount in force on the claim's day bounds the sum paid so far under the limit. Within one version what is paid to
date is what was claimed to date, up to the room that was left when the version began; so a credit gives room again.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from reference.claims import Claim
from reference.terms import Terms, Version

STEPS = ("max_claims", "household_line", "household", "line", "period", "contract")
ZERO = Decimal(0)
Key = tuple[str, ...]


@dataclass
class Account:
    """What was paid so far under one limit, by the version that bounds it now."""

    version: Version | None = None
    paid_before: Decimal = ZERO
    room: Decimal = ZERO
    claimed: Decimal = ZERO

    @property
    def paid(self) -> Decimal:
        return self.paid_before + min(self.room, self.claimed)

    def pay(self, amount: Decimal, limit: Decimal, version: Version) -> Decimal:
        if version is not self.version:
            self.paid_before = self.paid
            self.version, self.room, self.claimed = version, max(ZERO, limit - self.paid_before), ZERO
        before = self.paid
        self.claimed += amount
        return self.paid - before


def limited(terms: Terms, claims: Iterable[Claim]) -> dict[Claim, tuple[Decimal, ...]]:
    """The amount of each claim after every step, in the steps' order."""
    ordered = sorted(claims, key=lambda claim: (claim.achieved_on, claim.tariff_id, claim.claim_id))
    amounts = {claim: claim.amount for claim in ordered}
    after: dict[Claim, list[Decimal]] = {claim: [] for claim in ordered}
    for step in STEPS:
        amounts = _few_enough(terms, amounts) if step == "max_claims" else _step(terms, amounts, step)
        for claim, amount in amounts.items():
            after[claim].append(amount)
    return {claim: tuple(each) for claim, each in after.items()}


def _few_enough(terms: Terms, amounts: dict[Claim, Decimal]) -> dict[Claim, Decimal]:
    """At most so many claims of a line are paid to one household: a claim beyond them is worth nothing."""
    paid: dict[Key, int] = {}
    left = {}
    for claim, amount in amounts.items():
        version = terms.on(claim.tariff_id, claim.achieved_on)
        most = version.row["max_claims_per_household"] if version else None
        if most is None or claim.household_id is None:
            left[claim] = amount
            continue
        key = (claim.tariff_id, claim.household_id)
        is_paid = paid.get(key, 0) < int(most)
        paid[key] = paid.get(key, 0) + is_paid
        left[claim] = amount if is_paid else ZERO
    return left


def _step(terms: Terms, amounts: dict[Claim, Decimal], step: str) -> dict[Claim, Decimal]:
    accounts: dict[Key, Account] = {}
    left = {}
    for claim, amount in amounts.items():
        for version, column in _limits_of(terms, claim, step):
            key = KEYS[step](version, claim)
            account = accounts.setdefault(key, Account())
            amount = account.pay(amount, Decimal(str(version.row[column])), version)
        left[claim] = amount
    return left


def _limits_of(terms: Terms, claim: Claim, step: str) -> Sequence[tuple[Version, str]]:
    """The versions that bound a claim at one step, each with the column that says how much."""
    if step in ("household_line", "line"):
        column = f"limit_{step}_eur"
        version = terms.on(claim.tariff_id, claim.achieved_on)
        is_bound = version and version.row[column] is not None and (step == "line" or claim.household_id)
        return [(version, column)] if version and is_bound else []
    if step == "household" and claim.household_id is None:
        return []
    found = []
    for tariff_id, versions in sorted(terms.versions.items()):
        first = versions[0]
        if first.row["kind"] == "limit" and first.row["scope"] == step and first.contract_id == claim.contract_id:
            version = terms.on(tariff_id, claim.achieved_on)
            found += [(version, "limit_eur")] if version else []
    return found


KEYS: dict[str, Callable[[Version, Claim], Key]] = {
    "household_line": lambda version, claim: (version.tariff_id, claim.household_id or ""),
    "household": lambda version, claim: (version.tariff_id, claim.household_id or ""),
    "line": lambda version, claim: (version.tariff_id,),
    "period": lambda version, claim: (version.tariff_id, claim.period.name),
    "contract": lambda version, claim: (version.tariff_id,),
}
