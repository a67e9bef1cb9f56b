"""Why a certified claim is adjusted, and which deliveries caused it. Pure.

A cause is named from what is known differently about the day of the earlier statement; it is not guessed from amounts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from orchestration.statements.knowledge import ALL, Difference
from orchestration.statements.ledger import Adjustment, Claim

CHAMBER = "chamber"
TARIFFS = "outcome_tariffs"
BY_METRIC = ("measurement_parameters", "metric_definitions")
OF_SAVINGS = ("unit_costs", "savings_baselines", "price_index")
# Claims that compare with others: other households' rows may change them.
COMPARED = ("share_of_savings", "improvement_bands")

REASONS = {
    "registers_changed": (
        "I registri sul nucleo sono stati rettificati",
        "The registers' rows about the household were restated",
    ),
    "contract_changed": (
        "La Camera ha modificato tariffa, parametri o definizioni",
        "The Chamber changed the tariff, parameters or definitions",
    ),
    "registers_and_contract_changed": (
        "Rettifica dei registri e modifica di tariffa, parametri o definizioni",
        "Registers restated, and tariff, parameters or definitions changed",
    ),
    "others_changed": (
        "Rettifica dei dati di altri nuclei con cui si confronta",
        "Restated rows of other households that it is compared with",
    ),
    "limit_shifted": (
        "Un limite del contratto incide diversamente per effetto di altre righe",
        "A limit of the contract cuts elsewhere because other claims changed",
    ),
    "period_certified": (
        "Già stornata in un periodo non certificato, che ora è certificato",
        "Withdrawn into a period not yet certified, which is certified now",
    ),
    "software_changed": (
        "Cambiata la versione del software",
        "The version of the software changed",
    ),
    "as_of_moved": (
        "Calcolo a una data successiva, a parità di consegne sul passato",
        "Computed as of a later day; the deliveries say the same about the past",
    ),
}


@dataclass(frozen=True)
class Cause:
    """A reason (a key of REASONS) and the deliveries that caused it, by id."""

    reason: str
    delivery_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Setting:
    """What changed between the statement that last certified a claim and now; `limit_ids` are the contract's limits."""

    differences: tuple[Difference, ...]
    limit_ids: frozenset[str]
    is_other_software: bool


def causes(period: str, adjustments: Iterable[Adjustment], settings: Mapping[str, Setting]) -> dict[str, Cause]:
    """The cause of every adjustment of a statement, by claim_id; `settings` are by earlier statement."""
    adjusted = list(adjustments)
    found: dict[str, Cause] = {}
    for each in adjusted:
        if not each.is_only_limits:
            found[each.claim.claim_id] = _own_cause(period, each, settings[each.previous_statement])
    movers = sorted({delivery for cause in found.values() for delivery in cause.delivery_ids})
    for each in adjusted:
        if each.is_only_limits:
            found[each.claim.claim_id] = _limit_cause(each.claim, settings[each.previous_statement], movers)
    return found


def _own_cause(period: str, adjustment: Adjustment, setting: Setting) -> Cause:
    """Why a claim itself is another one: its rows, the contract, the rows of others, or only the day."""
    claim, previous = adjustment.claim, adjustment.previous
    if previous and claim.period == period and not previous.amount_eur and not previous.quantity:
        return Cause("period_certified")
    registers = [each for each in setting.differences if each.source != CHAMBER and _is_of(claim, each)]
    contract = [each for each in setting.differences if each.source == CHAMBER and _is_in_force(claim, each)]
    if registers or contract:
        reason = "registers_and_contract_changed" if registers and contract else (
            "registers_changed" if registers else "contract_changed"
        )  # fmt: skip
        return Cause(reason, _ids(registers + contract))
    others = [each for each in setting.differences if each.source != CHAMBER and each.about - {ALL}]
    if claim.kind in COMPARED and others:
        return Cause("others_changed", _ids(others))
    return Cause("software_changed" if setting.is_other_software else "as_of_moved")


def _limit_cause(claim: Claim, setting: Setting, movers: list[str]) -> Cause:
    """Why limits alone give a claim another amount: other limits, other claims that changed, or other rows at all."""
    bounds = setting.limit_ids | {claim.tariff_id}
    limits = [each for each in setting.differences if each.extract == TARIFFS and each.about & bounds]
    if limits:
        return Cause("contract_changed", _ids(limits))
    registers = [each for each in setting.differences if each.source != CHAMBER and each.about - {ALL}]
    if movers or registers:
        return Cause("limit_shifted", tuple(movers) or _ids(registers))
    return Cause("software_changed" if setting.is_other_software else "as_of_moved")


def _is_of(claim: Claim, difference: Difference) -> bool:
    """Whether rows of a register are about a claim's household or dwelling; a claim without either is about all."""
    own = {claim.household_id, claim.dwelling_id} - {None}
    return bool(own & difference.about) if own else bool(difference.about - {ALL})


def _is_in_force(claim: Claim, difference: Difference) -> bool:
    """Whether rows of the Chamber bear on a claim."""
    if difference.extract == TARIFFS:
        return claim.tariff_id in difference.about
    if difference.extract in BY_METRIC:
        return ALL in difference.about or claim.outcome in difference.about
    return difference.extract in OF_SAVINGS and claim.kind == "share_of_savings"


def _ids(differences: Iterable[Difference]) -> tuple[str, ...]:
    return tuple(sorted({each.delivery_id for each in differences}))
