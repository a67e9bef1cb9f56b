"""One dropped file examined whole: read, held against its control totals and its contract, its good rows written out.

Shared by the nightly intake (`take`), which keeps what is good, and by a partner's own check (`check`), which keeps
nothing. Whether a file is new, and what changed since the one before, is asked there.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from expectations.contract import Contract
from expectations.gate import CheckResult
from orchestration.intake.control import disagreements, read_control
from orchestration.intake.findings import Finding, finding
from orchestration.intake.identify import Identity
from orchestration.intake.read import ReadFile, read
from orchestration.intake.verdict import Drop

Contracts = Mapping[tuple[str, str], Contract]
Gate = Callable[[ReadFile], list[CheckResult]]


def examine(
    drop: Drop,
    identity: Identity,
    staged: Path,
    files: Collection[Path],
    contracts: Contracts,
    private: Path,
    gate: Gate = ReadFile.check,
) -> None:
    """Note all that is wrong with a staged copy; if nothing is, its canonical rows are left beside `private`.

    Args:
        drop: gets rows, checks, findings and the path of the rows.
        identity: what the name of the file says.
        staged: a copy of the file in `private`.
        files: all files of the landing; one of them may be its control file.
        contracts: all contracts, to tell one extract from another.
        private: a folder of this file alone.
        gate: what runs the expectations.

    Raises:
        Unreadable: the file, or its control file, cannot be read any further.
    """
    contract = identity.contract
    with read(staged, identity, contracts, private) as readable:
        drop.rows = readable.rows
        drop.findings += readable.findings
        if not drop.findings:
            for control in files:
                if control.name == identity.control_name:
                    _reconcile(drop, readable, control, private)
        rows = private.parent / f"{drop.id}.parquet"
        with ThreadPoolExecutor(max_workers=1) as beside:  # the gate is Python, and DuckDB can write meanwhile
            written = None if drop.findings else beside.submit(readable.write_parquet, rows, drop.id)
            checks = tuple(gate(readable))
        drop.checks += checks
        drop.findings += failures(checks, contract)
        if written:
            written.result()
            if drop.findings:
                rows.unlink()
            else:
                drop.parquet = rows


def _reconcile(drop: Drop, readable: ReadFile, control: Path, private: Path) -> None:
    """Hold what was read against a control file that the partner dropped."""
    if readable.contract.file is None:
        raise ValueError(f"{readable.contract.extract} is not delivered as a file")
    with TemporaryDirectory(dir=private) as folder:
        totals = read_control(control, readable.contract, readable.contract.file, Path(folder))
    check, findings = disagreements(readable.con, readable.contract, totals)
    drop.checks += (check,)
    drop.findings += findings


def failures(checks: Sequence[CheckResult], contract: Contract, severity: str = "error") -> Iterator[Finding]:
    """The checks of a severity that did not pass, as findings with the partner's own headings."""
    headings = {column.name: column.heading for column in contract.columns}
    italian = {each.name: each.description_it for each in (*contract.expectations, *contract.changes)}
    for each in checks:
        if each.severity != severity or each.passed:
            continue
        if each.broken:
            yield finding("check_broken", name=each.name)
        else:
            column = ", ".join(headings[name] for name in each.columns) or None
            yield Finding(each.name, each.description, column, each.lines, each.failed, italian[each.name])


def refuse_conflicts(drops: Collection[Drop]) -> None:
    """Of two good but different files for one extract and reference date, none is accepted."""
    for drop in drops:
        rivals = {other.sha256 for other in drops if other.parquet and other.key == drop.key}
        if drop.parquet and len(rivals) > 1:
            drop.findings.append(finding("conflicting_delivery"))
