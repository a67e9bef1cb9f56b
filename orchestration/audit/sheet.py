"""What an attacker writes down, and how far apart the values are that it leaves possible: linear programming."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array

POSSIBLE_VALUES = 3
SLACK = 1e-6
DRAWS = 8

Name = tuple[str, ...]


@dataclass
class Sheet:
    """What an attacker writes down of one metric: unknowns with their least, and sums that are known."""

    number: dict[Name, int] = field(default_factory=dict)
    least: list[float] = field(default_factory=list)
    entries: list[tuple[int, int, float]] = field(default_factory=list)
    known: list[float] = field(default_factory=list)

    def unknown(self, name: Name, least: float = 0.0) -> int:
        """The column of an unknown, made when it is first named."""
        if name not in self.number:
            self.number[name] = len(self.least)
            self.least.append(least)
        return self.number[name]

    def equals(self, terms: Iterable[tuple[int, float]], value: float) -> None:
        """A sum is known."""
        self.entries += [(len(self.known), column, factor) for column, factor in terms]
        self.known.append(value)

    @cached_property
    def sums(self) -> csr_array:
        """All sums as one matrix; made when everything is written down."""
        lines, columns, factors = (np.array(each) for each in zip(*self.entries, strict=True))
        return csr_array(coo_array((factors, (lines, columns)), shape=(len(self.known), len(self.least))))

    def extreme(self, goal: np.ndarray) -> np.ndarray | None:
        """The values at which a goal is least; none if it has no end.

        Raises:
            ArithmeticError: what is shown contradicts itself, or the solver gave up: nothing may be taken for safe.
        """
        bounds = np.column_stack([self.least, np.full(len(self.least), np.inf)])
        answer = linprog(goal, A_eq=self.sums, b_eq=np.array(self.known), bounds=bounds, method="highs")
        if answer.status == 3:
            return None
        if answer.status != 0:
            raise ArithmeticError(answer.message)
        return answer.x


def too_narrow(sheet: Sheet, wanted: Sequence[tuple[list[int], float]]) -> list[int]:
    """Which of the wanted sums have too few possible values, by their place in the list.

    Args:
        wanted: of each sum its columns, and what it truly is.
    """
    if not wanted:
        return []
    goals = np.zeros((len(wanted), len(sheet.least)))
    for line, (columns, _) in enumerate(wanted):
        goals[line, columns] = 1.0
    # What is true is possible.
    low = np.array([truth for _, truth in wanted])
    high = low.copy()

    def reach(goal: np.ndarray) -> bool:
        """Go as low as a goal allows and note what every cell is there; whether there is an end to it."""
        point = sheet.extreme(goal)
        if point is not None:
            np.minimum(low, goals @ point, out=low)
            np.maximum(high, goals @ point, out=high)
        return point is not None

    draw = np.random.default_rng(1)
    for _ in range(DRAWS):
        reach(draw.normal(size=len(wanted)) @ goals)
    enough = POSSIBLE_VALUES - 1 - SLACK
    return [
        line
        for line in range(len(wanted))
        if not any(high[line] - low[line] >= enough or not reach(way * goals[line]) for way in (1, -1))
        and high[line] - low[line] < enough
    ]
