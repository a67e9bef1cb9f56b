"""The gate: a contract's expectations run on a frame. Nothing else in the repository knows Great Expectations.

What comes out holds counts, columns and line numbers, never a value. Deciding what a failure means (refuse, warn,
block) belongs to the caller.
"""

import functools
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from types import ModuleType
from typing import TYPE_CHECKING, Any

from expectations.across_rows import JUDGES
from expectations.model import Contract, Expectation, Severity

if TYPE_CHECKING:
    import pandas as pd

ROW = "_row"
LINES_SHOWN = 20
OWN = tuple(JUDGES)


@dataclass(frozen=True)
class CheckResult:
    """The outcome of one expectation; `broken` means that the check itself could not be run."""

    name: str
    description: str
    severity: Severity
    passed: bool
    rows: int
    failed: int
    lines: tuple[int, ...]
    columns: tuple[str, ...]
    broken: bool

    def __add__(self, other: "CheckResult") -> "CheckResult":
        """The outcome of the same expectation over two parts of a table."""
        return replace(
            self,
            passed=self.passed and other.passed,
            rows=self.rows + other.rows,
            failed=self.failed + other.failed,
            lines=(self.lines + other.lines)[:LINES_SHOWN],
            broken=self.broken or other.broken,
        )


def run_gate(contract: Contract, frame: "pd.DataFrame") -> list[CheckResult]:
    """Run all expectations of a contract in one pass; one result each, in the order of the contract.

    The frame holds the canonical columns with their types, and `_row` to name lines by (without it, none are named).
    Nulls are ignored but where an expectation is about nulls.
    """
    if not contract.expectations:
        return []
    asked = [(index, each) for index, each in enumerate(contract.expectations) if each.type not in OWN]
    results, broken = _of_great_expectations(asked, frame) if asked else ({}, set())
    return [
        _own_check(each, frame)
        if each.type in OWN
        else _check(each, len(frame), None if index in broken else results.get(index))
        for index, each in enumerate(contract.expectations)
    ]


def warm_up() -> None:
    """Import Great Expectations ahead of its use, for instance while another process is at work."""
    _any_frame()


@functools.cache
def _great_expectations() -> ModuleType:
    """Imported when a frame is checked: it takes seconds. Its logs would show values of failing rows."""
    import great_expectations as gx

    logging.getLogger("great_expectations").setLevel(logging.CRITICAL + 1)
    return gx


def _of_great_expectations(
    asked: Iterable[tuple[int, Expectation]], frame: "pd.DataFrame"
) -> tuple[dict[int, Any], set[int]]:
    """Its results by the place of the expectation, and the places of those that it cannot make out."""
    gx = _great_expectations()
    expectations, broken = [], set()
    for index, each in asked:
        try:
            expectations.append(_built(gx, each, index))
        except (AttributeError, ValueError):  # no such expectation, or not with these arguments
            broken.add(index)
    return _validated(gx, frame, expectations), broken


def _built(gx: ModuleType, each: Expectation, index: int) -> Any:
    name = "".join(word.capitalize() for word in each.type.split("_"))
    kwargs = {key: datetime.combine(it, time.min) if isinstance(it, date) else it for key, it in each.kwargs.items()}
    return getattr(gx.expectations, name)(**kwargs, meta={"index": index})


def _validated(gx: ModuleType, frame: "pd.DataFrame", expectations: Sequence[Any]) -> dict[int, Any]:
    """Its results; counts and lines only of what does not hold, since they take twice as long as the answer itself."""
    indexed = ROW in frame.columns
    batch = _any_frame().get_batch({"dataframe": frame.set_index(ROW) if indexed else frame})
    results = _asked(gx, batch, expectations, {"result_format": "BOOLEAN_ONLY"})
    failed = [each for each in expectations if not results[each.meta["index"]].success]
    in_full = {
        "result_format": "SUMMARY",
        "exclude_unexpected_values": True,
        "return_unexpected_index_query": False,
        **({"unexpected_index_column_names": [ROW]} if indexed else {}),
    }
    return results | (_asked(gx, batch, failed, in_full) if failed else {})


def _asked(gx: ModuleType, batch: Any, expectations: Sequence[Any], result_format: dict[str, Any]) -> dict[int, Any]:
    suite = gx.ExpectationSuite(name="contract", expectations=list(expectations))
    outcome = batch.validate(suite, result_format=result_format)
    return {result.expectation_config.meta["index"]: result for result in outcome.results}


@functools.cache
def _any_frame() -> Any:
    """What Great Expectations wants around a frame, whichever it is: made once, for it takes longer than a check."""
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = _great_expectations().get_context(mode="ephemeral")
    context.enable_analytics(False)
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("frames").add_dataframe_asset("frame")
    return asset.add_batch_definition_whole_dataframe("all")


def _check(each: Expectation, rows: int, result: Any) -> CheckResult:
    broken = result is None or _crashed(result.exception_info)
    counts = {} if broken else result.result
    passed = not broken and bool(result.success)
    return CheckResult(
        name=each.name,
        description=each.description,
        severity=each.severity,
        passed=passed,
        rows=rows,
        failed=0 if passed or broken else counts.get("unexpected_count", rows),
        lines=_lines(counts),
        columns=each.columns,
        broken=broken,
    )


def _own_check(each: Expectation, frame: "pd.DataFrame") -> CheckResult:
    wrong = JUDGES[each.type](frame, each.kwargs)
    lines = sorted(map(int, frame.loc[wrong, ROW])) if ROW in frame.columns else []
    failed = int(wrong.sum())
    return CheckResult(
        each.name, each.description, each.severity, not failed, len(frame), failed, tuple(lines[:LINES_SHOWN]),
        each.columns, broken=False,
    )  # fmt: skip


def _lines(counts: dict[str, Any]) -> tuple[int, ...]:
    """With values excluded, Great Expectations gives one mapping: the name of the index to all its failing entries."""
    listed = counts.get("partial_unexpected_index_list") or ()
    rows = [row for each in listed if isinstance(each, dict) for row in each.get(ROW, ())]
    return tuple(sorted(map(int, rows))[:LINES_SHOWN])


def _crashed(info: dict[str, Any]) -> bool:
    """Great Expectations tells of a crash in the result itself, flat or once per metric."""
    return any(one.get("raised_exception") for one in (info, *info.values()) if isinstance(one, dict))
