"""Catches: a withheld count that can still be worked out, and more withheld than need be."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from additive import LIMIT, as_cells, two_way

from orchestration.audit.cells import beside_phases
from orchestration.audit.metrics import exposed
from orchestration.publish import suppress
from orchestration.publish.cells import Row, Table, outside_phases
from orchestration.publish.choice import WORTH, WORTH_OF_ALL
from orchestration.publish.suppress import suppressed, withheld_rows


def worth(rows: set[Row]) -> float:
    return sum((WORTH_OF_ALL if row.breakdown == "all" else WORTH)[row.period_type] for row in rows)


def drawn(seed: int, shape: tuple[int, int]) -> Table:
    draw = np.random.default_rng(seed)
    return two_way(draw.choice([0, 1, 2, 3, 4, 6, 9, 14, 22], shape).tolist())


@pytest.mark.parametrize("seed", range(12))
def test_nothing_small_can_be_worked_out_by_the_auditor(seed: int) -> None:
    table = drawn(seed, (3, 4))
    (found,) = withheld_rows([table], LIMIT, {})
    withheld = found.withheld
    assert {row for row in table.rows if row.is_small} <= withheld
    assert exposed(as_cells(table, withheld), LIMIT) == []


@pytest.mark.parametrize("seed", range(8))
def test_days_that_no_phase_holds_are_published(seed: int) -> None:
    """They are in month and programme to date, and the lack of a row by phase says nothing of them."""
    draw = np.random.default_rng(seed)
    counts, before = draw.choice([0, 1, 2, 6, 9, 14], (2, 3)).tolist(), draw.choice([0, 1, 6, 9], 3).tolist()
    table = two_way(counts, before if any(before) else [1, 0, 0])
    outside = outside_phases(table.rows, LIMIT, is_additive=True)
    (found,) = withheld_rows([replace(table, rows=(*table.rows, *outside))], LIMIT, {})
    cells = as_cells(table, found.withheld)
    beside = beside_phases(cells, LIMIT)
    assert {each.category: each.counts["in"] for each in beside} == {
        each.category: each.unit_counts[0] for each in outside
    }
    assert exposed([*cells, *beside], LIMIT) == []


def test_few_before_the_first_phase_are_told_by_no_difference() -> None:
    """All of a category less its phases would say of which category the one household is."""
    table = two_way([[10, 20, 30], [12, 30, 40]], [1, 0, 0])
    cells = as_cells(table, {row for row in table.rows if row.is_small})
    told = exposed([*cells, *beside_phases(cells, LIMIT)], LIMIT)
    assert any("beside the phases" in name and name.endswith("pathway path 0") for name in told)


def test_a_table_without_small_counts_is_shown_whole() -> None:
    table = two_way([[10, 20, 30], [5, 6, 7]])
    assert withheld_rows([table], LIMIT, {})[0].withheld == set()


@pytest.mark.parametrize("seed", range(4))
def test_no_cheaper_choice_of_rows_is_safe(seed: int) -> None:
    """Against every choice there is, by the auditor's word; total and phases of all are dear, so few need be tried."""
    table = drawn(seed, (2, 3))
    found = suppressed(table, LIMIT).withheld
    small = {row for row in table.rows if row.is_small}
    others = [row for row in table.rows if row not in small]
    for count in range(len(others)):
        for more in combinations(others, count):
            if worth({*more}) < worth(found - small):
                assert exposed(as_cells(table, small | {*more}), LIMIT), [row.key for row in more]


