"""Catches: a promise whose test is gone or was renamed, and a guard that can no longer be broken to prove its test."""

import ast
import re
from pathlib import Path

from faults.guards import GUARDS

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`(test_\w+\.py)(?:::(test_\w+))?`")


def test_every_test_that_the_page_names_exists() -> None:
    files = {path.name: path for path in (ROOT / "tests").rglob("test_*.py")}
    named = NAMED.findall((ROOT / "docs" / "guarantees.md").read_text(encoding="utf-8"))
    assert len(named) > 30
    for file, test in named:
        assert file in files, f"{file} is not there"
        tests = {node.name for node in ast.parse(files[file].read_text(encoding="utf-8")).body if hasattr(node, "name")}
        assert not test or test in tests, f"{file} has no {test}"


def test_every_promise_has_a_test() -> None:
    rows = [line for line in (ROOT / "docs" / "guarantees.md").read_text(encoding="utf-8").splitlines() if "|" in line]
    promises = [row for row in rows if not row.startswith(("| promise", "| ---"))]
    assert len(promises) > 20
    assert [row for row in promises if not NAMED.search(row)] == []


def test_every_guard_that_is_broken_on_purpose_stands_once_in_the_sources() -> None:
    counts = {each.name: (ROOT / each.file).read_text(encoding="utf-8").count(each.text) for each in GUARDS}
    assert len(counts) == len(GUARDS)
    assert {name: count for name, count in counts.items() if count != 1} == {}
