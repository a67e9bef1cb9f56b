"""What lies in the landing: files that are deliveries or look like one, and strays, which are told and ignored.

A stray stops no night. A file looks like a delivery if its name holds that of an extract, or nearly so, and besides a
date or the ending of a table: misnamed, it must not be lost in silence, so `identify` judges it and may refuse it.
Nothing is opened here.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path, PurePosixPath

from expectations.contract import Contract
from orchestration.intake.scan import is_personal_name

Contracts = Mapping[tuple[str, str], Contract]

HIDDEN = (".", "~")
LEFT_BEHIND = {"thumbs.db", "ehthumbs.db", "desktop.ini"}
UNFINISHED = (".part", ".partial", ".tmp", ".filepart", ".crdownload", ".download", ".opdownload")
TABLES = (".csv", ".gz", ".parquet", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".tsv", ".txt", ".zip")
DATE = re.compile(r"(19|20)[0-9]{2}[-_. ]?[0-9]{2}")
NEARLY = 0.85  # of two names: `enrollments` and `enrolments`, `household` and `households`
WITHHELD = "(file {} of the landing; name withheld)"


@dataclass(frozen=True)
class Found:
    """One path in the landing: its place by name, what it may be called, and of a stray the rule that says what it is.

    `name` is withheld (`is_personal`) where it reads as personal data.
    """

    path: Path
    number: int
    name: str
    is_personal: bool
    stray: str | None


def found_in(landing: Path, contracts: Contracts) -> Iterator[Found]:
    """Everything in the landing, in order; what lies in a folder that is told as a stray is not told again."""
    sources = {source for source, _ in contracts}
    paths = sorted(path for path in landing.rglob("*") if not _is_folder_of_deliveries(path, landing, sources))
    folders: set[Path] = set()
    for number, path in enumerate(paths, start=1):
        stray = stray_rule(path, landing, contracts)
        if stray and not folders.isdisjoint(path.parents):
            continue
        if stray and _is_folder(path):
            folders.add(path)
        relative = PurePosixPath(path.relative_to(landing).as_posix())
        is_personal = is_personal_name(relative)
        yield Found(path, number, WITHHELD.format(number) if is_personal else str(relative), is_personal, stray)


def stray_rule(path: Path, landing: Path, contracts: Contracts) -> str | None:
    """The rule of `findings` that says what a stray is; none of a file that is a delivery or looks like one."""
    name = path.name.lower()
    if any(part.startswith(HIDDEN) for part in path.relative_to(landing).parts) or name in LEFT_BEHIND:
        return "stray_left_behind"
    if _is_folder(path):
        return "stray_folder"
    if name.endswith(UNFINISHED):
        return "stray_upload"
    is_table, is_dated = name.endswith(TABLES), DATE.search(name) is not None
    if names_extract(name, contracts) and (is_table or is_dated):
        return None
    return "stray_table" if is_table and is_dated else "stray_file"


def names_extract(name: str, contracts: Contracts) -> bool:
    """Whether the name of a file holds that of an extract, or is nearly one once dates and endings are left out."""
    extracts = {extract for _, extract in contracts}
    words = f"_{re.sub('[^a-z0-9]+', '_', name)}_"
    if any(f"_{extract}_" in words for extract in extracts):
        return True
    bare = re.sub("[^a-z]+", "_", name.partition(".")[0]).strip("_")
    return bool(get_close_matches(bare, extracts, n=1, cutoff=NEARLY))


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _is_folder_of_deliveries(path: Path, landing: Path, sources: set[str]) -> bool:
    return path.parent == landing and path.name in sources and _is_folder(path)
