"""Catches: an auditor that takes for safe what can be worked out, or that sees leaks where there are none."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from additive import LIMIT, as_cells, two_way

from orchestration.audit.cells import Cell
from orchestration.audit.metrics import exposed
from orchestration.audit.sheet import Sheet

SMALL = 4.0


def bounds(sheet: Sheet, name: str) -> tuple[float, float]:
    goal = np.zeros(len(sheet.least))
    goal[sheet.unknown((name,))] = 1.0
    low, high = sheet.extreme(goal), sheet.extreme(-goal)
    assert low is not None
    assert high is not None
    return round(float(goal @ low), 6), round(float(goal @ high), 6)


def table(lines: dict[str, dict[str, int | None]], row_sums: dict[str, int], column_sums: dict[str, int]) -> Sheet:
    """A published table with all its margins; None is withheld."""
    sheet = Sheet()
    for row, cells in lines.items():
        for column, value in cells.items():
            cell = sheet.unknown((row + column,))
            if value is not None:
                sheet.equals([(cell, 1.0)], value)
        sheet.equals([(sheet.unknown((row + column,)), 1.0) for column in cells], row_sums[row])
    for column, total in column_sums.items():
        sheet.equals([(sheet.unknown((row + column,)), 1.0) for row in lines], total)
    return sheet


def test_the_range_of_the_handbook() -> None:
    """SDC Handbook, example 3: the first cell can be bounded to 3 to 6."""
    sheet = table(
        {"1": {"a": None, "b": None}, "2": {"a": None, "b": None}, "3": {"a": 3, "b": 3}},
        {"1": 7, "2": 3, "3": 6},
        {"a": 9, "b": 7},
    )
    assert bounds(sheet, "1a") == (3, 6)


def test_a_table_that_looks_safe_and_is_not() -> None:
    """Every line has two gaps, yet one cell is exactly 47."""
    full = {
        "w": {"a": 30, "b": 47, "c": 64, "d": 89},
        "x": {"a": 90, "b": 124, "c": 5, "d": 31},
        "y": {"a": 92, "b": 100, "c": 59, "d": 85},
        "z": {"a": 800, "b": 991, "c": 651, "d": 685},
    }
    gaps = {"wa", "wb", "wc", "xa", "xc", "yb", "yd", "zb", "zd"}
    lines = {row: {c: None if row + c in gaps else v for c, v in cells.items()} for row, cells in full.items()}
    sums = {row: sum(cells.values()) for row, cells in full.items()}
    sheet = table(lines, sums, {column: sum(cells[column] for cells in full.values()) for column in "abcd"})
    assert bounds(sheet, "wb") == (47, 47)
    low, high = bounds(sheet, "wa")
    assert high - low > 2


def named(counts: list[list[int]], withheld: set[tuple[str, date, str]]) -> set[tuple[str, date, str]]:
    """What can be worked out if these rows (kind of period, start, category) are withheld beside the small ones."""
    made = two_way(counts)
    hidden = {row for row in made.rows if row.is_small or (row.period_type, row.start, row.category) in withheld}
    cells = as_cells(made, hidden)
    told = exposed(cells, LIMIT)
    return {(cell.kind, cell.start, cell.category) for cell in cells if cell.name in told}


FIRST, SECOND = date(2022, 1, 1), date(2023, 1, 1)
COUNTS = [[3, 10, 20], [12, 30, 40]]


def test_one_withheld_count_among_its_margins_is_told() -> None:
    assert named(COUNTS, set()) == {("phase", FIRST, "path 0")}


def test_two_gaps_a_line_hide_it() -> None:
    hidden = {("phase", FIRST, "path 1"), ("phase", SECOND, "path 0"), ("phase", SECOND, "path 1")}
    assert named(COUNTS, hidden) == set()


def test_a_gap_in_one_direction_alone_does_not() -> None:
    assert named(COUNTS, {("phase", FIRST, "path 1")}) == {("phase", FIRST, "path 0")}


def test_a_small_count_that_is_shown_is_named() -> None:
    cells = as_cells(two_way(COUNTS), set())
    assert any(name.endswith("(shown)") for name in exposed(cells, LIMIT))


@pytest.mark.parametrize(
    ("parts", "are_told"), [([1, 4], False), ([1, 1, 3], False), ([1, 1, 1, 2], True), ([1, 1, 1, 1], True)]
)
def test_two_possible_values_are_too_few(parts: list[int], *, are_told: bool) -> None:
    """That a row is there says that somebody is in it: of k parts of a sum each is at most the sum less k - 1."""
    hidden = {("phase", SECOND, f"path {number}") for number in range(len(parts))}
    assert bool(named([[*parts, 30], [20] * (len(parts) + 1)], hidden)) == are_told


def test_what_an_earlier_release_showed_counts() -> None:
    hidden = {("phase", FIRST, "path 1"), ("phase", SECOND, "path 0"), ("phase", SECOND, "path 1")}
    made = two_way(COUNTS)
    withheld = {row for row in made.rows if row.is_small or (row.period_type, row.start, row.category) in hidden}
    cells = as_cells(made, withheld)
    then = [
        replace(cell, is_withheld=False, is_old=True)
        for cell in cells
        if (cell.kind, cell.start, cell.category) == ("phase", FIRST, "path 1")
    ]
    assert exposed(cells, LIMIT) == []
    assert exposed(cells, LIMIT, then) == [next(c.name for c in cells if c.is_small)]


@pytest.mark.parametrize(("said", "is_told"), [(0.0, False), (4.0, False), (5.0, True)])
def test_what_an_earlier_release_said_is_the_least_that_a_reader_expects(said: float, *, is_told: bool) -> None:
    """Six of a size that is told: between five and six there is no third value."""
    cell = Cell(
        "rate", "phase", date(2024, 1, 1), date(2025, 1, 1), "all", "all", 1, {"in": 6.0, "out": 0.0, "excluded": 0.0},
        is_small=True, is_withheld=True, grown=frozenset({"in"}), least={"in": said},
    )  # fmt: skip
    size = replace(cell, metric="households", counts={"in": 6.0, "excluded": 0.0}, is_small=False, is_withheld=False)
    assert ([each.partition(",")[0] for each in exposed([cell, size], 5)] == ["rate"]) == is_told


@pytest.mark.parametrize(
    ("events", "lost", "are_told"),
    [
        ({}, 0, False),
        ({0: 0, 20: 30}, 0, False),
        ({0: 0, 12: 20}, 0, True),
        ({6: 20, 20: 21}, 0, True),
        ({6: 20}, 70, False),
        ({6: 20}, 79, True),
    ],
)
def test_a_curve_tells_of_a_withheld_row_to_date(events: dict[int, int], lost: int, *, are_told: bool) -> None:
    """Of all, twenty had the event in twelve months and four in the second phase; the first phase is shown."""

    def cell(kind: str, start: int, end: int, inside: float, outside: float, curve: str = "") -> Cell:
        small = inside == SMALL
        return Cell(
            "survival", kind, date(start, 1, 1), date(end, 1, 1), "all", "all", start * end,
            {"in": inside, "out": outside, "excluded": 0.0}, small, small or bool(curve), curve=curve, horizon=12,
        )  # fmt: skip

    rows = [
        cell("phase", 2022, 2023, 16, 40), cell("phase", 2023, 2024, SMALL, 40),
        cell("programme_to_date", 2022, 2024, 20, 80, "housing_survival all"),
    ]  # fmt: skip
    curves = {"housing_survival all": {"events": events, "censored": dict.fromkeys(events, lost)}} if events else {}
    assert [name.split(", ")[1] for name in exposed(rows, LIMIT, (), curves)] == ["phase from 2023-01-01"] * are_told
