"""Taking in: every file in the landing gets a verdict, accepted or refused as a whole; the landing is only ever read.

What is wrong with a file is found in `read`, what changed since the one before in `changes`; what is kept is kept by
`archive`. A bad file never raises.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Literal

from expectations.contract import Contract
from expectations.gate import CheckResult
from orchestration.durable import file_sha256
from orchestration.intake.archive import Archive, Delivery, delivery_id
from orchestration.intake.changes import changes, let_pass
from orchestration.intake.findings import Finding, Unreadable, finding
from orchestration.intake.identify import Identity, files_in, identify
from orchestration.intake.read import read
from orchestration.intake.report import refusal_report
from orchestration.intake.scan import is_personal_name
from orchestration.intake.stage import copy_in

Contracts = Mapping[tuple[str, str], Contract]
Outcome = Literal["accepted", "known", "refused", "postponed"]

WITHHELD = "(file {} of the landing; name withheld)"
CONFLICTS = {"conflicting_delivery", "already_accepted"}


@dataclass(frozen=True)
class DeliveryVerdict:
    """What became of one file in the landing.

    `findings` are the reasons of a refusal, `checks` the outcomes of all expectations (none if the file could not be
    read). A blocking verdict stops the run; a postponed file was changed while it was read.
    """

    file_name: str
    source: str | None
    extract: str | None
    reference_date: date | None
    outcome: Outcome
    delivery: Delivery | None
    findings: tuple[Finding, ...]
    checks: tuple[CheckResult, ...]
    is_blocking: bool
    report: Path | None


@dataclass
class _Drop:
    """One dropped file on its way to a verdict; `parquet` is there once it could be accepted.

    `compared_with` is the delivery before it, `change_rules` those that refuse it, `passed` those a person let pass.
    """

    name: str
    identity: Identity | None = None
    sha256: str = ""
    rows: int = 0
    parquet: Path | None = None
    delivery: Delivery | None = None
    checks: tuple[CheckResult, ...] = ()
    findings: list[Finding] = field(default_factory=list)
    compared_with: str | None = None
    change_rules: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, date] | None:
        """Extract and reference date: of these there is one delivery."""
        return (self.identity.contract.extract, self.identity.reference_date) if self.identity else None

    @property
    def id(self) -> str:
        """The identity under which the file is registered, accepted or refused."""
        return delivery_id(" ".join(map(str, self.key)) if self.key else self.name, self.sha256)


def take_in(landing: Path, archive: Archive, contracts: Contracts, *, now: datetime) -> list[DeliveryVerdict]:
    """Give every file in the landing its verdict; accept what is good, record what is not."""
    landing = landing.resolve()
    accepted = {(each.extract, each.reference_date): each for each in archive.deliveries()}
    with archive.scratch() as scratch:
        drops = []
        for number, path in enumerate(files_in(landing), start=1):
            drop = _Drop(path.relative_to(landing).as_posix())
            drops.append(drop)
            if is_personal_name(PurePosixPath(drop.name)):
                drop.name = WITHHELD.format(number)
                drop.findings.append(finding("personal_file_name", position=number))
                continue
            with TemporaryDirectory(dir=scratch) as private:
                try:
                    drop.identity = identify(path, landing, contracts, now.date() + timedelta(days=1))
                    _examine(drop, drop.identity, path, accepted, contracts, Path(private))
                except Unreadable as problem:
                    drop.findings += problem.findings
        _refuse_conflicts(drops)
        good = [(drop.identity, drop) for drop in drops if drop.parquet and drop.identity and not drop.findings]
        for identity, drop in sorted(good, key=lambda each: each[0].reference_date):
            key = (identity.contract.extract, identity.reference_date)
            if key not in accepted:
                _compare(drop, identity, accepted.values(), archive)
                if not drop.findings:
                    accepted[key] = drop.delivery = _accept(drop, identity, archive, now)
    return [_verdict(drop, accepted, archive, now) for drop in drops]


def _examine(
    drop: _Drop,
    identity: Identity,
    path: Path,
    accepted: Mapping[tuple[str, date], Delivery],
    contracts: Contracts,
    private: Path,
) -> None:
    """Read and check one file, unless its extract and reference date are settled; only good rows stay behind."""
    contract = identity.contract
    staged = copy_in(path, private)
    drop.sha256 = staged.sha256
    if earlier := accepted.get((contract.extract, identity.reference_date)):
        if earlier.file_sha256 != drop.sha256:
            drop.findings.append(finding("already_accepted"))
        return
    with read(staged.path, identity, contracts, private) as readable:
        drop.rows = readable.rows
        drop.findings += readable.findings
        drop.checks = tuple(readable.check())
        drop.findings += _failures(drop.checks, contract)
        if not drop.findings:
            drop.parquet = private.parent / f"{drop.id}.parquet"
            readable.write_parquet(drop.parquet, drop.id)


def _failures(checks: tuple[CheckResult, ...], contract: Contract) -> Iterator[Finding]:
    """The checks that refuse a file, as findings with the partner's own headings."""
    headings = {column.name: column.heading for column in contract.columns}
    italian = {each.name: each.description_it for each in (*contract.expectations, *contract.changes)}
    for each in checks:
        if each.broken and each.severity == "error":
            yield finding("check_broken", name=each.name)
        elif not each.passed and each.severity == "error":
            column = ", ".join(headings[name] for name in each.columns) or None
            yield Finding(each.name, each.description, column, each.lines, each.failed, italian[each.name])


