"""A contract of few columns with rules about what may change, for tests of the rules and of what they see."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from expectations.changes import change_rules
from expectations.model import Column, Contract

COLUMNS = (
    Column("id", "ID", "Riga", "Row.", "VARCHAR", required=True, key=1),
    Column("part", "PARTE", "Parte", "Part of the key.", "INTEGER", key=2),
    Column("kind", "TIPO", "Tipo", "Kind.", "VARCHAR"),
    Column("ended_on", "FINE", "Fine", "End.", "DATE"),
    Column("eur", "EURO", "Importo", "Amount.", "DECIMAL(18,2)"),
)


def contract(**rules: Mapping[str, Any]) -> Contract:
    stated = {name: {"severity": "error", **entry} for name, entry in rules.items()}
    return Contract("a", "b", "1.0.0", "d", COLUMNS, None, (), Path("b"), tuple(change_rules(stated, COLUMNS)))
