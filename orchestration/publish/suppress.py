"""Complementary suppression: the cheapest rows to withhold so that no small count can be worked out of the others.

The choice is a set cover (Fischetti and Salazar 2001): every way to work out a withheld count rests on rows that are
shown, and at least one of them must be withheld. The ways are first the sums that anyone sees, then whatever linear
programming still finds, until it finds nothing. What the rows are is in `cells`, the cover of one table in `choice`;
`audit` judges the outcome by itself.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from orchestration.durable import text_sha256
from orchestration.publish.attack import Attack, Cohorts, Way, derived
from orchestration.publish.cells import Row, Table
from orchestration.publish.choice import add_plain_sums, choice_of
from orchestration.publish.geometry import geometry
from orchestration.publish.ledger import EARLIER

RowName = tuple[str, int, str, date, str, str]
# So often the cheapest choice is sought anew. Where little is small, sums of months, quarters and years go round each
# other in ever new ways: from then on what is chosen stays chosen, and in the end what was not needed is shown.
PATIENCE = 30


@dataclass(frozen=True)
class Chosen:
    """The rows of a metric version that are withheld, and the fingerprint of all that the choice rests on."""

    metric: tuple[str, int]
    fingerprint: str
    withheld: set[Row]


@dataclass(frozen=True)
class Found:
    """The rows of a table to withhold, and what no choice of them can hide.

    Attributes:
        telling: the `units_key` of withheld rows whose number of units, told by other metrics, tells a small count.
    """

    withheld: set[Row]
    telling: set[int]


def suppressed(
    table: Table, limit: int, hidden: Set[int] = frozenset(), cohorts: Cohorts | None = None,
    told: Set[int] = frozenset(),
) -> Found:  # fmt: skip
    """The rows of a table to withhold, the small ones among them.

    Args:
        hidden: the `units_key` of rows that must be withheld, since their cohort is.
        cohorts: by `units_key`, how many units there are, where rows of another metric may tell it.
        told: those of them that an earlier release has told.

    Raises:
        Contradiction: the counts do not add up.
    """
    rows = table.rows
    choice = choice_of(rows, hidden)
    add_plain_sums(choice, rows, limit)
    attacks = [Attack(rows, geometry(rows, table.periods, is_additive=table.is_additive), cohorts or {}, limit)]
    patterns = [] if table.is_additive else [geometry(rows, table.periods, is_additive=True)]

    def ways(cells: Set[int]) -> list[Way]:
        """The ways to work out a small count while these cells are withheld."""
        withheld = np.array([cell in cells for cell in choice.cell_of])
        found = [way for attack in attacks for way in attack.ways(withheld)]
        return found + [way for pattern in patterns for way in derived(rows, pattern, withheld)]

    def stops(way: Way) -> frozenset[int]:
        """The cells that stop a way when one of them is withheld."""
        return frozenset(choice.cell_of[row] for row in way.rows) & may_go

    def cuts(found: Sequence[Way]) -> set[frozenset[int]]:
        """What can be done about the ways."""
        return {stops(way) for way in found} - {frozenset[int]()}

    may_go = frozenset(choice.free)
    cells, turn = choice.withheld(), 0
    while found := cuts(left := ways(cells)):
        choice.cuts += [(frozenset[int](), cut) for cut in sorted(found, key=sorted)]
        turn += 1
        if turn > PATIENCE:
            choice.keep(cells)
        cells = choice.withheld()
    dearest_first = sorted(cells & may_go, key=lambda cell: (-choice.worth[cell], cell))
    for cell in dearest_first if turn > PATIENCE else ():
        if not cuts(remaining := ways(cells - {cell})):
            cells, left = cells - {cell}, remaining
    untold = [[row for row in way.sizes if rows[row].units_key not in told] for way in left]
    cheapest = [min(each, key=lambda row: (choice.worth[choice.cell_of[row]], row)) for each in untold if each]
    withheld = {row for row, cell in zip(rows, choice.cell_of, strict=True) if cell in cells or row.is_small}
    return Found(withheld, {rows[row].units_key for row in cheapest})


def withheld_rows(tables: Sequence[Table], limit: int, chosen: Mapping[str, Set[RowName]]) -> list[Chosen]:
    """The rows to withhold of every metric version, the small ones among them.

    How many households there are in a row is told by every metric of them: it is hidden first, in all of them alike.

    Args:
        chosen: by fingerprint, the rows that an earlier release shows; where nothing has changed, it is shown again.
    """
    found = []
    for linked in by_units(tables):
        fingerprint = text_sha256(repr((limit, [(table.metric, unknowing(table.rows)) for table in linked])))
        if (shown := chosen.get(fingerprint)) is not None:
            found += [
                Chosen(t.metric, fingerprint, {row for row in t.rows if (*t.metric, *row.key) not in shown})
                for t in linked
            ]
            continue
        found += _withheld_together(linked, limit, fingerprint)
    return found


def _withheld_together(linked: Sequence[Table], limit: int, fingerprint: str) -> list[Chosen]:
    """The rows to withhold of metrics that have units in common."""
    rows = [row for table in linked for row in table.rows]
    told = {row.units_key for row in rows if row.is_known}
    telling: set[int] = set()
    answered: dict[Table, tuple[set[int], Found]] = {}
    while True:
        hidden = hidden_cohorts(linked, limit, telling)
        sizes = {row.units_key: sum(row.unit_counts) for row in rows if row.is_known or row.units_key not in hidden}
        for table in linked:
            own = hidden & {row.units_key for row in table.rows}
            if table not in answered or answered[table][0] != own:
                answered[table] = own, suppressed(table, limit, hidden, sizes, told)
        more = {key for _, found in answered.values() for key in found.telling} - telling
        if not more:
            return [Chosen(table.metric, fingerprint, found.withheld) for table, (_, found) in answered.items()]
        telling |= more


def by_units(tables: Sequence[Table]) -> list[list[Table]]:
    """The tables that have rows of the very same units in common, directly or through others."""
    parts: list[tuple[set[int], list[Table]]] = []
    for table in tables:
        keys, linked = {row.units_key for row in table.rows}, [table]
        apart = []
        for other, others in parts:
            if keys & other:
                keys, linked = keys | other, [*others, *linked]
            else:
                apart.append((other, others))
        parts = [*apart, (keys, linked)]
    return [linked for _, linked in parts]


def hidden_cohorts(tables: Sequence[Table], limit: int, telling: Set[int] = frozenset()) -> set[int]:
    """The `units_key` of the rows whose number of units is hidden, in whatever metric they stand.

    What one cohort hides, the others must hide too, and may have to hide more for it: until none has to.

    Args:
        telling: the `units_key` of rows whose number of units would tell small counts of them.
    """
    groups: dict[tuple[bool | int, ...], list[Table]] = defaultdict(list)
    for table in tables:
        groups[table.cohort].append(table)
    rows = [row for table in tables for row in table.rows]
    sizes = {row.units_key: sum(row.unit_counts) for row in rows if row.is_known}
    grown = telling | {row.units_key for row in rows if row.has_grown_cohort}
    waiting = [cohort_table(group, limit, grown, sizes.keys()) for group in groups.values()]
    hidden = {row.units_key for cohort in waiting for row in cohort.rows if row.is_small and not row.is_known}
    answered: dict[Table, set[int]] = {}
    while waiting:
        for cohort in waiting:
            found = suppressed(cohort, limit, hidden, sizes, sizes.keys())
            answered[cohort] = {row.units_key for row in found.withheld if not row.is_known}
            hidden |= answered[cohort]
        waiting = [each for each, own in answered.items() if own != hidden & {row.units_key for row in each.rows}]
    return hidden


def unknowing(rows: Sequence[Row]) -> list[Row]:
    """The rows without what earlier releases say of them."""
    return [replace(row, is_known=False, least=(), least_cohort=0.0) for row in rows if row.period_type != EARLIER]


def cohort_table(group: Sequence[Table], limit: int, grown: Set[int], told: Set[int]) -> Table:
    """The rows of any metric of a cohort with one count: the units, counted or excluded.

    Args:
        grown: the `units_key` of rows whose units are few away from an earlier release.
        told: those of rows whose units an earlier release has shown, in whatever metric.
    """
    rows: dict[tuple[str, date, str, str], Row] = {}
    for row in (row for table in group for row in table.rows):
        units, has_grown = sum(row.unit_counts), row.units_key in grown
        followed = units - row.unit_counts[1] if row.is_on_curve else 0.0
        least = max(row.least_cohort, followed, rows[row.key].least_cohort if row.key in rows else 0.0)
        rows[row.key] = replace(
            row, unit_counts=(units,), other_count=None, is_small=0 < units < limit or has_grown,
            is_known=row.units_key in told, grown=frozenset({0} if has_grown else ()), least=(),
            least_cohort=least, is_on_curve=False,
        )  # fmt: skip
    return replace(group[0], rows=tuple(rows.values()))
