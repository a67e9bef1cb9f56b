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
from expectations.quoting import identifier, literal
from orchestration.intake.findings import LINES_SHOWN, Finding, finding

DIGITS = {"%d": r"\d{2}", "%m": r"\d{2}", "%Y": r"\d{4}"}


class Rule(NamedTuple):
    """When a native text is wrong: the rule's name, an SQL condition, and words for the message."""

    name: str
    broken_if: str
    words: Mapping[str, object]


@dataclass(frozen=True)
class Reading:
    """How one column is read: its rules, and SQL for the value of its type, null where a rule is broken."""

    column: Column
    rules: tuple[Rule, ...]
    value: str


def reading(column: Column, file: FileFormat) -> Reading:
    """The rules and the values of one column, by its type."""
    text = identifier(column.name)
    kind = column.dtype.split("(")[0]
    if column.native_values:
        rules, value = _category(text, column)
    elif kind == "BOOLEAN":
        rules, value = _truth(text, file)
    elif kind == "DATE":
        rules, value = _date(text, file)
    elif kind in ("INTEGER", "DECIMAL"):
        rules, value = _number(text, column.dtype, file)
    else:
        rules, value = [], _given(text) if column.required else text
    if column.required:
        rules = [Rule("missing_value", f"coalesce(trim({text}), '') = ''", {}), *rules]
    return Reading(column, tuple(rules), value)


def _given(text: str) -> str:
    """A text unless it is blank; most begin with a sign of ASCII, which is seen much faster than trimmed."""
    return f"CASE WHEN {text} BETWEEN '!' AND '~' OR trim({text}) <> '' THEN {text} END"


def _category(text: str, column: Column) -> tuple[list[Rule], str]:
    pairs = (column.native_values or {}).items()
    native = ", ".join(literal(each) for each, _ in pairs)
    cases = " ".join(f"WHEN {literal(each)} THEN {literal(code)}" for each, code in pairs)
    return [Rule("unknown_category", f"{text} NOT IN ({native})", {})], f"CASE {text} {cases} END::{column.dtype}"


def _truth(text: str, file: FileFormat) -> tuple[list[Rule], str]:
    true, false = literal(file.true_value), literal(file.false_value)
    words = {"true": file.true_value, "false": file.false_value}
    value = f"CASE {text} WHEN {true} THEN true WHEN {false} THEN false END"
    return [Rule("not_a_truth_value", f"{text} NOT IN ({true}, {false})", words)], value


def _date(text: str, file: FileFormat) -> tuple[list[Rule], str]:
    shape = re.sub("%[dmY]", lambda part: DIGITS[part[0]], file.date_format.replace(".", r"\."))
    day = f"try_strptime({text}, {literal(file.date_format)})"
    broken = f"NOT {_shaped(text, shape)} OR ({text} IS NOT NULL AND {day} IS NULL)"
    words = {"format": file.date_format.replace("%d", "dd").replace("%m", "mm").replace("%Y", "yyyy")}
    return [Rule("not_a_date", broken, words)], f"CASE WHEN {_shaped(text, shape)} THEN {day}::DATE END"


def _number(text: str, dtype: str, file: FileFormat) -> tuple[list[Rule], str]:
    thousands, decimal = file.thousands_separator, re.escape(file.decimal_separator)
    whole = rf"-?(?:\d+|\d{{1,3}}(?:{re.escape(thousands)}\d{{3}})+)" if thousands else r"-?\d+"
    plain = f"replace({text}, {literal(thousands)}, '')" if thousands else text
    value = f"try_cast(replace({plain}, {literal(file.decimal_separator)}, '.') AS {dtype})"
    if dtype == "INTEGER":
        integer = _shaped(text, whole)
        return [
            Rule("not_an_integer", f"NOT {integer}", {}),
            Rule("number_too_large", f"{integer} AND {value} IS NULL", {}),
        ], f"CASE WHEN {integer} THEN {value} END"
    scale = int(dtype.rstrip(")").split(",")[1])
    number = _shaped(text, rf"{whole}(?:{decimal}\d+)?")
    exact = _shaped(text, rf"{whole}(?:{decimal}\d{{0,{scale}}}0*)?")
    rules = [
        Rule("not_a_number", f"NOT {number}", {"decimal": file.decimal_separator}),
        Rule("too_many_decimals", f"{number} AND NOT {exact}", {"scale": scale}),
        Rule("number_too_large", f"{number} AND {value} IS NULL", {}),
    ]
    zeros = rf"\d{{1,{scale}}}0*" if scale else "0+"
    right = _shaped(text, rf"{whole}(?:{decimal}{zeros})?")
    return rules, f"CASE WHEN {right} THEN {value} END"


def _shaped(text: str, shape: str) -> str:
    return f"regexp_full_match({text}, '{shape}')"


def canonicalise(con: duckdb.DuckDBPyConnection, contract: Contract, file: FileFormat) -> list[Finding]:
    """Hold `delivered` against the contract; the rows that keep every rule become `typed`, and as text `canonical`.

    Raises:
        ValueError: a value was lost that no rule speaks of.
    """
    readings = [reading(column, file) for column in contract.columns]
    values = ", ".join(f"{each.value} AS {identifier(each.column.name)}" for each in readings)
    con.execute(f"CREATE TABLE typed AS SELECT _row, {values} FROM delivered WHERE _fault IS NULL")
    findings: list[Finding] = []
    if not _every_value_is_there(con, readings):
        findings += _broken(con, readings)
        if not findings:
            raise ValueError(f"a value of {contract.extract} has no type, and yet breaks no rule")
        kept = " AND ".join(f"({rule.broken_if}) IS NOT TRUE" for each in readings for rule in each.rules)
        con.execute(
            f"CREATE OR REPLACE TABLE typed AS SELECT _row, {values} FROM delivered WHERE _fault IS NULL AND {kept}"
        )
    texts = ", ".join(f"{name}::VARCHAR AS {name}" for name in (identifier(column.name) for column in contract.columns))
    con.execute(f"CREATE VIEW canonical AS SELECT _row, {texts} FROM typed")
    return findings


def _every_value_is_there(con: duckdb.DuckDBPyConnection, readings: list[Reading]) -> bool:
    """Whether no value was lost on the way from text: a value that breaks a rule is."""
    names = [identifier(each.column.name) for each in readings]
    given = [
        "count(*)" if each.column.required else f"count({name})" for each, name in zip(readings, names, strict=True)
    ]
    before = con.execute(f"SELECT {', '.join(given)} FROM delivered WHERE _fault IS NULL").fetchone()
    return before == con.execute(f"SELECT {', '.join(f'count({name})' for name in names)} FROM typed").fetchone()


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
