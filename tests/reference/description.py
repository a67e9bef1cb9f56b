"""How a household is described: as it was at enrolment, by all deliveries of the register of households.

That is the first delivery on or after the enrolment; a later one only where it says that it held by then.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from reference.keys import Keys

Records = list[dict[str, Any]]


def households(deliveries: Sequence[tuple[date, Records]], enrolments: Records, keys: Keys) -> Records:
    """One row a household of the newest delivery: at its enrolment, or as it is now where it never enrolled."""
    known = [(day, _one_each(rows, keys)) for day, rows in sorted(deliveries, key=lambda each: each[0])]
    enrolled: dict[str, list[tuple[bool, date]]] = defaultdict(list)
    for row in enrolments:
        enrolled[row["household_id"]].append((row["arm"] != "programme", row["enrolled_on"]))
    found = []
    for who, now in known[-1][1].items():
        row = now
        if who in enrolled:
            _, on = min(enrolled[who])
            row = _at(on, [(day, rows[who]) for day, rows in known if day >= on and who in rows])
        found.append(row | {"registered_on": now["registered_on"]})
    return found


def _at(on: date, told: Sequence[tuple[date, dict[str, Any]]]) -> dict[str, Any]:
    held = [row for _, row in told if (since := row.get("composition_valid_from")) and since <= on]
    return held[-1] if held else told[0][1]


def _one_each(rows: Iterable[dict[str, Any]], keys: Keys) -> dict[str, dict[str, Any]]:
    """One row a household: of its newest key, and of its own before those of households that were merged into it."""
    of: dict[str, Records] = defaultdict(list)
    for row in rows:
        of[keys.household(row["household_id"])].append(row)
    return {who: _joined(who, each, keys) for who, each in of.items()}


def _joined(who: str, rows: Records, keys: Keys) -> dict[str, Any]:
    newest = max(rows, key=lambda row: (keys.goes_on(row["household_id"]), keys.age(row["household_id"])))
    registered = [
        max(row["registered_on"], keys.split_on.get(keys.first(row["household_id"]), row["registered_on"]))
        for row in rows
    ]
    return newest | {"household_id": who, "registered_on": min(registered)}
