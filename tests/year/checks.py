"""What must be true of money after each step, from the measurement model; each finding names the kind of fault."""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping
from decimal import Decimal

from reference.claims import Claim, Programme
from reference.payments import differences, paid

from year.nights import Installation, Records

NOTHING = Decimal(0)
Due = Mapping[str, Decimal]
Paid = Mapping[str, tuple[Claim, Mapping[str, Decimal]]]


def claims_disagree(programme: Programme, computed: Records) -> list[str]:
    """Every claim of the night against the second implementation."""
    wrong = Counter((each.tariff_id, each.column) for each in differences(programme, computed))
    return [f"claims: {number} of {line} differ in {column}" for (line, column), number in sorted(wrong.items())]


def outcomes_paid_twice(computed: Records) -> list[str]:
    """An outcome is one household, one line, one day and one evidence."""
    seen = Counter(
        (row["tariff_id"], row["household_id"], row["achieved_on"], row["evidence"], row["tariff_valid_from"])
        for row in computed
    )
    return [f"claims: {number} times the same outcome of {key[0]}" for key, number in seen.items() if number > 1]


def statements_do_not_add_up(programme: Programme, installation: Installation) -> list[str]:
    """Statements and adjustments, claim by claim, against one computation on today's knowledge."""
    computed = installation.claims()
    expected = due(paid(programme, computed), installation.certified)
    lines = {row["claim_id"]: row["tariff_id"] for row in computed}
    certified: dict[str, Decimal] = defaultdict(Decimal)
    for period in installation.certified:
        for row in installation.statement(period, "claims"):
            certified[row["claim_id"]] += row["amount_eur"]
            lines.setdefault(row["claim_id"], row["tariff_id"])
        for row in installation.statement(period, "adjustments"):
            certified[row["claim_id"]] += row["difference_eur"]
            lines.setdefault(row["claim_id"], row["tariff_id"])
    wrong: dict[str, list[Decimal]] = defaultdict(list)
    for name in expected.keys() | certified.keys():
        if (difference := certified.get(name, NOTHING) - expected.get(name, NOTHING)) != NOTHING:
            wrong[lines.get(name, "a line that is not computed")].append(difference)
    return [
        f"statements: {len(each)} claims of {line} are {sum(each)} off what is due"
        for line, each in sorted(wrong.items())
    ]


def due(claims: Paid, certified: Container[str]) -> dict[str, Decimal]:
    """What the second implementation finds due of every claim in certified periods."""
    return {name: amounts["amount_eur"] for name, (claim, amounts) in claims.items() if claim.period.name in certified}


def adjusted_without_cause(now: Due, then: Due, claims: Records, adjustments: Records) -> list[str]:
    """An adjustment of a claim that this very statement pays, or of which as much is due as at the statement before."""
    claimed = {row["claim_id"] for row in claims}
    wrong = Counter(
        row["tariff_id"]
        for row in adjustments
        if row["difference_eur"]
        and ((name := row["claim_id"]) in claimed or now.get(name, NOTHING) == then.get(name, NOTHING))
    )
    return [f"adjustments: {number} of {line} without a cause" for line, number in sorted(wrong.items())]


def overlapping(programme: Programme, periods: Iterable[str]) -> list[str]:
    """Certified periods of which a day was certified before, or that are no payment period."""
    known = {each.name for each in programme.periods()}
    return [f"periods: {period} was certified and is none" for period in periods if period not in known]
