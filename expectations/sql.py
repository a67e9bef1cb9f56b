"""The expectations of a contract as SQL, where Great Expectations would take longer to import than a file to check.

What is expected stands in the contract alone; a test holds each answer here against that of `expectations.gate`, which
remains the gate of every run. A form of expectation that is not known here is left to it, and never skipped.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from expectations.gate import LINES_SHOWN, OWN, ROW, CheckResult
from expectations.model import Expectation
from expectations.quoting import identifier, literal

ARGUMENTS = {  # by type: those that the condition below knows how to honour
    "expect_column_values_to_not_be_null": {"column", "row_condition"},
    "expect_column_values_to_be_null": {"column", "row_condition"},
    "expect_column_values_to_be_in_set": {"column", "value_set", "row_condition"},
    "expect_column_values_to_match_regex": {"column", "regex", "row_condition"},
    "expect_column_values_to_be_between": {"column", "min_value", "max_value", "row_condition"},
    "expect_column_values_to_be_unique": {"column"},
    "expect_compound_columns_to_be_unique": {"column_list", "ignore_row_if"},
    "expect_column_pair_values_a_to_be_greater_than_b": {
        "column_A", "column_B", "or_equal", "ignore_row_if", "row_condition",
    },
    "expect_table_row_count_to_be_between": {"min_value", "max_value"},
    "expect_table_row_count_to_equal": {"value"},
}  # fmt: skip
IGNORED_ROWS = {
    "expect_compound_columns_to_be_unique": "never",
    "expect_column_pair_values_a_to_be_greater_than_b": "either_value_is_missing",
}
COMPARISONS = {"==": "=", "!=": "IS DISTINCT FROM", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


@dataclass(frozen=True)
class Unsupported(Exception):
    """An expectation that is not known here; `run_gate` must be asked."""

    name: str


def is_supported(each: Expectation) -> bool:
    """Whether an expectation can be judged here, all its arguments included."""
    if each.type in OWN:
        return False
    try:
        _broken_if(each)
    except Unsupported:
        return False
    return True


def run_sql(con: duckdb.DuckDBPyConnection, table: str, expectations: list[Expectation]) -> list[CheckResult]:
    """Judge the rows of a table of typed columns and `_row`; a result for each expectation, in their order.

    Raises:
        Unsupported: an expectation is not known here.
    """
    (rows,) = con.execute(f"SELECT count(*) FROM {table}").fetchone() or (0,)
    results = []
    for each in expectations:
        condition = _broken_if(each)
        if each.type in TABLE:
            (fails,) = con.execute(f"SELECT {condition} FROM {table}").fetchone() or (True,)
            failed, lines = (rows if fails else 0), ()
        else:
            failed, lines = con.execute(
                f"SELECT count(*), min({ROW}, {LINES_SHOWN}) "
                f"FROM (SELECT {ROW}, {condition} AS is_broken FROM {table}) WHERE is_broken"
            ).fetchone() or (0, ())
            fails = failed > 0
        results.append(
            CheckResult(
                each.name, each.description, each.severity, not fails, rows, failed, tuple(lines or ()), each.columns,
                broken=False,
            )
        )  # fmt: skip
    return results


def _broken_if(each: Expectation) -> str:
    """When a row is not as expected; of an expectation about the table, when the table is not."""
    kwargs = each.kwargs
    known = ARGUMENTS.get(each.type)
    if known is None or {*kwargs} - known or kwargs.get("ignore_row_if") != IGNORED_ROWS.get(each.type):
        raise Unsupported(each.name)
    if each.type in TABLE:
        return TABLE[each.type](kwargs)
    condition = ROWS[each.type](kwargs)
    applies = _condition(each, kwargs["row_condition"]) if "row_condition" in kwargs else "true"
    return f"({applies}) AND ({condition})"


def _in_set(kwargs: Mapping[str, Any]) -> str:
    return f"{identifier(kwargs['column'])} NOT IN ({', '.join(map(_value, kwargs['value_set']))})"


def _between(kwargs: Mapping[str, Any]) -> str:
    name = identifier(kwargs["column"])
    low, high = kwargs.get("min_value"), kwargs.get("max_value")
    outside = [f"{name} < {_value(low)}"] if low is not None else []
    outside += [f"{name} > {_value(high)}"] if high is not None else []
    return " OR ".join(outside) or "false"


def _not_greater(kwargs: Mapping[str, Any]) -> str:
    return (
        f"{identifier(kwargs['column_A'])} {'<' if kwargs.get('or_equal') else '<='} {identifier(kwargs['column_B'])}"
    )


def _repeated(names: list[str]) -> str:
    return f"count(*) OVER (PARTITION BY {', '.join(map(identifier, names))}) > 1"


ROWS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "expect_column_values_to_not_be_null": lambda kwargs: f"{identifier(kwargs['column'])} IS NULL",
    "expect_column_values_to_be_null": lambda kwargs: f"{identifier(kwargs['column'])} IS NOT NULL",
    "expect_column_values_to_be_in_set": _in_set,
    "expect_column_values_to_match_regex": lambda kwargs: (
        f"NOT regexp_matches({identifier(kwargs['column'])}::VARCHAR, {_value(kwargs['regex'])})"
    ),
    "expect_column_values_to_be_between": _between,
    "expect_column_values_to_be_unique": lambda kwargs: (
        f"{identifier(kwargs['column'])} IS NOT NULL AND {_repeated([kwargs['column']])}"
    ),
    "expect_compound_columns_to_be_unique": lambda kwargs: _repeated(kwargs["column_list"]),
    "expect_column_pair_values_a_to_be_greater_than_b": _not_greater,
}


def _row_count_outside(kwargs: Mapping[str, Any]) -> str:
    low, high = kwargs.get("min_value"), kwargs.get("max_value")
    outside = [f"count(*) < {_value(low)}"] if low is not None else []
    outside += [f"count(*) > {_value(high)}"] if high is not None else []
    return " OR ".join(outside) or "false"


TABLE: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "expect_table_row_count_to_be_between": _row_count_outside,
    "expect_table_row_count_to_equal": lambda kwargs: f"count(*) <> {_value(kwargs['value'])}",
}


def _condition(each: Expectation, condition: Any) -> str:
    """To which rows an expectation applies, in the three forms that contracts use."""
    kind = condition.get("type") if isinstance(condition, Mapping) else None
    if kind == "nullity":
        return f"{identifier(condition['column']['name'])} IS {'' if condition['is_null'] else 'NOT '}NULL"
    if kind == "comparison" and condition["operator"] in COMPARISONS:
        name, value = identifier(condition["column"]["name"]), _value(condition["parameter"])
        return f"{name} {COMPARISONS[condition['operator']]} {value}"
    if kind == "comparison" and condition["operator"] == "IN":
        return f"{identifier(condition['column']['name'])} IN ({', '.join(map(_value, condition['parameter']))})"
    raise Unsupported(each.name)


def _value(value: bool | float | Decimal | date | str) -> str:
    """A value of a contract as SQL takes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float | Decimal) else literal(str(value))
