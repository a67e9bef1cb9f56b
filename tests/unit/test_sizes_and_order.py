"""Catches: a small file that fills a disk, a table that is too wide, rows or cells of a workbook silently left out."""

import gzip
import random

import pytest
from faults.good import as_workbook, table
from faults.spoiled_containers import SHEET, part_bomb, workbook_parts, zipped
from reading import FIRST, GOOD, HEADINGS, STAYS, problems, text

from orchestration.intake import stage
from orchestration.intake.delivered import MOST_COLUMNS

BOOK = as_workbook(table("municipality", "temporary_stays"), STAYS)


def test_a_text_may_grow_up_to_the_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(stage, "SURELY_FINE", len(GOOD))
    monkeypatch.setattr(stage, "MOST_GROWTH", 0)
    assert problems(gzip.compress(GOOD), tmp_path / "a", "csv.gz") == []
    monkeypatch.setattr(stage, "SURELY_FINE", len(GOOD) - 1)
    assert problems(gzip.compress(GOOD), tmp_path / "b", "csv.gz") == [("too_large", None, ())]


def test_a_workbook_that_grows_is_refused(tmp_path):
    assert problems(part_bomb(BOOK, random.Random(1)), tmp_path, "xlsx") == [("too_large", None, ())]


@pytest.mark.parametrize(("more", "rule"), [(0, "extra_column"), (1, "too_many_columns")])
def test_far_too_many_headings(tmp_path, more, rule):
    extra = MOST_COLUMNS - len(STAYS.headings) + more
    found = problems(text(HEADINGS + ";x" * extra, FIRST + ";" * extra), tmp_path)
    assert {each for each, _, _ in found} == {rule}


@pytest.mark.parametrize(
    ("old", "new"),
    [(b'<row r="3"', b'<row r="2"'), (b'<row r="3"', b'<row r="1048577"'), (b'r="B3"', b'r="A3"'),
     (b'r="B3"', b'r="B4"'), (b'r="A4"', b'r="J4"')],
)  # fmt: skip
def test_rows_and_cells_out_of_order_are_refused(tmp_path, old, new):
    parts = workbook_parts(BOOK)
    assert problems(zipped(parts), tmp_path / "whole", "xlsx") == []
    assert old in parts[SHEET]
    parts[SHEET] = parts[SHEET].replace(old, new)
    assert problems(zipped(parts), tmp_path / "broken", "xlsx") == [("damaged_file", None, ())]
