"""The archive: accepted deliveries as immutable Parquet, and the register that says which they are. The truth.

A delivery exists from the moment its register entry does; the entry is written last, whole, with its own checksum.
Refused files leave a record and a report, and nothing else. That a person let a refused file pass is recorded for good:
the register entry of the delivery holds the hash of that record. Deciding what is accepted belongs in `take`.
"""

import hashlib
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from expectations.gate import CheckResult
from orchestration.durable import PRIVATE, SealBroken, file_sha256, sealed, settle, unsealed, write
from orchestration.errors import Homes4AllError

SCRATCH = ".intake-"


class ArchiveDamaged(Homes4AllError):
    """An archived file is not what was written; the message names it."""


@dataclass(frozen=True)
class Delivery:
    """One accepted delivery: what came, when, and where its rows are. `checks` are the outcomes of its expectations.

    `passed_rules` are the change rules that refused it and that a person let pass; `acceptances` the hashes of the
    records that say who and why.
    """

    delivery_id: str
    source: str
    extract: str
    reference_date: date
    file_name: str
    file_sha256: str
    rows: int
    parquet_sha256: str
    contract_version: str
    received_at: datetime
    checks: tuple[CheckResult, ...] = ()
    passed_rules: tuple[str, ...] = ()
    acceptances: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refusal:
    """One refused file as it is on record: the rules it broke, and those of them that a person may let pass."""

    delivery_id: str
    file_name: str
    file_sha256: str
    source: str | None
    extract: str | None
    reference_date: str | None
    rules: tuple[str, ...]
    change_rules: tuple[str, ...] = ()
    compared_with: str | None = None


@dataclass(frozen=True)
class Acceptance:
    """That a named person let a refused delivery pass: these bytes, these rules, compared with this very delivery."""

    delivery_id: str
    file_name: str
    file_sha256: str
    rules: tuple[str, ...]
    compared_with: str | None
    reason: str
    accepted_by: str
    accepted_at: datetime


def newest(deliveries: Iterable[Delivery]) -> dict[tuple[str, str], Delivery]:
    """The delivery with the highest reference date of each extract."""
    by_day = sorted(deliveries, key=lambda each: (each.reference_date, each.delivery_id))
    return {(each.source, each.extract): each for each in by_day}


def delivery_id(what: str, file_sha256: str) -> str:
    """The identity of a delivery: what it claims to be (extract and reference date) and its bytes.

    Bytes alone would not do: an extract in which nothing changed is a new delivery on its new reference date.
    """
    return hashlib.sha256(f"{what}\n{file_sha256}".encode()).hexdigest()[:16]


