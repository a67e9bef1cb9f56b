"""The set cover of one table: which of its rows to withhold at the least loss, given what must not stand alone.

Serves `suppress`, which finds the ways to work out a small count and cuts them off.
"""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, lil_array

from orchestration.publish.attack import Contradiction
from orchestration.publish.cells import Row
from orchestration.publish.geometry import ALL, PARTS, Floats
from orchestration.publish.ledger import EARLIER

# What a row is worth to its readers: the longer its period, the more.
WORTH = {"month": 1, "quarter": 3, "year": 10, "phase": 10, "programme_to_date": 20}
WORTH_OF_ALL = {"month": 1, "quarter": 10, "year": 50, "phase": 100, "programme_to_date": 200}
MADE_OF = (("programme_to_date", "year"), ("programme_to_date", "phase"), ("year", "quarter"), ("quarter", "month"))


@dataclass
class Choice:
    """The set cover of one table: a yes or no for each cell, rows of the very same units being one cell."""

    cell_of: list[int]
    worth: Floats
    must: set[int]
    free: set[int]
    cuts: list[tuple[frozenset[int], frozenset[int]]] = field(default_factory=list)

    def keep(self, cells: Set[int]) -> None:
        """Let what is chosen stay chosen from now on."""
        self.must |= cells
        self.free -= cells

    def withheld(self) -> set[int]:
        """The cheapest cells that meet every cut: if one of the first is withheld, one of the second is, too."""
        if not self.cuts:
            return set(self.must)
        matrix = lil_array((len(self.cuts), len(self.worth)))
        least = np.zeros(len(self.cuts))
        for number, (given, needed) in enumerate(self.cuts):
            matrix[number, sorted(needed)] = 1.0
            if given:
                matrix[number, sorted(given)] = -1.0
            else:
                least[number] = 1.0
        low, high = np.zeros(len(self.worth)), np.ones(len(self.worth))
        low[sorted(self.must)] = 1.0
        high[sorted(set(range(len(high))) - self.must - self.free)] = 0.0
        found = milp(
            self.worth, integrality=np.ones(len(low)), bounds=Bounds(low, high),
            constraints=LinearConstraint(csr_array(matrix), least, np.inf),
        )  # fmt: skip
        if found.x is None:
            raise Contradiction
        return set(np.flatnonzero(found.x > 0.5).tolist())


def choice_of(rows: Sequence[Row], hidden: Set[int]) -> Choice:
    """Rows of the same units are one cell, worth what its rows are; what was shown before stays told, even if small."""
    number: dict[int, int] = {}
    cell_of = [number.setdefault(row.units_key, len(number)) for row in rows]
    worth = np.zeros(len(number))
    for row, cell in zip(rows, cell_of, strict=True):
        own = (WORTH_OF_ALL if row.place == ALL else WORTH).get(row.period_type, 0)
        # Where nobody is counted there is little to read.
        worth[cell] += own * (0.5 if row.unit_counts[0] == 0 else 1.0)
    known = {cell for row, cell in zip(rows, cell_of, strict=True) if row.is_known}
    must = {cell for row, cell in zip(rows, cell_of, strict=True) if row.is_small or row.units_key in hidden}
    return Choice(cell_of, worth, must - known, set(number.values()) - must - known)


def add_plain_sums(choice: Choice, rows: Sequence[Row], limit: int) -> None:
    """Of a whole and its parts never is one withheld alone, and what is withheld of the parts is not few."""
    for whole, parts in _plain_sums(rows):
        members = frozenset({choice.cell_of[whole], *(choice.cell_of[part] for part in parts)})
        for cell in members & (choice.must | choice.free):
            others = (members - {cell}) & (choice.must | choice.free)
            if others and not others & choice.must:
                choice.cuts.append((frozenset() if cell in choice.must else frozenset({cell}), others))
        small = {choice.cell_of[part]: rows[part] for part in parts if choice.cell_of[part] in choice.must}
        for count in range(len(rows[0].unit_counts)):
            hidden = sum(row.unit_counts[count] for row in small.values())
            if 0 < hidden < limit and choice.cell_of[whole] not in choice.must:
                large = {choice.cell_of[part] for part in parts if rows[part].unit_counts[count] >= limit}
                # What an earlier release showed cannot hide anything any more.
                if may_hide := frozenset(large | {choice.cell_of[whole]}) & choice.free:
                    choice.cuts.append((frozenset(), may_hide))


def _plain_sums(rows: Sequence[Row]) -> Iterable[tuple[int, list[int]]]:
    """Each row that others make up, and those: shorter periods of its category, categories of its period."""
    at = {row.key: number for number, row in enumerate(rows) if row.period_type != EARLIER}
    for (kind, start, breakdown, category), whole in at.items():
        for parent, child in MADE_OF:
            if kind == parent:
                inside = [
                    number
                    for key, number in at.items()
                    if (
                        key[0] == child
                        and key[2:] == (breakdown, category)
                        and start.replace(day=1) <= key[1] < rows[whole].end
                    )
                    or (kind == "programme_to_date" and key[0] == child and key[2:] == (breakdown, category))
                ]
                if inside:
                    yield whole, inside
        if (breakdown, category) == ALL:
            for part in PARTS:
                inside = [number for key, number in at.items() if key[:3] == (kind, start, part)]
                if inside:
                    yield whole, inside
