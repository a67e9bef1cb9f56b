"""Small tables of counts, as rows for the suppressor and as cells for the auditor."""

from collections.abc import Sequence
from datetime import date

from orchestration.audit.cells import Cell
from orchestration.publish.cells import Row, Table

PHASES = [date(year, 1, 1) for year in range(2022, 2027)]
LIMIT = 5
COUNTS = ("in", "excluded", "out")


BEFORE = date(2021, 12, 1)


def two_way(counts: Sequence[Sequence[int]], before: Sequence[int] = ()) -> Table:
    """Households by phase and pathway, with the sums of both and of all.

    Args:
        before: households by pathway in the month before the first phase, which is told of all alone.
    """
    rows = []
    for phase, line in enumerate(counts):
        rows += [_row("phase", PHASES[phase], PHASES[phase + 1], f"path {n}", count) for n, count in enumerate(line)]
        rows.append(_row("phase", PHASES[phase], PHASES[phase + 1], None, sum(line)))
    start, every = (BEFORE, [*counts, before]) if before else (PHASES[0], counts)
    for n, column in enumerate(zip(*every, strict=True)):
        rows.append(_row("programme_to_date", start, PHASES[len(counts)], f"path {n}", sum(column)))
    rows.append(_row("programme_to_date", start, PHASES[len(counts)], None, sum(map(sum, every))))
    if before:
        rows.append(_row("month", BEFORE, PHASES[0], None, sum(before)))
        rows.append(_row("month", PHASES[0], PHASES[len(counts)], None, sum(map(sum, counts))))
    return Table(("households", 1), (1,), True, tuple(row for row in rows if sum(row.unit_counts)))


def _row(kind: str, start: date, end: date, category: str | None, count: int) -> Row:
    place = ("all", "all") if category is None else ("pathway", category)
    return Row(kind, start, end, *place, hash((kind, start, place)), (float(count), 0.0), None, 0 < count < LIMIT)


def as_cells(table: Table, withheld: set[Row], *, are_old: bool = False) -> list[Cell]:
    """The same as the auditor reads it from a release and its build, or from what earlier releases have shown."""
    return [
        Cell(
            table.metric[0], row.period_type, row.start, row.end, row.breakdown, row.category, row.units_key,
            dict(zip(COUNTS, row.unit_counts, strict=False)),
            row.is_small and not are_old, row in withheld, are_old,
            frozenset(COUNTS[count] for count in row.grown), dict(zip(COUNTS, row.least, strict=False)),
        )
        for row in table.rows
    ]  # fmt: skip
