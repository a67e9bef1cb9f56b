"""From native to canonical text: strict rules per type, as SQL made from the contract.

Canonical text: ISO dates, decimal point, no thousands, plain integers, true and false, canonical categories. The rules
say what a native text must look like; anything else is a finding, nothing is rounded, guessed or repaired. What rows
must fulfil among themselves is the gate's business.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import duckdb

from expectations.contract import Column, Contract, FileFormat
from orchestration.intake.delivered import identifier, literal
from orchestration.intake.findings import LINES_SHOWN, Finding, finding

DIGITS = {"%d": r"\d{2}", "%m": r"\d{2}", "%Y": r"\d{4}"}


class Rule(NamedTuple):
    """When a native text is wrong: the rule's name, an SQL condition, and words for the message."""

    name: str
    broken_if: str
    words: Mapping[str, object]


@dataclass(frozen=True)
class Reading:
    """How one column is read: its rules, and SQL for the canonical text of a value that keeps them."""

    column: Column
    rules: tuple[Rule, ...]
    canonical: str


def reading(column: Column, file: FileFormat) -> Reading:
    """The rules and the canonical text of one column, by its type."""
    text = identifier(column.name)
    kind = column.dtype.split("(")[0]
    if column.native_values:
        rules, canonical = _category(text, column)
    elif kind == "BOOLEAN":
        rules, canonical = _truth(text, file)
    elif kind == "DATE":
        rules, canonical = _date(text, file)
    elif kind in ("INTEGER", "DECIMAL"):
        rules, canonical = _number(text, column.dtype, file)
    else:
        rules, canonical = [], text
    if column.required:
        rules = [Rule("missing_value", f"coalesce(trim({text}), '') = ''", {}), *rules]
    return Reading(column, tuple(rules), canonical)


def _category(text: str, column: Column) -> tuple[list[Rule], str]:
    pairs = (column.native_values or {}).items()
    native = ", ".join(literal(each) for each, _ in pairs)
    cases = " ".join(f"WHEN {literal(each)} THEN {literal(code)}" for each, code in pairs)
    return [Rule("unknown_category", f"{text} NOT IN ({native})", {})], f"CASE {text} {cases} END"


def _truth(text: str, file: FileFormat) -> tuple[list[Rule], str]:
    true, false = literal(file.true_value), literal(file.false_value)
    words = {"true": file.true_value, "false": file.false_value}
    canonical = f"CASE {text} WHEN {true} THEN 'true' WHEN {false} THEN 'false' END"
    return [Rule("not_a_truth_value", f"{text} NOT IN ({true}, {false})", words)], canonical


def _date(text: str, file: FileFormat) -> tuple[list[Rule], str]:
    shape = re.sub("%[dmY]", lambda part: DIGITS[part[0]], file.date_format.replace(".", r"\."))
    day = f"try_strptime({text}, {literal(file.date_format)})"
    broken = f"NOT {_shaped(text, shape)} OR ({text} IS NOT NULL AND {day} IS NULL)"
    words = {"format": file.date_format.replace("%d", "dd").replace("%m", "mm").replace("%Y", "yyyy")}
    return [Rule("not_a_date", broken, words)], f"{day}::DATE::VARCHAR"


def _number(text: str, dtype: str, file: FileFormat) -> tuple[list[Rule], str]:
    thousands, decimal = file.thousands_separator, re.escape(file.decimal_separator)
    whole = rf"-?(?:\d+|\d{{1,3}}(?:{re.escape(thousands)}\d{{3}})+)" if thousands else r"-?\d+"
    plain = f"replace({text}, {literal(thousands)}, '')" if thousands else text
    value = f"try_cast(replace({plain}, {literal(file.decimal_separator)}, '.') AS {dtype})"
    canonical = f"{value}::VARCHAR"
    if dtype == "INTEGER":
        integer = _shaped(text, whole)
        return [
            Rule("not_an_integer", f"NOT {integer}", {}),
            Rule("number_too_large", f"{integer} AND {value} IS NULL", {}),
        ], canonical
    scale = int(dtype.rstrip(")").split(",")[1])
    number = _shaped(text, rf"{whole}(?:{decimal}\d+)?")
    exact = _shaped(text, rf"{whole}(?:{decimal}\d{{0,{scale}}}0*)?")
    rules = [
        Rule("not_a_number", f"NOT {number}", {"decimal": file.decimal_separator}),
        Rule("too_many_decimals", f"{number} AND NOT {exact}", {"scale": scale}),
        Rule("number_too_large", f"{number} AND {value} IS NULL", {}),
    ]
    return rules, canonical


def _shaped(text: str, shape: str) -> str:
    return f"regexp_full_match({text}, '{shape}')"


def canonicalise(con: duckdb.DuckDBPyConnection, contract: Contract, file: FileFormat) -> list[Finding]:
    """Hold the table `delivered` against the contract; create the view `canonical` of the rows that keep every rule."""
    readings = [reading(column, file) for column in contract.columns]
    findings = list(_broken(con, readings))
    columns = ", ".join(f"{each.canonical} AS {identifier(each.column.name)}" for each in readings)
    conditions = ["_fault IS NULL"]
    if findings:
        conditions += [f"({rule.broken_if}) IS NOT TRUE" for each in readings for rule in each.rules]
    con.execute(f"CREATE VIEW canonical AS SELECT _row, {columns} FROM delivered WHERE {' AND '.join(conditions)}")
    return findings


def _broken(con: duckdb.DuckDBPyConnection, readings: list[Reading]) -> Iterator[Finding]:
    """One pass over the rows: how often, and on which lines first, each rule of each column is broken."""
    rules = [(each.column, rule) for each in readings for rule in each.rules]
    if not rules:
        return
    counts = ", ".join(
        f"count(*) FILTER ({rule.broken_if}), min(_row, {LINES_SHOWN}) FILTER ({rule.broken_if})" for _, rule in rules
    )
    result = con.execute(f"SELECT {counts} FROM delivered WHERE _fault IS NULL").fetchone() or ()
    for (column, rule), count, lines in zip(rules, result[::2], result[1::2], strict=True):
        if count:
            yield finding(rule.name, column=column.heading, lines=lines, count=count, **rule.words)
