"""Which small counts of metrics.results can be worked out: cells as sums of atoms, a category in a stretch of time."""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from datetime import date

import numpy as np

from orchestration.audit.cells import APART, BESIDE, OUTSIDE, SIZE, SUM, Cell, Period, is_small, units_of
from orchestration.audit.curves import Curves
from orchestration.audit.sheet import Name, Sheet, too_narrow

DIVISIONS = {"cohort_quarter", "pathway", "economic_capacity", "household_size_band", "district"}


def exposed(
    rows: Sequence[Cell],
    threshold: int,
    earlier: Sequence[Cell] = (),
    curves: Curves | None = None,
    periods: Sequence[Period] = (),
) -> list[str]:
    """The names of the cells whose small counts are shown, or can be worked out.

    Args:
        periods: all that are reported on; those of the rows are among them.
    """
    told = [f"{row.name} (shown)" for row in rows if row.is_small and not row.is_withheld]
    by_metric: dict[str, list[Cell]] = defaultdict(list)
    for row in [*rows, *earlier]:
        by_metric[row.metric].append(row)
    sizes = {row.same_units: units_of(row) for row in rows if not row.is_withheld and SUM not in row.counts}
    for metric in sorted(by_metric):
        told += [each.name for each in exposed_of_metric(by_metric[metric], threshold, sizes, curves or {}, periods)]
    return told


def exposed_of_metric(
    rows: Sequence[Cell], threshold: int, sizes: Mapping[int, float], curves: Curves, periods: Sequence[Period]
) -> list[Cell]:
    """The cells of one metric whose small counts can be worked out."""
    sheet = Sheet()
    measures = list(rows[0].counts)
    existing = {*periods, *((row.kind, row.start, row.end) for row in rows if not row.is_old and row.kind != BESIDE)}
    regions = {id(row): region(row, rows, existing) for row in rows}
    for measure in measures:
        _write(sheet, measure, rows, regions)
    for number, row in enumerate(rows):
        parts = [(sheet.number[m, *atom], 1.0) for m in measures if m not in OUTSIDE for atom in regions[id(row)]]
        if row.is_withheld and parts:
            size = sheet.unknown((SIZE, str(number)), max(1.0, row.least.get(SIZE, 0.0)))
            sheet.equals([*parts, (size, -1.0)], 0.0)
            if row.same_units in sizes:
                sheet.equals([(size, 1.0)], sizes[row.same_units])
    for number, row in enumerate(rows):
        if row.is_withheld:
            _expect(sheet, number, row, regions[id(row)])
            if told := curves.get(row.curve):
                _follow(sheet, number, row, regions[id(row)], told)
    told_before = {row.same_units for row in rows if row.is_old}
    wanted = [
        (row, [sheet.number[measure, *atom] for atom in regions[id(row)]], row.counts[measure])
        for row in rows
        for measure in measures
        if row.is_withheld
        and row.is_small
        and row.same_units not in told_before
        and (
            measure == SUM or is_small(row.counts[measure], threshold) or (measure in row.grown and row.counts[measure])
        )
    ]
    narrow = [wanted[line][0] for line in too_narrow(sheet, [(columns, truth) for _, columns, truth in wanted])]
    return list({id(row): row for row in narrow}.values())


def _write(sheet: Sheet, measure: str, rows: Sequence[Cell], regions: dict[int, list[Name]]) -> None:
    """What one measure's shown cells, divisions and twins say."""
    falls = measure == SUM or (measure in OUTSIDE and any(row.counts[measure] < 0 for row in rows))
    for row in rows:
        columns = [sheet.unknown((measure, *atom), -np.inf if falls else 0.0) for atom in regions[id(row)]]
        if not row.is_withheld:
            sheet.equals([(column, 1.0) for column in columns], row.counts[measure])
    twin: dict[int, Cell] = {}
    for row in rows:
        other = twin.setdefault(row.same_units, row)
        if regions[id(other)] != regions[id(row)]:
            here = [(sheet.number[measure, *atom], 1.0) for atom in regions[id(row)]]
            there = [(sheet.number[measure, *atom], -1.0) for atom in regions[id(other)]]
            sheet.equals([*here, *there], 0.0)
    for division in sorted(DIVISIONS & {row.breakdown for row in rows}):
        _divide(sheet, measure, division, rows, regions)


