"""What can be worked out of the rows of one table, and from which rows: linear programming over its atoms.

Serves `suppress` alone. The auditor has an arithmetic of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

from orchestration.errors import GateRefused
from orchestration.publish.cells import Row
from orchestration.publish.geometry import Floats, Geometry

Cohorts = dict[int, float]
# A withheld count keeps at least three possible values.
WIDTH = 2.0
TOLERANCE = 1e-6
DRAWS = 6
# Of the counts of a share, those in it and the rest; the one between are excluded.
FOLLOWED = [0, 2]
# Ways looked for at a time: what hides one count mostly hides others.
WAYS = 10
UNBOUNDED = 3


class Contradiction(GateRefused):
    """The rows of a table do not add up, so nothing can be said of what they tell."""

    def __init__(self) -> None:
        super().__init__(
            "No choice of rows of metrics.results hides its small counts: they do not add up. Nothing was published. "
            "This is an error of the software: keep data/build/current and tell the maintainers."
        )


@dataclass(frozen=True)
class Way:
    """What a count is worked out from: the shown rows, and the withheld ones whose units another metric tells."""

    rows: set[int]
    sizes: set[int] = field(default_factory=set)


class Attack:
    """What an attacker can work out of the rows of one table, by linear programming over its atoms."""

    def __init__(self, rows: Sequence[Row], shape: Geometry, cohorts: Cohorts, limit: int) -> None:
        self.rows, self.shape = rows, shape
        self.unit_counts = len(rows[0].unit_counts)
        others = [row.other_count for row in rows if row.other_count is not None]
        self.may_fall = any(value < 0 for value in others)
        counts = [row.unit_counts + (() if row.other_count is None else (row.other_count,)) for row in rows]
        self.values = np.array(counts)
        self.cohorts = [cohorts.get(row.units_key) for row in rows]
        has_grown = np.array([[count in row.grown for count in range(self.values.shape[1])] for row in rows])
        self.is_protected = (np.abs(self.values) > 0) & ((np.abs(self.values) < limit) | has_grown)

    def ways(self, withheld: np.ndarray) -> list[Way]:
        """For each count that is told too well, what tells it."""
        targets = [(row, count) for row, count in np.argwhere(self.is_protected & withheld[:, None])]
        known = np.array([row.is_known for row in self.rows])
        targets = [(row, count) for row, count in targets if not known[row]]
        if not targets:
            return []
        system = self._system(withheld)
        goals = np.zeros((len(targets), system.size))
        for goal, (row, count) in zip(goals, targets, strict=True):
            goal[system.block(count)] = self.shape.regions[row]
        # What is true is possible.
        low = np.array([self.values[row, count] for row, count in targets])
        high = low.copy()

        def reach(goal: Floats) -> _Point | None:
            point = system.solve(goal)
            if point is not None:
                np.minimum(low, goals @ point.x, out=low)
                np.maximum(high, goals @ point.x, out=high)
            return point

        draw = np.random.default_rng(len(targets))
        for _ in range(DRAWS):
            reach(draw.choice([-1.0, 1.0], len(targets)) @ goals)
        found: list[Way] = []
        for number, goal in enumerate(goals):
            if len(found) == WAYS or high[number] - low[number] >= WIDTH - TOLERANCE:
                continue
            ends = [reach(goal), reach(-goal)]
            if high[number] - low[number] < WIDTH - TOLERANCE and None not in ends:
                found.append(
                    Way(
                        {row for end in ends if end is not None for row in system.rows_used(end)},
                        {row for end in ends if end is not None for row in system.sizes_used(end)},
                    )
                )
        return found

    def _system(self, withheld: np.ndarray) -> "_System":
        shape, counts = self.shape, self.values.shape[1]
        atoms = shape.regions.shape[1]
        hidden, shown = np.flatnonzero(withheld), np.flatnonzero(~withheld)
        blocks, constants = [], []
        for count in range(counts):
            for lines, constant in (
                (shape.links, np.zeros(len(shape.links))),
                (shape.regions[shown], self.values[shown, count]),
            ):
                block = np.zeros((len(lines), atoms * counts + len(hidden)))
                block[:, atoms * count : atoms * (count + 1)] = lines
                blocks.append(block)
                constants.append(constant)
        sums = np.zeros((len(hidden), atoms * counts + len(hidden)))
        for count in range(self.unit_counts):
            sums[:, atoms * count : atoms * (count + 1)] = shape.regions[hidden]
        sums[:, atoms * counts :] = -np.eye(len(hidden))
        curves, followed = self._on_curves(hidden, sums.shape[1])
        least_lines, least = self._least(hidden, sums.shape[1])
        # A row that is there has somebody in it.
        bounds = np.zeros((sums.shape[1], 2))
        bounds[:, 1] = np.inf
        if self.may_fall:
            bounds[atoms * self.unit_counts : atoms * counts, 0] = -np.inf
        cohorts = [self.cohorts[row] for row in hidden]
        bounds[atoms * counts :] = [
            (max(1.0, self.rows[row].least_cohort), np.inf) if units is None else (units, units)
            for row, units in zip(map(int, hidden), cohorts, strict=True)
        ]
        labels = np.concatenate([np.concatenate([np.full(len(shape.links), -1), shown]) for _ in range(counts)])
        return _System(
            csr_array(np.vstack([*blocks, curves, sums])),
            np.concatenate([*constants, followed, np.zeros(len(hidden))]),
            csr_array(least_lines),
            least,
            bounds,
            atoms,
            labels,
            hidden,
        )

    def _on_curves(self, hidden: np.ndarray, columns: int) -> tuple[Floats, Floats]:
        """Of the hidden rows on a curve, how many were followed: any month of it tells."""
        atoms = self.shape.regions.shape[1]
        rows = [row for row in hidden if self.rows[row].is_on_curve]
        lines = np.zeros((len(rows), columns))
        for line, row in zip(lines, rows, strict=True):
            for count in FOLLOWED:
                line[atoms * count : atoms * (count + 1)] = self.shape.regions[row]
        return lines, self.values[np.ix_(rows, FOLLOWED)].sum(axis=1) if rows else np.zeros(0)

    def _least(self, hidden: np.ndarray, columns: int) -> tuple[Floats, Floats]:
        """Of the hidden rows, the sums that cannot be less than an earlier release said, and what it said."""
        atoms = self.shape.regions.shape[1]
        cumulative = self.unit_counts if self.may_fall else self.values.shape[1]
        told = [
            (row, count, least)
            for row in hidden
            for count, least in enumerate(self.rows[row].least[:cumulative])
            if least > 0
        ]
        lines = np.zeros((len(told), columns))
        for line, (row, count, _) in zip(lines, told, strict=True):
            line[atoms * count : atoms * (count + 1)] = self.shape.regions[row]
        return lines, np.array([least for _, _, least in told])


@dataclass(frozen=True)
class _System:
    """The equations of one attack, and sums with a least.

    Attributes:
        labels: which row an equation is of, -1 where none.
        hidden: the withheld rows, whose units are the last unknowns.
    """

    equations: csr_array
    constants: Floats
    sums: csr_array
    least: Floats
    bounds: Floats
    atoms: int
    labels: np.ndarray
    hidden: np.ndarray

    @property
    def size(self) -> int:
        return len(self.bounds)

    def block(self, count: int) -> slice:
        return slice(self.atoms * count, self.atoms * (count + 1))

    def solve(self, cost: Floats) -> "_Point | None":
        """The point of least cost, or none if there is no end to it."""
        found = linprog(
            cost, A_ub=-self.sums, b_ub=-self.least, A_eq=self.equations, b_eq=self.constants, bounds=self.bounds,
            method="highs",
        )  # fmt: skip
        if found.status == UNBOUNDED:
            return None
        if found.status:
            raise Contradiction
        return _Point(found.x, found.eqlin.marginals, found.lower.marginals + found.upper.marginals)

    def rows_used(self, point: "_Point") -> set[int]:
        """The rows that hold a point where it is."""
        prices = point.prices[: len(self.labels)]
        return {int(row) for row in self.labels[np.abs(prices) > TOLERANCE] if row >= 0}

    def sizes_used(self, point: "_Point") -> set[int]:
        """The withheld rows whose units are told, and hold a point where it is."""
        low, high = self.bounds[-len(self.hidden) :].T
        used = np.abs(point.costs[-len(self.hidden) :]) > TOLERANCE
        return {int(row) for row in self.hidden[used & (low == high)]}


@dataclass(frozen=True)
class _Point:
    """A corner of what is possible, and what each equation and each bound contributes to its being one."""

    x: Floats
    prices: Floats
    costs: Floats


def derived(rows: Sequence[Row], shape: Geometry, withheld: np.ndarray) -> list[Way]:
    """For each small row whose sums follow from those of shown rows alone, the rows they follow from."""
    shown = np.flatnonzero(~withheld)
    lines = np.vstack([shape.regions[shown], shape.links]).T
    found = []
    for number in map(int, np.flatnonzero(withheld)):
        if rows[number].is_small and not rows[number].is_known:
            weights, *_ = np.linalg.lstsq(lines, shape.regions[number], rcond=None)
            if np.abs(lines @ weights - shape.regions[number]).max() < TOLERANCE:
                used = np.flatnonzero(np.abs(weights[: len(shown)]) > TOLERANCE)
                found.append(Way({int(shown[each]) for each in used}))
    return found
