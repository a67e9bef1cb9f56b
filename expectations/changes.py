"""The change rules that a contract may state: what each asks, its thresholds, and its words in both languages.

A rule that a contract does not state is not applied. Comparing deliveries belongs in `orchestration.intake.changes`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from expectations.model import ChangeRule, Column, Severity

LATE = "late"  # the only rule about a delivery that is not there
NUMBERS = ("INTEGER", "DECIMAL")


class UnknownChangeRule(ValueError):
    """A change rule that cannot be used; the message names the rule and what is wrong with it."""


@dataclass(frozen=True)
class Limit:
    """A threshold: between which values it makes sense, and what it is where a contract does not say."""

    lowest: Decimal
    highest: Decimal
    default: Decimal | None = None
    is_whole: bool = True


@dataclass(frozen=True)
class Kind:
    """One kind of rule: its thresholds, whether it is asked of columns, and its sentence."""

    limits: Mapping[str, Limit]
    english: str
    italian: str
    by_column: bool = True


MANY = Decimal(10**9)
ALLOWED = {
    "rows": Limit(Decimal(0), MANY, default=Decimal(0)),
    "percent": Limit(Decimal(0), Decimal(99), default=Decimal(0), is_whole=False),
}
FROM_ROWS = Limit(Decimal(1), MANY)
ENGLISH_ALLOWED = "(up to {rows} rows, or {percent} % of them, are let pass)."
ITALIAN_ALLOWED = "(sono tollerate fino a {rows} righe, o il {percent} %)."

KINDS = {
    "rows_vanished": Kind(
        ALLOWED,
        "Every row of the delivery before is still there; lines are those of the delivery before " + ENGLISH_ALLOWED,
        "Tutte le righe della consegna precedente ci sono ancora; le righe indicate sono quelle della consegna "
        "precedente " + ITALIAN_ALLOWED,
        by_column=False,
    ),
    "identity_changed": Kind(
        ALLOWED,
        "A row that was delivered before still has the same value here " + ENGLISH_ALLOWED,
        "Una riga già consegnata ha ancora lo stesso valore in questa colonna " + ITALIAN_ALLOWED,
    ),
    "reopened": Kind(
        ALLOWED,
        "A row that had ended has not been opened again " + ENGLISH_ALLOWED,
        "Una riga già chiusa non è stata riaperta " + ITALIAN_ALLOWED,
    ),
    "category_share": Kind(
        {"points": Limit(Decimal(0), Decimal(99), is_whole=False), "from_rows": FROM_ROWS},
        "No category has won or lost more than {points} percentage points beyond chance since the delivery before "
        "(asked from {from_rows} rows on).",
        "Nessuna categoria ha guadagnato o perso più di {points} punti percentuali oltre il caso rispetto alla "
        "consegna precedente (verificato da {from_rows} righe in su).",
    ),
    "factor_shift": Kind(
        {"near": Limit(Decimal("1.01"), Decimal(3), is_whole=False), "from_rows": FROM_ROWS},
        "Values have not become 10, 100 or 1,000 times what they were, nor that part of it, as with cents for euros "
        "(within a factor of {near}; asked from {from_rows} values on).",
        "I valori non sono diventati 10, 100 o 1.000 volte quelli di prima, né quella frazione, come con centesimi "
        "al posto di euro (entro un fattore {near}; verificato da {from_rows} valori in su).",
    ),
    "reference_date": Kind(
        {},
        "The reference date is not before that of the newest accepted delivery.",
        "La data di riferimento non è anteriore a quella dell'ultima consegna accettata.",
        by_column=False,
    ),
    LATE: Kind(
        {"days": Limit(Decimal(1), Decimal(3660))},
        "The next delivery comes within {days} days of the reference date of the newest one.",
        "La consegna successiva arriva entro {days} giorni dalla data di riferimento dell'ultima.",
        by_column=False,
    ),
}  # fmt: skip


def change_rules(stated: Any, columns: Sequence[Column]) -> Iterator[ChangeRule]:
    """The rules that a contract states, one for each column that a rule names.

    Raises:
        UnknownChangeRule: there is no such rule, threshold or column, or a threshold makes no sense.
    """
    if not isinstance(stated, Mapping):
        raise UnknownChangeRule("the name of each rule and its thresholds are expected")
    for name, entry in stated.items():
        if name not in KINDS or not isinstance(entry, Mapping):
            raise UnknownChangeRule(f"{name}: is none of {', '.join(KINDS)}, or has no thresholds")
        yield from _rules(name, dict(entry), columns)


def _rules(name: str, entry: dict[str, Any], columns: Sequence[Column]) -> Iterator[ChangeRule]:
    kind = KINDS[name]
    severity = _severity(name, entry.pop("severity", None))
    named = entry.pop("columns", None) if kind.by_column else [None]
    if not named or not isinstance(named, list):
        raise UnknownChangeRule(f"{name}.columns: a list of columns is expected")
    if unknown := sorted(map(str, {*entry} - {*kind.limits})):
        raise UnknownChangeRule(f"{name}: unknown: {', '.join(unknown)}")
    limits = {each: _threshold(f"{name}.{each}", entry.get(each), limit) for each, limit in kind.limits.items()}
    by_name = {column.name: column for column in columns}
    if not any(column.key for column in columns):
        raise UnknownChangeRule(f"{name}: rows cannot be followed without a key")
    for column in named:
        if column is not None and (column not in by_name or not _makes_sense(name, by_name[column])):
            raise UnknownChangeRule(f"{name}.columns: {column} is no column that can be asked this")
        english, italian = kind.english.format(**_words(limits, ".")), kind.italian.format(**_words(limits, ","))
        own = f"{name}_{column}" if column else name
        yield ChangeRule(own, name, severity, column, MappingProxyType(limits), english, italian)


def _severity(name: str, value: Any) -> Severity:
    if value == "error":
        return "error"
    if value == "warning":
        return "warning"
    raise UnknownChangeRule(f"{name}.severity: error or warning is expected")


def _threshold(where: str, value: Any, limit: Limit) -> Decimal:
    if value is None and limit.default is not None:
        return limit.default
    if isinstance(value, bool) or not isinstance(value, int | float) or (limit.is_whole and value != int(value)):
        raise UnknownChangeRule(f"{where}: a {'whole ' if limit.is_whole else ''}number is expected")
    if not limit.lowest <= value <= limit.highest:
        raise UnknownChangeRule(f"{where}: is not between {limit.lowest} and {limit.highest}")
    return Decimal(str(value))


def _makes_sense(name: str, column: Column) -> bool:
    """Whether a rule can be asked of a column: a key is always the same, only dates end, only numbers shift."""
    if name == "reopened":
        return column.dtype == "DATE" and not column.required
    if name == "factor_shift":
        return column.dtype.startswith(NUMBERS)
    return not column.key


def _words(limits: Mapping[str, Decimal], point: str) -> dict[str, str]:
    return {name: f"{value.normalize():f}".replace(".", point) for name, value in limits.items()}
