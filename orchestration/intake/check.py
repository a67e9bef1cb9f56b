"""A partner's own check: the verdict that the intake would give on a file, on any machine, with nothing kept.

The same reading and the same rules as in `take`, without an archive: what changed since the delivery before is asked
only if that file is given too. Great Expectations, Dagster and dbt are not needed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from orchestration.errors import UsageError
from orchestration.intake.changes import changes
from orchestration.intake.examine import Contracts, examine, failures, refuse_conflicts
from orchestration.intake.findings import Finding, Unreadable, finding
from orchestration.intake.identify import CONTROL_FORMAT, identify
from orchestration.intake.links import LINKS, same_household
from orchestration.intake.read import ReadFile
from orchestration.intake.scan import is_personal_name
from orchestration.intake.stage import copy_in
from orchestration.intake.verdict import Drop

WITHHELD = "(file {}; name withheld)"


@dataclass(frozen=True)
class Checked:
    """The verdict on one file: accepted if nothing was found; `notes` are what would be noted and not refused.

    `titles` are the Italian titles of its headings; `compared` says whether the change rules were asked.
    """

    file_name: str
    extract: str | None
    reference_date: date | None
    rows: int
    findings: tuple[Finding, ...]
    notes: tuple[Finding, ...]
    titles: dict[str, str]
    compared: bool

    @property
    def is_accepted(self) -> bool:
        """Whether the intake would take it in, as far as can be known here."""
        return not self.findings


def check_files(
    paths: Sequence[Path], contracts: Contracts, *, today: date, before: Sequence[Path] = ()
) -> list[Checked]:
    """The verdict on each file; control files are read with their delivery, given or lying beside it.

    Args:
        paths: the files, each named as a delivery or as its control file.
        contracts: of all extracts.
        today: reference dates lie no later than the day after.
        before: earlier deliveries of the same extracts, to ask what changed since.

    Raises:
        UsageError: a file is not there, or one given as earlier is not in order or belongs to none of the others.
    """
    for path in (*paths, *before):
        if not path.exists():
            raise UsageError(f"There is no file {path.name}.")
    with TemporaryDirectory(prefix="homes4all-check-") as scratch:
        drops = _examined(paths, contracts, today, Path(scratch))
        earlier = _earlier(before, drops, contracts, today, Path(scratch))
        refuse_conflicts(drops)
        links = [drop.parquet for drop in drops if drop.parquet and drop.identity and drop.identity.key == LINKS]
        keys = same_household(links[-1] if links else None)
        return [_checked(drop, earlier.get(drop.name), keys) for drop in drops if drop.findings or not drop.is_control]


def _examined(paths: Sequence[Path], contracts: Contracts, today: date, scratch: Path) -> list[Drop]:
    drops = []
    for number, path in enumerate(paths, start=1):
        drop = Drop(path.name)
        drops.append(drop)
        if is_personal_name(PurePosixPath(path.name)):
            drop.name = WITHHELD.format(number)
            drop.findings.append(finding("personal_file_name", position=number))
            continue
        with TemporaryDirectory(dir=scratch) as private:
            try:
                drop.identity = identify(path, path.parent, contracts, today + timedelta(days=1))
                if drop.is_control:
                    _require_delivery(path, paths)
                    continue
                staged = copy_in(path, Path(private))
                drop.sha256 = staged.sha256
                files = [path.with_name(drop.identity.control_name), *paths]
                controls = {each.name: each for each in files if each.is_file()}.values()
                examine(drop, drop.identity, staged.path, controls, contracts, Path(private), ReadFile.check_in_sql)
            except Unreadable as problem:
                drop.findings += problem.findings
    return drops


def _require_delivery(control: Path, paths: Iterable[Path]) -> None:
    stem = control.name.removesuffix(CONTROL_FORMAT)
    if not any(each.name != control.name and each.name.startswith(stem) for each in paths):
        raise Unreadable(finding("control_without_file"))


def _earlier(
    before: Sequence[Path], drops: Sequence[Drop], contracts: Contracts, today: date, scratch: Path
) -> dict[str, Drop]:
    """The earlier delivery of each file, by the file's name."""
    found: dict[str, Drop] = {}
    for earlier in _examined(before, contracts, today, scratch):
        if earlier.parquet is None or earlier.findings or earlier.identity is None:
            raise UsageError(f"{earlier.name}, given as the delivery before, is not in order; check it first.")
        day, extract = earlier.identity.reference_date, earlier.identity.contract.extract
        later = [
            drop.name
            for drop in drops
            if drop.identity and drop.identity.contract.extract == extract and drop.identity.reference_date > day
        ]
        if not later:
            raise UsageError(f"{earlier.name}, given as the delivery before, comes before none of the files to check.")
        found |= dict.fromkeys(later, earlier)
    return found


def _checked(drop: Drop, earlier: Drop | None, keys: Mapping[str, str]) -> Checked:
    contract = drop.identity.contract if drop.identity else None
    compared = False
    if drop.identity and drop.parquet and not drop.findings and earlier and earlier.identity:
        day = earlier.identity.reference_date
        reference_date = drop.identity.reference_date
        found = list(changes(drop.identity.contract, drop.parquet, earlier.parquet, reference_date, day, keys))
        drop.checks += tuple(found)
        drop.findings += failures(found, drop.identity.contract)
        compared = True
    return Checked(
        file_name=drop.name,
        extract=f"{contract.source}/{contract.extract}" if contract else None,
        reference_date=drop.identity.reference_date if drop.identity else None,
        rows=drop.rows,
        findings=tuple(drop.findings),
        notes=tuple(failures(drop.checks, contract, "warning")) if contract else (),
        titles={column.heading: column.title_it for column in contract.columns} if contract else {},
        compared=compared,
    )
