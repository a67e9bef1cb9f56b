"""What adds up to what among the rows of a metric: which atoms, a category in a stretch of time each, a row sums.

The rows and their counts are in `cells`. The judge of a release has a geometry of its own, in `audit`.
"""

from collections import defaultdict
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orchestration.publish.cells import OUTSIDE, Period, Row
from orchestration.publish.ledger import EARLIER

Floats = NDArray[np.float64]
Place = tuple[str, str]
Span = tuple[Any, Any]

ALL = ("all", "all")
# Breakdowns whose categories are parts of 'all'; arms and waves are tables of their own.
PARTS = ("cohort_quarter", "pathway", "economic_capacity", "household_size_band", "district")


@dataclass(frozen=True)
class Geometry:
    """Which atoms each row sums, and sums of atoms that are zero.

    Attributes:
        regions: a line a row, a column an atom, 1 where the row sums the atom.
        links: lines that are zero: parts against the whole, and rows of the very same units.
    """

    regions: Floats
    links: Floats


def geometry(rows: Sequence[Row], periods: Sequence[Period] = (), *, is_additive: bool) -> Geometry:
    """What the rows of a metric sum; if counts are not additive over time, every period stands by itself.

    Where a period has no row for a category nobody is in it, and everyone can see that: there are no atoms there. On
    days that no period of a kind holds, as before the first phase, the absence of such a row says nothing.

    Args:
        periods: all reporting periods; those of the rows are among them.
    """
    first, last = _programme(rows)
    known = {*periods, *((r.period_type, r.start, r.end) for r in rows if r.period_type not in (EARLIER, OUTSIDE))}
    spans_of = {
        row: _spans(row, rows, known, first, last) if is_additive else [(row.period_type, row.start)] for row in rows
    }
    atoms = sorted(_possible(rows, spans_of, known), key=repr)
    column = {atom: number for number, atom in enumerate(atoms)}
    regions = np.zeros((len(rows), len(atoms)))
    for number, row in enumerate(rows):
        regions[number, [column[row.place, span] for span in spans_of[row] if (row.place, span) in column]] = 1.0
    links = [*_parts_of_all(column, rows), *_same_units(rows, regions)]
    return Geometry(regions, np.array(links).reshape(len(links), len(atoms)))


def _programme(rows: Sequence[Row]) -> tuple[date, date]:
    """The first day of the programme to date and the day after its last; periods are cut to it."""
    whole = [row for row in rows if row.period_type == "programme_to_date"] or rows
    return min(row.start for row in whole), max(row.end for row in whole)


def _spans(row: Row, rows: Sequence[Row], periods: Set[Period], first: date, last: date) -> list[Span]:
    """Time cut at the bounds of every period of the breakdown (and of its parts): the stretches of a row."""
    own = {row.breakdown, *(PARTS if row.place == ALL else ())}
    shown = [each for each in rows if each.breakdown in own]
    kinds = {each.period_type for each in shown}
    days = {day for each in shown for day in (each.start, each.end)}
    days |= {day for kind, *bounds in periods if kind in kinds for day in bounds}
    bounds = {min(max(day, first), last) for day in days}
    start, end = max(row.start, first), min(row.end, last)
    spans = [(a, b) for a, b in pairwise(sorted(bounds)) if start <= a and b <= end]
    if row.period_type != OUTSIDE:
        return spans
    phases = [period for period in periods if period[0] == "phase"]
    return [(a, b) for a, b in spans if not any(begin <= a and b <= over for _, begin, over in phases)]


def _possible(rows: Sequence[Row], spans_of: dict[Row, list[Span]], periods: Set[Period]) -> set[tuple[Place, Span]]:
    """Atoms that can hold somebody: in a row of every period that holds the days and that the breakdown is shown by."""
    kinds: dict[str, set[str]] = defaultdict(set)
    seen: dict[tuple[Place, Span], set[str]] = defaultdict(set)
    for row in rows:
        if row.period_type not in (EARLIER, OUTSIDE):
            kinds[row.breakdown].add(row.period_type)
        for span in spans_of[row]:
            seen[row.place, span].add(row.period_type)
    is_additive = any(isinstance(span[0], date) for _, span in seen)
    spans = {span for _, span in seen} if is_additive else set()
    holding = {span: {kind for kind, start, end in periods if start <= span[0] and span[1] <= end} for span in spans}
    return {(place, span) for (place, span), own in seen.items()
            if not is_additive or kinds[place[0]] & holding[span] <= own}  # fmt: skip


def _parts_of_all(column: dict[tuple[Place, Span], int], rows: Sequence[Row]) -> list[Floats]:
    """For each breakdown and stretch: its categories, less the same stretch of all; unless some have no category."""
    links = []
    for part in PARTS:
        if not _is_exhaustive(part, rows):
            continue
        spans = {span for (breakdown, _), span in column if breakdown == part}
        kinds = {row.period_type for row in rows if row.breakdown == part}
        loose = {
            span
            for place, span in column
            if place == ALL
            and (isinstance(span[0], date) or span[0] in kinds)
            and not any(_inside(span, each) for each in spans)
        }
        for span in sorted(spans | loose, key=repr):
            line = np.zeros(len(column))
            for (place, own), number in column.items():
                if place == ALL and _inside(own, span):
                    line[number] = -1.0
                elif place[0] == part and own == span:
                    line[number] = 1.0
            links.append(line)
    return links


def _inside(span: Span, other: Span) -> bool:
    return span == other or (isinstance(span[0], date) and other[0] <= span[0] and span[1] <= other[1])


def _is_exhaustive(part: str, rows: Sequence[Row]) -> bool:
    """Whether every unit has a category of the breakdown."""
    for whole in (row for row in rows if row.place == ALL and row.period_type != EARLIER):
        same = [
            row
            for row in rows
            if row.breakdown == part and (row.period_type, row.start) == (whole.period_type, whole.start)
        ]
        if same and sum(sum(row.unit_counts) for row in same) != sum(whole.unit_counts):
            return False
    return any(row.breakdown == part for row in rows)


def _same_units(rows: Sequence[Row], regions: Floats) -> list[Floats]:
    """Rows of the very same units on the same days are the same cell, wherever they stand."""
    first: dict[int, int] = {}
    links = []
    for number, row in enumerate(rows):
        line = regions[number] - regions[first.setdefault(row.units_key, number)]
        if line.any():
            links.append(line)
    return links