def _expect(sheet: Sheet, number: int, row: Cell, region: list[Name]) -> None:
    """Nobody who was counted is lost again: what an earlier release said is the least that a withheld count can be."""
    for measure in row.counts:
        least = row.least.get(measure, 0.0)
        columns = [sheet.number[measure, *atom] for atom in region]
        if least > 0 and all(sheet.least[column] == 0 for column in columns):
            said = sheet.unknown(("said", measure, str(number)), least)
            sheet.equals([*((column, 1.0) for column in columns), (said, -1.0)], 0.0)


def _follow(sheet: Sheet, number: int, row: Cell, region: list[Name], told: Mapping[str, Mapping[int, int]]) -> None:
    """Any month of a curve tells how many were followed, and its months about the horizon bound the events.

    Who was followed no longer by any month had no event up to any horizon.
    """
    inside, outside = ([(sheet.number[name, *atom], 1.0) for atom in region] for name in ("in", "out"))
    sheet.equals([*inside, *outside], row.counts["in"] + row.counts["out"])
    least = max((count for month, count in told["events"].items() if month <= row.horizon), default=0)
    sheet.equals([*inside, (sheet.unknown(("least", str(number)), least), -1.0)], 0.0)
    lost = max(told["censored"].values(), default=0)
    sheet.equals([*outside, (sheet.unknown(("lost", str(number)), lost), -1.0)], 0.0)
    if later := [count for month, count in told["events"].items() if month >= row.horizon]:
        sheet.equals([*inside, (sheet.unknown(("left", str(number))), 1.0)], min(later))


def _divide(sheet: Sheet, measure: str, division: str, rows: Sequence[Cell], regions: dict[int, list[Name]]) -> None:
    """All are the sum of the categories, wherever every category is told apart and nobody is without one."""
    wholes = [row for row in rows if row.breakdown == "all" and not row.is_old]
    for whole in wholes:
        parts = [
            row
            for row in rows
            if row.breakdown == division and (row.kind, row.start) == (whole.kind, whole.start) and not row.is_old
        ]
        if parts and sum(units_of(row) for row in parts) == units_of(whole):
            terms = [(sheet.number[measure, *atom], 1.0) for row in parts for atom in regions[id(row)]]
            terms += [(sheet.number[measure, *atom], -1.0) for atom in regions[id(whole)]]
            sheet.equals(terms, 0.0)


def region(row: Cell, rows: Sequence[Cell], existing: Set[Period]) -> list[Name]:
    """The atoms a cell sums: its category in every stretch of time between the bounds of periods it is shown by.

    Where a period of a kind by which the breakdown is shown has no row for the category, everyone sees that it is
    empty. Days that lie in no period of that kind may hold somebody.

    Args:
        existing: all reporting periods.
    """
    if row.kind.startswith(APART):
        return [(row.breakdown, row.category, row.kind, str(row.start))]
    own = [each for each in rows if (each.breakdown, each.category) == (row.breakdown, row.category)]
    kinds = {each.kind for each in rows if each.breakdown == row.breakdown and not each.is_old} - {BESIDE}
    first, last = extent(rows)
    told = [period for period in existing if period[0] in kinds]
    bounds = {day for each in own for day in (each.start, each.end)} | {day for _, *days in told for day in days}
    days = sorted({min(max(day, first), last) for day in bounds})
    inside = [day for day in days if max(row.start, first) <= day < min(row.end, last)]
    if row.kind == BESIDE:
        inside = [day for day in inside if not any(k == "phase" and start <= day < end for k, start, end in existing)]
    return [
        (row.breakdown, row.category, str(day))
        for day in inside
        if {kind for kind, start, end in told if start <= day < end}
        <= {each.kind for each in own if each.start <= day < each.end}
    ]


def extent(rows: Sequence[Cell]) -> tuple[date, date]:
    """The days of the programme to date."""
    whole = [row for row in rows if row.kind == "programme_to_date"] or list(rows)
    return min(row.start for row in whole), max(row.end for row in whole)