class Archive:
    """The archive in one folder. One process at a time writes to it: a run holds the lock."""

    def __init__(self, root: Path):
        self.root = root

    def deliveries(self) -> list[Delivery]:
        """All accepted deliveries, by extract and reference date.

        Raises:
            ArchiveDamaged: a register entry is not what was written.
        """
        found = [_entry(path) for path in sorted((self.root / "register").glob("[!.]*.json"))]
        for each in found:
            if each.acceptances:
                self._require_acceptances(each)
        return sorted(found, key=lambda each: (each.source, each.extract, each.reference_date, each.delivery_id))

    def latest(self) -> dict[tuple[str, str], Delivery]:
        """The delivery with the highest reference date of each extract."""
        return newest(self.deliveries())

    def parquet(self, delivery: Delivery, *, verify: bool = True) -> Path:
        """The rows of a delivery, verified; without `verify`, that they are there is all that is looked at.

        Raises:
            ArchiveDamaged: they are missing or not what was written.
        """
        path = self._parquet_path(delivery)
        if not path.is_file():
            raise ArchiveDamaged(f"The archive lacks {path.name} of {delivery.file_name}; restore it from a backup.")
        if not verify:
            return path
        if file_sha256(path) != delivery.parquet_sha256:
            raise ArchiveDamaged(f"The archive's {path.name} of {delivery.file_name} is damaged; restore it.")
        return path

    def accept(self, delivery: Delivery, parquet: Path) -> None:
        """Move the rows into the archive and register the delivery; an earlier refusal of the same file is dropped."""
        settle(parquet, self._parquet_path(delivery))
        write(self.root / "register" / f"{delivery.delivery_id}.json", sealed(asdict(delivery)))
        for path in (self.root / "refused").glob(f"{delivery.delivery_id}.*"):
            path.chmod(0o644)
            path.unlink()

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A private folder on the archive's own disk, removed afterwards, with whatever a crashed run left behind."""
        self.root.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        for left in self.root.glob(f"{SCRATCH}*"):
            shutil.rmtree(left)
        for left in self.root.glob("*/.*.tmp"):
            left.unlink()
        with TemporaryDirectory(prefix=SCRATCH, dir=self.root) as folder:
            yield Path(folder)

    def refuse(self, identity: str, record: dict[str, Any], report: str) -> Path:
        """Record a refused file; returns the report that a partner can act on."""
        write(self.root / "refused" / f"{identity}.json", sealed(record))
        path = self.root / "refused" / f"{identity}.md"
        write(path, report)
        return path

    def refusals(self) -> list[Refusal]:
        """The refused files on record.

        Raises:
            ArchiveDamaged: a record is not what was written.
        """
        return [_refusal(path) for path in sorted((self.root / "refused").glob("[!.]*.json"))]

    def acceptances(self, identity: str) -> list[Acceptance]:
        """That persons let this delivery pass, in the order in which they did.

        Raises:
            ArchiveDamaged: a record is not what was written.
        """
        return [_acceptance(path) for path in self._acceptance_paths(identity)]

    def record_acceptance(self, acceptance: Acceptance) -> Path:
        """Record for good that a person let a delivery pass; no record is ever replaced."""
        number = len(self._acceptance_paths(acceptance.delivery_id)) + 1
        path = self.root / "acceptances" / f"{acceptance.delivery_id}_{number:02}.json"
        if path.exists():
            raise ArchiveDamaged(f"An acceptance before {path.name} is missing; restore the archive from a backup.")
        write(path, sealed(asdict(acceptance)))
        return path

    def acceptance_hashes(self, identity: str) -> tuple[str, ...]:
        """The hashes of the records, for the register entry of the delivery."""
        return tuple(map(file_sha256, self._acceptance_paths(identity)))

    def _acceptance_paths(self, identity: str) -> list[Path]:
        return sorted((self.root / "acceptances").glob(f"{identity}_*.json"))

    def _require_acceptances(self, delivery: Delivery) -> None:
        if lost := {*delivery.acceptances} - {*self.acceptance_hashes(delivery.delivery_id)}:
            raise ArchiveDamaged(
                f"{len(lost)} records of who let {delivery.file_name} pass are missing or were changed; "
                f"restore acceptances/{delivery.delivery_id}_*.json from a backup."
            )

    def _parquet_path(self, delivery: Delivery) -> Path:
        return self.root / "parquet" / delivery.source / delivery.extract / f"{delivery.parquet_sha256}.parquet"


def _entry(path: Path) -> Delivery:
    record = _record(path, "register entry")
    plain = {each.name for each in fields(Delivery)} - {"reference_date", "received_at", "checks"}
    return Delivery(
        **{name: _tupled(value) for name, value in record.items() if name in plain},
        reference_date=date.fromisoformat(record["reference_date"]),
        received_at=datetime.fromisoformat(record["received_at"]),
        checks=_checks(record["checks"]),
    )


def _refusal(path: Path) -> Refusal:
    record = _record(path, "record of a refusal")
    known = {each.name for each in fields(Refusal)} - {"delivery_id", "rules"}
    rules = tuple(each["rule"] for each in record["findings"])
    kept = {name: _tupled(value) for name, value in record.items() if name in known}
    return Refusal(delivery_id=path.stem, rules=rules, **kept)


def _acceptance(path: Path) -> Acceptance:
    record = {name: _tupled(value) for name, value in _record(path, "record of an acceptance").items()}
    accepted_at = datetime.fromisoformat(record.pop("accepted_at"))
    return Acceptance(**record, accepted_at=accepted_at)


def _record(path: Path, kind: str) -> dict[str, Any]:
    try:
        return unsealed(path)
    except SealBroken as broken:
        raise ArchiveDamaged(f"The {kind} {path.name} {broken}; restore it from a backup.") from broken


def _tupled(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _checks(records: Sequence[dict[str, Any]]) -> tuple[CheckResult, ...]:
    return tuple(
        replace(CheckResult(**each), lines=tuple(each["lines"]), columns=tuple(each["columns"])) for each in records
    )
