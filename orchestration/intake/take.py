"""Taking in: every file in the landing gets a verdict, accepted or refused as a whole; the landing is only ever read.

What is wrong with a file is found in `examine`, what changed since the one before in `changes`; what is kept is kept by
`archive`. A bad file never raises.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from orchestration.durable import file_sha256
from orchestration.intake.archive import Archive, Delivery, newest
from orchestration.intake.changes import changes, let_pass
from orchestration.intake.examine import Contracts, examine, failures, refuse_conflicts
from orchestration.intake.findings import Unreadable, finding
from orchestration.intake.identify import CONTROL_FORMAT, Identity, identify
from orchestration.intake.landing import found_in
from orchestration.intake.links import LINKS, same_household
from orchestration.intake.stage import copy_in
from orchestration.intake.verdict import DeliveryVerdict, Drop, ignored, verdict_of


def take_in(landing: Path, archive: Archive, contracts: Contracts, *, now: datetime) -> list[DeliveryVerdict]:
    """Give every file in the landing its verdict; accept what is good, record what is not, ignore strays."""
    landing = landing.resolve()
    accepted = {(each.extract, each.reference_date): each for each in archive.deliveries()}
    found = list(found_in(landing, contracts))
    files = [each.path for each in found if not each.stray]
    with archive.scratch() as scratch:
        drops = []
        for each in found:
            if each.stray:
                continue
            path, drop = each.path, Drop(each.name)
            drops.append(drop)
            if each.is_personal:
                drop.findings.append(finding("personal_file_name", position=each.number))
                continue
            with TemporaryDirectory(dir=scratch) as private:
                try:
                    drop.identity = identify(path, landing, contracts, now.date() + timedelta(days=1))
                    if drop.is_control:
                        _require_delivery(drop.identity, files, accepted)
                    else:
                        _examine(drop, drop.identity, path, files, accepted, contracts, Path(private))
                except Unreadable as problem:
                    drop.findings += problem.findings
        drops = [drop for drop in drops if drop.findings or not drop.is_control]
        refuse_conflicts(drops)
        good = [(drop.identity, drop) for drop in drops if drop.parquet and drop.identity and not drop.findings]
        for identity, drop in sorted(good, key=lambda each: _order(each[0])):
            key = (identity.contract.extract, identity.reference_date)
            if key not in accepted:
                _compare(drop, identity, accepted.values(), archive)
                if not drop.findings:
                    accepted[key] = drop.delivery = _accept(drop, identity, archive, now)
    strays = [ignored(each.name, finding(each.stray)) for each in found if each.stray]
    return [*(verdict_of(drop, accepted, archive, now) for drop in drops), *strays]


def _order(identity: Identity) -> tuple[bool, date]:
    """Links of households come first: by them the others are compared."""
    return identity.key != LINKS, identity.reference_date


def _examine(
    drop: Drop,
    identity: Identity,
    path: Path,
    files: Collection[Path],
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
    examine(drop, identity, staged.path, files, contracts, private)


def _require_delivery(
    identity: Identity, files: Collection[Path], accepted: Mapping[tuple[str, date], Delivery]
) -> None:
    """A control file is read with its delivery; once that is accepted it says nothing more."""
    name = identity.control_name
    is_there = any(each.name != name and each.name.startswith(name.removesuffix(CONTROL_FORMAT)) for each in files)
    if not is_there and (identity.contract.extract, identity.reference_date) not in accepted:
        raise Unreadable(finding("control_without_file"))


def _compare(drop: Drop, identity: Identity, accepted: Collection[Delivery], archive: Archive) -> None:
    """Hold a good file against the delivery before it; what refuses it is a finding, unless a person let it pass."""
    contract, day = identity.contract, identity.reference_date
    if drop.parquet is None:
        raise ValueError(f"{drop.name} has no rows to compare")
    same = sorted((each for each in accepted if each.extract == contract.extract), key=lambda each: each.reference_date)
    before = next((each for each in reversed(same) if each.reference_date < day), None)
    drop.compared_with = before.delivery_id if before else None
    rows_before = archive.parquet(before) if before else None
    links = newest(each for each in accepted if (each.source, each.extract) == LINKS).get(LINKS)
    keys = same_household(archive.parquet(links) if links else None)
    found = list(changes(contract, drop.parquet, rows_before, day, same[-1].reference_date if same else None, keys))
    refusing = {each.name for each in found if not each.passed and each.severity == "error"}
    let = {
        rule for each in archive.acceptances(drop.id) if each.compared_with == drop.compared_with for rule in each.rules
    }
    drop.passed = tuple(sorted(refusing & let))
    drop.change_rules = tuple(sorted(refusing - let))
    judged = let_pass(found, drop.passed)
    drop.checks += judged
    drop.findings += failures(judged, contract)


def _accept(drop: Drop, identity: Identity, archive: Archive, now: datetime) -> Delivery:
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
