"""Catches: a change between deliveries that a rule must see and does not, or sees where there is none."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from changing import COLUMNS, contract

from expectations.contract import load_contracts
from expectations.gate import CheckResult
from expectations.model import Contract
from orchestration.intake.changes import changes, lateness, let_pass

DAY = date(2024, 1, 31)
Row = tuple[str, int | None, str | None, str | None, float | None]


def parquet(path: Path, rows: Sequence[Row], *, without: str = "") -> Path:
    texts = [[None if cell is None else str(cell) for cell in row] for row in rows]
    cells = [list(values) for values in zip(*texts, strict=True)] or [[] for _ in COLUMNS]
    columns = {c.name: pa.array(values, pa.string()) for c, values in zip(COLUMNS, cells, strict=True)}
    columns |= {"_row": pa.array(range(2, len(rows) + 2), pa.int32())}
    pq.write_table(pa.table({name: values for name, values in columns.items() if name != without}), path)
    return path


@pytest.fixture
def judged(tmp_path):
    def judge(rules: Contract, earlier: Sequence[Row], later: Sequence[Row], *, without: str = "") -> CheckResult:
        before = parquet(tmp_path / "earlier.parquet", earlier, without=without)
        (found,) = changes(rules, parquet(tmp_path / "later.parquet", later), before, DAY, None)
        return found

    return judge


def row(n: int, kind: str | None = "a", ended_on: str | None = None, eur: float | None = 1.0) -> Row:
    return (f"r{n}", n % 3 or None, kind, ended_on, eur)


def rows(count: int, **values: Any) -> list[Row]:
    return [row(n, **values) for n in range(count)]


# --- rows that vanished


@pytest.mark.parametrize(("kept", "passes"), [(98, True), (97, True), (96, False)])
def test_more_rows_vanished_than_either_threshold_lets_pass(judged, kept, passes):
    for rule in ({"rows": 3, "percent": 1}, {"rows": 1, "percent": 3}):
        found = judged(contract(rows_vanished=rule), rows(100), rows(kept))
        assert (found.passed, found.rows, found.failed) == (passes, 100, 100 - kept)


def test_vanished_rows_are_named_by_their_old_lines_and_new_rows_do_not_make_up_for_them(judged):
    found = judged(contract(rows_vanished={}), rows(5), [*rows(5)[:1], *rows(5)[2:], *rows(90)[40:]])
    assert (found.passed, found.failed, found.lines) == (False, 1, (3,))


def test_a_file_without_rows_has_lost_them_all(judged):
    assert judged(contract(rows_vanished={"rows": 1, "percent": 99}), rows(10), []).failed == 10


def test_a_row_whose_key_has_an_empty_part_is_still_the_same(judged):
    found = judged(contract(rows_vanished={}), [("r", None, "a", None, 1)], [("r", None, "b", None, 2)])
    assert found.passed


# --- keys that changed identity, closed rows that reopened


@pytest.mark.parametrize(("changed", "passes"), [(0, True), (1, True), (2, True), (3, False)])
def test_more_values_changed_than_are_let_pass(judged, changed, passes):
    found = judged(
        contract(identity_changed={"columns": ["kind"], "rows": 2}),
        rows(10),
        [*rows(changed, kind="b"), *rows(10)[changed:]],
    )
    assert (found.passed, found.rows, found.failed) == (passes, 10, changed)
    assert found.lines == tuple(range(2, 2 + changed))
    assert (found.name, found.columns) == ("identity_changed_kind", ("kind",))


def test_a_value_that_was_missing_may_come_and_one_that_was_there_may_not_go(judged):
    rule = contract(identity_changed={"columns": ["kind"]})
    assert judged(rule, rows(3, kind=None), rows(3)).passed
    assert judged(rule, rows(3), rows(3, kind=None)).failed == 3


def test_the_same_number_written_with_more_digits_is_the_same(judged, tmp_path):
    rule = contract(identity_changed={"columns": ["eur"]})
    assert judged(rule, [("r", 1, "a", None, "1.5")], [("r", 1, "a", None, "1.5000")]).passed  # type: ignore[list-item]


@pytest.mark.parametrize(("reopened", "passes"), [(1, True), (2, False)])
def test_closed_rows_that_are_open_again(judged, reopened, passes):
    closed = rows(10, ended_on="2024-01-05")
    later = [*rows(reopened), *rows(10, ended_on="2024-01-07")[reopened:]]
    found = judged(contract(reopened={"columns": ["ended_on"], "percent": 10}), closed, later)
    assert (found.passed, found.failed, found.lines) == (passes, reopened, tuple(range(2, 2 + reopened)))


def test_rows_that_were_open_may_stay_open_or_close(judged):
    rule = contract(reopened={"columns": ["ended_on"]})
    assert judged(rule, rows(4), [*rows(2), *rows(4, ended_on="2024-01-05")[2:]]).passed


# --- shares of categories


def mixed(count: int, of_a: int) -> list[Row]:
    return [row(n, kind="a" if n < of_a else "b") for n in range(count)]


@pytest.mark.parametrize(("of_a", "passes"), [(5000, True), (5711, True), (5712, False), (4289, True), (4288, False)])
def test_a_share_that_moved_beyond_points_and_chance(judged, of_a, passes):
    # 5 points and three standard errors of 10,000 rows against 10,000, about 2.1 points
    found = judged(contract(category_share={"columns": ["kind"], "points": 5, "from_rows": 100}),
                   mixed(10_000, 5000), mixed(10_000, of_a))  # fmt: skip
    assert found.passed is passes


def test_few_rows_do_not_fire(judged):
    rule = {"columns": ["kind"], "points": 5, "from_rows": 20}
    assert judged(contract(category_share=rule), mixed(20, 8), mixed(20, 14)).passed
    assert judged(contract(category_share=rule), mixed(19, 0), mixed(19, 19)).passed
    assert not judged(contract(category_share=rule), mixed(20, 0), mixed(20, 20)).passed
    assert judged(contract(category_share=rule), mixed(20, 0), mixed(19, 19)).passed


def test_a_column_that_is_suddenly_empty_is_a_share_that_moved(judged):
    found = judged(contract(category_share={"columns": ["kind"], "points": 5, "from_rows": 10}),
                   rows(50), rows(50, kind=None))  # fmt: skip
    assert (found.passed, found.failed) == (False, 100)


# --- values shifted by a factor

SHIFT = contract(factor_shift={"columns": ["eur"], "near": 1.5, "from_rows": 4})


@pytest.mark.parametrize("factor", [10, 100, 1000, 0.1, 0.01])
def test_values_times_a_power_of_ten_are_seen(judged, factor):
    found = judged(SHIFT, rows(6, eur=40), [*rows(4, eur=40 * factor), *rows(6, eur=40)[4:]])
    assert (found.passed, found.failed, found.lines) == (False, 4, (2, 3, 4, 5))


@pytest.mark.parametrize(
    ("ratio", "passes"),
    [
        (6.66, True),
        (6.67, False),
        (15, False),
        (15.01, True),
        (66.66, True),
        (66.67, False),
        (1.2, True),
        (2, True),
        (31, True),
        (-10, True),
    ],
)
def test_a_ratio_is_near_a_power_of_ten_or_not(judged, ratio, passes):
    assert judged(SHIFT, rows(5, eur=100), rows(5, eur=100 * ratio)).passed is passes


@pytest.mark.parametrize(("shifted", "passes"), [(3, True), (4, False)])
def test_some_values_are_needed_to_speak_of_a_shift(judged, shifted, passes):
    assert judged(SHIFT, rows(9, eur=3), [*rows(shifted, eur=30), *rows(9, eur=3)[shifted:]]).passed is passes


def test_most_of_the_changed_values_must_have_shifted(judged):
    later = [*rows(4, eur=300), *rows(9, eur=3.1)[4:]]
    assert judged(SHIFT, rows(9, eur=3), later).passed
    assert not judged(SHIFT, rows(7, eur=3), later[:7]).passed


@pytest.mark.parametrize(
    ("added", "eur", "passes"), [(3, 4500, True), (4, 4500, False), (4, 45, True), (4, -4500, False)]
)
def test_new_rows_are_held_against_the_earlier_ones(judged, added, eur, passes):
    later = [*rows(8, eur=40), *rows(8 + added, eur=eur)[8:]]
    found = judged(SHIFT, rows(8, eur=40), later)
    assert found.passed is passes
    assert found.lines == (() if passes else (10, 11, 12, 13))


def test_nothing_and_nought_shift_nothing(judged):
    for before, now in ((0, 5), (5, 0), (None, 5), (5, None), (0, 0)):
        assert judged(SHIFT, rows(6, eur=before), rows(6, eur=now)).passed, (before, now)
    assert judged(SHIFT, [], rows(6)).passed


# --- days


@pytest.mark.parametrize(("newest", "passes"), [(-1, True), (0, True), (1, False), (None, True)])
def test_a_reference_date_that_goes_back(tmp_path, newest, passes):
    rule = contract(reference_date={})
    known = None if newest is None else DAY + timedelta(days=newest)
    (found,) = changes(rule, parquet(tmp_path / "l.parquet", rows(1)), None, DAY, known)
    assert found.passed is passes


@pytest.mark.parametrize(("days", "passes"), [(29, True), (30, True), (31, False)])
def test_a_delivery_that_is_late(days, passes):
    rule = contract(late={"days": 30})
    (found,) = lateness(rule, DAY, DAY + timedelta(days=days))
    assert (found.passed, found.severity) == (passes, "error")
    (never,) = lateness(rule, None, DAY + timedelta(days=days))
    assert never.passed


def test_lateness_is_not_asked_of_a_file(tmp_path):
    assert list(changes(contract(late={"days": 1}), parquet(tmp_path / "l.parquet", rows(1)), None, DAY, DAY)) == []
    assert list(lateness(contract(rows_vanished={}), DAY, DAY)) == []


# --- all rules


def test_the_first_delivery_is_compared_with_nothing_and_every_rule_has_a_result(tmp_path):
    every = load_contracts(Path(__file__).parents[2] / "expectations" / "contracts")["municipality", "temporary_stays"]
    later = tmp_path / "l.parquet"
    pq.write_table(pa.table({column.name: ["x"] for column in every.columns} | {"_row": [2]}), later)
    found = list(changes(every, later, None, DAY, None))
    assert [each.name for each in found] == [each.name for each in every.changes if each.kind != "late"]
    assert all(each.passed for each in found)


def test_a_column_that_the_earlier_delivery_did_not_have_is_not_compared(judged):
    found = judged(contract(identity_changed={"columns": ["kind"]}), rows(3), rows(3), without="kind")
    assert (found.passed, found.rows) == (True, 0)


def test_severity_is_that_of_the_contract(judged):
    rule = contract(rows_vanished={"severity": "warning"})
    found = judged(rule, rows(3), rows(1))
    assert (found.passed, found.severity) == (False, "warning")


def test_what_a_person_let_pass_warns_and_says_so(judged):
    found = judged(contract(rows_vanished={}), rows(3), rows(1))
    (passed,) = let_pass([found], ["rows_vanished"])
    assert (passed.passed, passed.severity, passed.failed) == (False, "warning", 2)
    assert "named person" in passed.description
    assert let_pass([found], ["reopened"]) == (found,)
    sound = replace(found, passed=True)
    assert let_pass([sound], ["rows_vanished"]) == (sound,)