@pytest.mark.parametrize("seed", range(12))
def test_a_choice_that_is_kept_for_want_of_patience_is_safe(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Large cities: perhaps not the cheapest choice any more, but as safe, and never everything."""
    table = drawn(seed, (3, 4))
    patient = suppressed(table, LIMIT).withheld
    monkeypatch.setattr(suppress, "PATIENCE", 0)
    found = suppressed(table, LIMIT).withheld
    assert exposed(as_cells(table, found), LIMIT) == []
    assert worth(patient) <= worth(found) < worth({*table.rows})


def test_too_few_possible_values_are_hidden_further() -> None:
    """Four gaps that add up to five hold one or two each, although no line has a single gap."""
    table = two_way([[1, 1, 1, 2, 30], [20] * 5])
    (found,) = withheld_rows([table], LIMIT, {})
    assert exposed(as_cells(table, found.withheld), LIMIT) == []


@pytest.mark.parametrize("inside", [[[2, 0, 10], [6, 15, 20]], [[2, 5, 0], [6, 15, 20]]])
def test_households_are_hidden_in_every_metric_of_them(inside: list[list[int]]) -> None:
    """The parts of a rate add up to the households enrolled: both hide the same, whatever is cheaper."""
    enrolled = two_way([[3, 10, 20], [12, 30, 40]])
    within = {row.key: row.unit_counts[0] for row in two_way(inside).rows}
    rows = []
    for row in enrolled.rows:
        counted = within.get(row.key, 0.0)
        rows.append(replace(row, unit_counts=(counted, 0.0, row.unit_counts[0] - counted)))
    rate = Table(("rate", 1), enrolled.cohort, True, tuple(rows))
    of_enrolled, of_rate = withheld_rows([enrolled, rate], LIMIT, {})
    assert {row.key for row in of_enrolled.withheld} <= {row.key for row in of_rate.withheld}


def test_what_an_earlier_release_showed_is_no_hiding_place() -> None:
    """The cheapest row to withhold was shown before; another one is withheld, and the shown one stays."""
    table = two_way([[3, 10, 20], [12, 30, 40]])
    first = suppressed(table, LIMIT).withheld
    before = next(row for row in first if not row.is_small and row.period_type == "phase")
    known = replace(before, is_known=True)
    again = suppressed(
        replace(table, rows=tuple(known if row == before else row for row in table.rows)), LIMIT
    ).withheld
    assert known not in again
    assert exposed(as_cells(table, {row for row in table.rows if row.key in {r.key for r in again}}), LIMIT) == []


@pytest.mark.parametrize("seed", [12, 16, 17, 26, 28])
def test_what_was_shown_below_a_threshold_that_was_raised_hides_nothing(seed: int) -> None:
    """It is withheld from now on, but whoever kept the earlier file still subtracts it."""
    draw = np.random.default_rng(seed)
    inside = draw.choice([2, 3, 6, 7, 9, 12, 20, 60], draw.integers(2, 5, 2)).tolist()
    outside = {row.key: row.unit_counts[0] for row in two_way([[60] * len(line) for line in inside]).rows}
    rows = []
    for row in two_way(inside).rows:
        counts = (*row.unit_counts, outside[row.key])
        was_shown = draw.random() < 0.2 and not row.is_small
        is_small = any(0 < count < 2 * LIMIT for count in counts)
        rows.append(replace(row, unit_counts=counts, is_small=is_small, is_known=was_shown))
    table = Table(("rate", 1), (1,), True, tuple(rows))
    assert any(row.is_small and row.is_known for row in rows)
    withheld = withheld_rows([table], 2 * LIMIT, {})[0].withheld
    assert {row for row in rows if row.is_small} <= withheld
    told = as_cells(replace(table, rows=tuple(row for row in rows if row.is_known)), set(), are_old=True)
    assert exposed(as_cells(table, withheld), 2 * LIMIT, told) == []


def test_what_has_not_changed_is_shown_again_as_it_was() -> None:
    """Even if another choice would be as good: both together would tell more than either."""
    table = two_way([[3, 10, 20], [12, 30, 40]])
    (first,) = withheld_rows([table], LIMIT, {})
    other = {row for row in table.rows if row.period_type == "phase"}
    shown = {(*table.metric, *row.key) for row in table.rows if row not in other}
    assert withheld_rows([table], LIMIT, {first.fingerprint: shown})[0].withheld == other
    assert withheld_rows([table], LIMIT + 1, {first.fingerprint: shown})[0].withheld != other


def test_what_one_cohort_hides_no_other_shows() -> None:
    """Metrics of other households in all may be of the very same ones in a phase, and would tell how many they are."""
    enrolled, later = two_way([[3], [6], [9]]), two_way([[0], [6], [9]])
    to_date = {row: row.units_key + 1 for row in later.rows if row.period_type == "programme_to_date"}
    rows = tuple(replace(row, units_key=to_date.get(row, row.units_key)) for row in later.rows)
    later = Table(("later", 1), (2,), True, rows)
    for one, other in ((enrolled, later), (later, enrolled)):
        found = withheld_rows([one, other], LIMIT, {})
        cells = [cell for table, choice in zip((one, other), found, strict=True)
                 for cell in as_cells(table, choice.withheld)]  # fmt: skip
        assert exposed(cells, LIMIT) == []
        assert not all(cell.is_withheld for cell in cells)


@pytest.mark.parametrize("seed", range(6))
def test_no_count_of_a_row_that_has_grown_by_few_can_be_worked_out(seed: int) -> None:
    """However large it is: with what an earlier release said it would tell the few."""
    table = drawn(seed, (3, 4))
    grown = next(row for row in table.rows if not row.is_small and row.category != "all")
    rows = tuple(
        replace(row, is_small=True, grown=frozenset({0}), has_grown_cohort=True) if row == grown else row
        for row in table.rows
    )
    (found,) = withheld_rows([replace(table, rows=rows)], LIMIT, {})
    cells = as_cells(replace(table, rows=rows), found.withheld)
    assert any(cell.grown and cell.is_withheld for cell in cells)
    assert exposed(cells, LIMIT) == []


@pytest.mark.parametrize("seed", range(20))
def test_a_reader_who_expects_nobody_to_be_lost_learns_no_more(seed: int) -> None:
    """What an earlier release said is the least there can be: where the households are told, they are hidden, too."""
    draw = np.random.default_rng(seed)
    inside, outside = draw.choice([2, 6, 9, 14, 22], (2, 3, 3)).tolist()
    enrolled, counted = (two_way(counts) for counts in ((np.add(inside, outside)).tolist(), inside))
    rows = []
    for row, part in zip(enrolled.rows, counted.rows, strict=True):
        counts = (part.unit_counts[0], 0.0, row.unit_counts[0] - part.unit_counts[0])
        has_grown = draw.random() < 0.3
        least = (counts[0] - 1, 0.0, counts[2]) if has_grown else ()
        is_small = has_grown or any(0 < count < LIMIT for count in counts)
        rows.append(
            replace(
                row, unit_counts=counts, is_small=is_small, grown=frozenset({0, 2} if has_grown else ()), least=least
            )
        )
    rate = Table(("rate", 1), enrolled.cohort, True, tuple(rows))
    found = withheld_rows([enrolled, rate], LIMIT, {})
    cells = [cell for table, choice in zip((enrolled, rate), found, strict=True)
             for cell in as_cells(table, choice.withheld)]  # fmt: skip
    assert any(cell.least and cell.is_withheld for cell in cells)
    assert exposed(cells, LIMIT) == []
