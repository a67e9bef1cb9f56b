"""What becomes of one dropped file: on its way, and the verdict on it, with the record and report of a refusal.

Finding out what is wrong belongs elsewhere.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from expectations.gate import CheckResult
from orchestration.intake.archive import Archive, Delivery, delivery_id
from orchestration.intake.findings import Finding
from orchestration.intake.identify import CONTROL_FORMAT, Identity
from orchestration.intake.report import refusal_report

Outcome = Literal["accepted", "known", "refused", "postponed", "ignored"]

CONFLICTS = {"conflicting_delivery", "already_accepted"}


@dataclass(frozen=True)
class DeliveryVerdict:
    """What became of one file in the landing.

    `findings` are the reasons of a refusal, `checks` the outcomes of all expectations (none if the file could not be
    read). A blocking verdict stops the run; a postponed file was changed while it was read; an ignored one is no
    delivery. `change_rules` are those that refuse it and that a person may let pass.
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
    change_rules: tuple[str, ...] = ()


@dataclass
class Drop:
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
    def is_control(self) -> bool:
        """Whether it is a file of control totals, and no delivery."""
        return self.identity is not None and self.identity.format == CONTROL_FORMAT

    @property
    def id(self) -> str:
        """The identity under which the file is registered, accepted or refused."""
        return delivery_id(" ".join(map(str, self.key)) if self.key else self.name, self.sha256)


def verdict_of(
    drop: Drop, accepted: Mapping[tuple[str, date], Delivery], archive: Archive, now: datetime
) -> DeliveryVerdict:
    """What became of a dropped file; a refusal is recorded, with its report."""
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
        change_rules=drop.change_rules,
    )


def ignored(name: str, why: Finding) -> DeliveryVerdict:
    """The verdict on what is no delivery; nothing of it is read or recorded."""
    return DeliveryVerdict(name, None, None, None, "ignored", None, (why,), (), is_blocking=False, report=None)


def _superseded(drop: Drop, accepted: Mapping[tuple[str, date], Delivery]) -> bool:
    """Whether a refused file no longer matters: a good delivery of its extract is newer, or as new and no rival."""
    if drop.key is None:
        return False
    extract, day = drop.key
    is_rival = any(each.rule in CONFLICTS for each in drop.findings)
    return any(name == extract and (other > day or (other == day and not is_rival)) for name, other in accepted)