def _refuse_conflicts(drops: list[_Drop]) -> None:
    """Of two good but different files for one extract and reference date, none is accepted."""
    for drop in drops:
        rivals = {other.sha256 for other in drops if other.parquet and other.key == drop.key}
        if drop.parquet and len(rivals) > 1:
            drop.findings.append(finding("conflicting_delivery"))


def _compare(drop: _Drop, identity: Identity, accepted: Collection[Delivery], archive: Archive) -> None:
    """Hold a good file against the delivery before it; what refuses it is a finding, unless a person let it pass."""
    contract, day = identity.contract, identity.reference_date
    if drop.parquet is None:
        raise ValueError(f"{drop.name} has no rows to compare")
    same = sorted((each for each in accepted if each.extract == contract.extract), key=lambda each: each.reference_date)
    before = next((each for each in reversed(same) if each.reference_date < day), None)
    drop.compared_with = before.delivery_id if before else None
    rows_before = archive.parquet(before) if before else None
    found = list(changes(contract, drop.parquet, rows_before, day, same[-1].reference_date if same else None))
    refusing = {each.name for each in found if not each.passed and each.severity == "error"}
    let = {
        rule for each in archive.acceptances(drop.id) if each.compared_with == drop.compared_with for rule in each.rules
    }
    drop.passed = tuple(sorted(refusing & let))
    drop.change_rules = tuple(sorted(refusing - let))
    judged = let_pass(found, drop.passed)
    drop.checks += judged
    drop.findings += _failures(judged, contract)


def _accept(drop: _Drop, identity: Identity, archive: Archive, now: datetime) -> Delivery:
    if drop.parquet is None:
        raise ValueError(f"{drop.name} has no rows to accept")
    delivery = Delivery(
        delivery_id=drop.id,
        source=identity.contract.source,
        extract=identity.contract.extract,
        reference_date=identity.reference_date,
        file_name=drop.name,
        file_sha256=drop.sha256,
        rows=drop.rows,
        parquet_sha256=file_sha256(drop.parquet),
        contract_version=identity.contract.version,
        received_at=now,
        checks=drop.checks,
        passed_rules=drop.passed,
        acceptances=archive.acceptance_hashes(drop.id) if drop.passed else (),
    )
    archive.accept(delivery, drop.parquet)
    return delivery


def _verdict(
    drop: _Drop, accepted: Mapping[tuple[str, date], Delivery], archive: Archive, now: datetime
) -> DeliveryVerdict:
    contract = drop.identity.contract if drop.identity else None
    reference_date = drop.identity.reference_date if drop.identity else None
    rules = {each.rule for each in drop.findings}
    outcome: Outcome = "accepted" if drop.delivery else "known"
    report = None
    if rules:
        outcome = "postponed" if "still_being_written" in rules else "refused"
    if outcome == "refused":
        record = {
            "file_name": drop.name,
            "file_sha256": drop.sha256,
            "source": contract.source if contract else None,
            "extract": contract.extract if contract else None,
            "reference_date": reference_date,
            "refused_at": now,
            "findings": [asdict(each) for each in drop.findings],
            "checks": [asdict(each) for each in drop.checks],
            "change_rules": drop.change_rules,
            "compared_with": drop.compared_with,
        }
        before = next((each.file_name for each in accepted.values() if each.delivery_id == drop.compared_with), None)
        text = refusal_report(drop.name, contract, reference_date, drop.findings, before if drop.change_rules else None)
        report = archive.refuse(drop.id, record, text)
    return DeliveryVerdict(
        file_name=drop.name,
        source=contract.source if contract else None,
        extract=contract.extract if contract else None,
        reference_date=reference_date,
        outcome=outcome,
        delivery=drop.delivery or (accepted.get(drop.key) if outcome == "known" and drop.key else None),
        findings=tuple(drop.findings),
        checks=drop.checks,
        is_blocking=outcome == "refused" and not _superseded(drop, accepted),
        report=report,
    )


def _superseded(drop: _Drop, accepted: Mapping[tuple[str, date], Delivery]) -> bool:
    """Whether a refused file no longer matters: a good delivery of its extract is newer, or as new and no rival."""
    if drop.key is None:
        return False
    extract, day = drop.key
    is_rival = any(each.rule in CONFLICTS for each in drop.findings)
    return any(name == extract and (other > day or (other == day and not is_rival)) for name, other in accepted)
