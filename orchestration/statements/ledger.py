"""The ledger: which claims a statement certifies, and by how much it adjusts what earlier statements certified.

Pure. The invariant that everything else rests on: for every claim, the sum over all statements of what was certified
and adjusted is what today's computation gives, if its period is certified, and nothing if it is not.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Claim:
    """One claim as a computation gives it. Amounts in euros: before any limit, and after all.

    `smallest_count` is of an improvement: the smallest count that it rests on; `illustrative`: it rests on an example.
    """

    claim_id: str
    household_id: str | None
    dwelling_id: str | None
    tariff_id: str
    kind: str
    outcome: str | None
    period: str
    quantity: Decimal
    before_limits_eur: Decimal
    amount_eur: Decimal
    smallest_count: Decimal | None = None
    illustrative: bool = False


@dataclass(frozen=True)
class Adjustment:
    """The difference between what was certified of a claim and what is known of it now; `claim` is the one now.

    `previous` is the claim as the statement `previous_statement` left it, none where it was never certified. A claim
    that is no longer there, or whose period is not certified yet, is worth nothing now.
    """

    claim: Claim
    previous: Claim | None
    previous_statement: str

    @property
    def old_quantity(self) -> Decimal:
        """What was certified so far."""
        return self.previous.quantity if self.previous else NOTHING

    @property
    def old_amount_eur(self) -> Decimal:
        """What was certified so far, after all limits."""
        return self.previous.amount_eur if self.previous else NOTHING

    @property
    def old_before_limits_eur(self) -> Decimal:
        """What was certified so far, before any limit."""
        return self.previous.before_limits_eur if self.previous else NOTHING

    @property
    def difference_eur(self) -> Decimal:
        """Credit (above zero) or debit."""
        return self.claim.amount_eur - self.old_amount_eur

    @property
    def is_only_limits(self) -> bool:
        """Whether the claim itself is as it was, and limits alone give another amount."""
        same = (self.claim.quantity, self.claim.before_limits_eur) == (self.old_quantity, self.old_before_limits_eur)
        return self.previous is not None and same


@dataclass(frozen=True)
class Entries:
    """What one statement holds: claims certified for the first time, and adjustments, by claim_id."""

    statement_id: str
    claims: tuple[Claim, ...]
    adjustments: tuple[Adjustment, ...]

    @property
    def total_eur(self) -> Decimal:
        """What is due on this statement: claims and adjustments."""
        certified = sum((claim.amount_eur for claim in self.claims), NOTHING)
        return certified + sum((each.difference_eur for each in self.adjustments), NOTHING)


@dataclass(frozen=True)
class Position:
    """A claim as the earlier statements leave it together, and the last of them that spoke of it."""

    claim: Claim
    statement_id: str


def positions(statements: Iterable[Entries]) -> dict[str, Position]:
    """What is certified of each claim so far, by claim_id; the statements come in the order of certification."""
    so_far: dict[str, Position] = {}
    for statement in statements:
        spoken = (*statement.claims, *(each.claim for each in statement.adjustments))
        so_far.update({claim.claim_id: Position(claim, statement.statement_id) for claim in spoken})
    return so_far


def certify(period: str, today: Iterable[Claim], earlier: Iterable[Entries]) -> Entries:
    """The entries of the statement of a period, from today's computation and all earlier statements, in their order.

    A claim of the period that no statement ever spoke of is certified; every other one is adjusted where quantity or
    amount differ from what is certified so far.

    Raises:
        ValueError: the period is certified already, or a claim comes twice.
    """
    statements = list(earlier)
    so_far = positions(statements)
    certified = {statement.statement_id for statement in statements}
    if period in certified:
        raise ValueError(f"{period} is certified already")
    due: dict[str, Claim] = {}
    for claim in today:
        if claim.claim_id in due:
            raise ValueError("a claim_id comes twice in one computation")
        due[claim.claim_id] = claim
    fresh = [claim for claim in due.values() if claim.period == period and claim.claim_id not in so_far]
    adjusted = [
        *(_known(position, due.get(claim_id), certified | {period}) for claim_id, position in so_far.items()),
        *(Adjustment(claim, None, claim.period)
          for claim in due.values() if claim.period in certified and claim.claim_id not in so_far),
    ]  # fmt: skip
    return Entries(
        period,
        tuple(sorted(fresh, key=lambda claim: claim.claim_id)),
        tuple(sorted((each for each in adjusted if _differs(each)), key=lambda each: each.claim.claim_id)),
    )


def certified_amounts(statements: Iterable[Entries]) -> dict[str, Decimal]:
    """The sum over all statements of what was certified and adjusted, by claim_id."""
    amounts: dict[str, Decimal] = {}
    for statement in statements:
        for claim in statement.claims:
            amounts[claim.claim_id] = amounts.get(claim.claim_id, NOTHING) + claim.amount_eur
        for each in statement.adjustments:
            amounts[each.claim.claim_id] = amounts.get(each.claim.claim_id, NOTHING) + each.difference_eur
    return amounts


def _known(position: Position, now: Claim | None, certified: set[str]) -> Adjustment:
    """What becomes of a claim that earlier statements spoke of."""
    counted = now if now and now.period in certified else _worth_nothing(now or position.claim)
    return Adjustment(counted, position.claim, position.statement_id)


def _worth_nothing(claim: Claim) -> Claim:
    return replace(claim, quantity=NOTHING, before_limits_eur=NOTHING, amount_eur=NOTHING)


def _differs(adjustment: Adjustment) -> bool:
    return bool(adjustment.difference_eur) or adjustment.claim.quantity != adjustment.old_quantity
