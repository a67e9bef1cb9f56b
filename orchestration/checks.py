"""The only bridge from expectations to Dagster: check specs from contracts, check results as sentences.

No rule about the data belongs here; counts, columns and line numbers only, never a value.
"""

from collections.abc import Iterable, Sequence

import dagster as dg

from expectations.changes import LATE
from expectations.contract import Contract
from expectations.gate import CheckResult


def check_name(name: str) -> str:
    """A name that Dagster accepts."""
    return "".join(letter if letter.isalnum() else "_" for letter in name)


def numbered(lines: Sequence[int]) -> str:
    """'lines 17, 90, 411', or nothing."""
    if not lines:
        return ""
    return f", line{'s' if len(lines) > 1 else ''} " + ", ".join(str(line) for line in lines)


def sentence(result: CheckResult) -> str:
    """A check's outcome in plain words: '3 of 1,204 rows: check-out before check-in, lines 17, 90, 411'."""
    if result.broken:
        return (
            f"The check itself failed to run: {result.description}. This is an error of the software, not of the data."
        )
    if result.name == LATE:  # says what is the case
        return result.description
    if result.passed:
        return f"{result.rows:,} rows: {result.description}"
    if not result.rows:
        return f"This does not hold: {result.description}"
    columns = f" [{', '.join(result.columns)}]" if result.columns else ""
    text = result.description.removesuffix(".")
    return f"{result.failed:,} of {result.rows:,} rows fail: {text}{columns}{numbered(result.lines)}."


def as_told(result: CheckResult) -> str:
    """A check of files as its page shows it: how many rows passed, or what was found in the words of the check."""
    return sentence(result) if result.passed else result.description


def sentences(results: Iterable[CheckResult]) -> str:
    """What failed, a sentence each."""
    return " ".join(sentence(each) for each in results if not each.passed)


def expectations_table(results: Sequence[CheckResult]) -> dg.TableMetadataValue:
    """All outcomes of a contract's expectations as a table for the page of a check: counts and lines, never values."""
    return dg.MetadataValue.table(
        [
            dg.TableRecord(
                {
                    "expectation": each.description,
                    "severity": each.severity,
                    "outcome": "could not run" if each.broken else "holds" if each.passed else "fails",
                    "rows": each.rows,
                    "rows that fail": each.failed,
                    "lines": ", ".join(map(str, each.lines)),
                }
            )
            for each in results
        ]
    )


def table_check_spec(contract: Contract, asset: dg.AssetKey) -> dg.AssetCheckSpec:
    """One check for a whole published table: that it is what evaluators were promised."""
    return dg.AssetCheckSpec(
        check_name(contract.extract),
        asset=asset,
        description=f"{contract.extract} is what evaluators were promised.",
        blocking=True,
    )


def table_check_result(contract: Contract, results: Sequence[CheckResult], asset: dg.AssetKey) -> dg.AssetCheckResult:
    """Whether a published table keeps its contract; what it breaks is said a sentence each."""
    failed = [each for each in results if not each.passed]
    return dg.AssetCheckResult(
        asset_key=asset,
        check_name=check_name(contract.extract),
        passed=all(each.severity != "error" for each in failed),
        description=sentences(failed) or f"{len(results)} expectations hold.",
        metadata={"expectations": expectations_table(results)},
    )
