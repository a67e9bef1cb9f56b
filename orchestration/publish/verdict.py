"""The verdict on a build: what its gates wrote down, weighed against all that should have run.

Publishing trusts nothing but the verdict: it hashes the files again and refuses any that was not judged.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from expectations.gate import CheckResult
from orchestration.durable import file_sha256
from orchestration.errors import GateRefused


def gate_record(stage: str, asset: str, result: CheckResult) -> dict[str, Any]:
    """One check's outcome as it is written down and published: counts and sentences only."""
    return {
        "stage": stage,
        "asset": asset,
        "check_name": result.name,
        "description": result.description,
        "severity": result.severity,
        "passed": result.passed,
        "rows_checked": result.rows,
        "rows_failed": result.failed,
    }


@dataclass(frozen=True)
class Verdict:
    """What all gates said of one build."""

    run_id: str
    passed: bool
    checks: int
    failed: tuple[str, ...]
    warehouse_sha256: str
    candidate_sha256: str
    restricted_sha256: str | None = None


def judge(
    run_id: str,
    records: Iterable[Mapping[str, Any]],
    expected: Iterable[tuple[str, str, str]],
    warehouse: Path,
    candidate: Path,
    restricted: Path | None = None,
) -> Verdict:
    """Weigh the gate records of a build: every expected check ran, and none that blocks failed.

    Args:
        records: gate records (stage, asset, check_name, severity, passed, …).
        expected: the (stage, asset, check_name) that must have run.
        restricted: the encrypted file of household-level rows, if a key is set.
    """
    by_check = {(record["stage"], record["asset"], record["check_name"]): record for record in records}
    never_ran = [f"{'/'.join(check)} (did not run)" for check in expected if check not in by_check]
    refused = [
        "/".join(key) for key, record in by_check.items() if record["severity"] == "error" and not record["passed"]
    ]
    failed = tuple(sorted(never_ran + refused))
    return Verdict(
        run_id=run_id,
        passed=not failed,
        checks=len(by_check),
        failed=failed,
        warehouse_sha256=file_sha256(warehouse),
        candidate_sha256=file_sha256(candidate),
        restricted_sha256=file_sha256(restricted) if restricted else None,
    )


def write_verdict(verdict: Verdict, path: Path) -> None:
    """Write the verdict beside the build."""
    path.write_text(json.dumps(asdict(verdict), indent=1), encoding="utf-8")


def read_verdict(path: Path) -> Verdict:
    """The verdict of a build.

    Raises:
        GateRefused: the gates of this build were never judged.
    """
    if not path.exists():
        raise GateRefused("The newest build has no verdict: its gates did not all run. Start the whole nightly job.")
    content = json.loads(path.read_text(encoding="utf-8"))
    return Verdict(failed=tuple(content.pop("failed")), **content)


def verified(verdict: Verdict, warehouse: Path, candidate: Path, restricted: Path | None = None) -> Verdict:
    """The verdict, if it passed and is about these very files.

    Raises:
        GateRefused: a gate failed, or a file changed after it was judged.
    """
    if not verdict.passed:
        raise GateRefused(f"The gates refused this build: {'; '.join(verdict.failed)}. Nothing was published.")
    files = [(warehouse, verdict.warehouse_sha256), (candidate, verdict.candidate_sha256)]
    if restricted and verdict.restricted_sha256:
        files.append((restricted, verdict.restricted_sha256))
    for path, judged in files:
        if not path.exists() or file_sha256(path) != judged:
            raise GateRefused(
                f"{path.parent.name}/{path.name} is not the file that was judged. Start the whole nightly job."
            )
    return verdict
