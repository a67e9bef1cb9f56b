"""`homes4all doctor`: is this installation sound? One finding a question, each with what to do. Nothing is repaired.

How the nights go is asked in `status`, whether archive, ledger and statements are whole in `integrity`.
"""

import os
import re
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from expectations.contract import OUTPUTS, ContractError, load_contracts, load_published
from orchestration.errors import Homes4AllError
from orchestration.notify import smtp_password, ways
from orchestration.operations.integrity import Kept
from orchestration.operations.status import RUNS_AHEAD, disk_of, room_text, runs_that_fit
from orchestration.publish.restricted import NO_KEY, evaluation_key
from orchestration.resources import is_held
from orchestration.settings import PROJECT_ROOT, Settings, variable

State = Literal["ok", "warning", "problem"]

OLDEST_PYTHON = (3, 11)
LOCK = PROJECT_ROOT / "requirements.lock"
LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;]+)\s*(;?)", re.MULTILINE)
COMMANDS = ("dagster", "dagster-daemon", "dagster-webserver", "dbt")
PRIVATE_FOLDERS = ("archive", "build", "dagster", "rebuilt", "statements")
OTHERS = 0o007
OF_DBT = {"HOMES4ALL_WAREHOUSE", "HOMES4ALL_RUN"}
NAMED = 5  # how many of a kind a sentence names


@dataclass(frozen=True)
class Finding:
    """The answer to one question: what was found, and what to do unless it is `ok`."""

    check: str
    state: State
    found: str
    advice: str = ""


def software() -> Iterator[Finding]:
    """Python, and every package against the lock file."""
    own = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST_PYTHON:
        yield Finding("python", "problem", f"Python {own}", "Install Python 3.11 or newer, and run `make setup`.")
    else:
        yield Finding("python", "ok", f"Python {own}")
    yield packages(LOCK.read_text(encoding="utf-8") if LOCK.is_file() else "")
    folder = Path(sys.executable).parent
    if missing := [name for name in COMMANDS if not (folder / name).is_file()]:
        yield Finding("commands", "problem", f"not in {folder}: {', '.join(missing)}", "Run `make setup`.")
    else:
        yield Finding("commands", "ok", f"{', '.join(COMMANDS)} are in {folder}")


def packages(lock: str) -> Finding:
    """The versions that are installed against those of a lock file; what is for other machines may be missing."""
    locked: dict[str, set[str]] = {}
    optional = {name for name, _, conditional in LOCKED.findall(lock) if conditional}
    for name, wanted, _ in LOCKED.findall(lock):
        locked.setdefault(name, set()).add(wanted)
    other: list[str] = []
    for name, wanted in locked.items():
        try:
            installed = version(name)
        except PackageNotFoundError:
            installed = "" if name not in optional else min(wanted)
        if installed not in wanted:
            other.append(f"{name} {installed or 'missing'} instead of {' or '.join(sorted(wanted))}")
    if not locked:
        return Finding("packages", "problem", f"{LOCK.name} is not there", "Install from the source tree.")
    if other:
        more = f" and {len(other) - NAMED} more" if len(other) > NAMED else ""
        return Finding("packages", "problem", "; ".join(other[:NAMED]) + more, "Run `make setup`.")
    return Finding("packages", "ok", f"{len(locked)} packages, all as in {LOCK.name}")


def environment(settings: Settings, variables: Mapping[str, str]) -> Iterator[Finding]:
    """Variables that no setting reads, the time zone, and the key of the restricted file."""
    known = {variable(name) for name in Settings.model_fields} | OF_DBT
    unknown = sorted(each for each in variables if each.startswith("HOMES4ALL_") and each not in known)
    if unknown:
        advice = "They change nothing; is it a slip? docs/operations.md lists the settings."
        yield Finding("settings", "warning", f"no such settings: {', '.join(unknown)}", advice)
    else:
        yield Finding("settings", "ok", "every HOMES4ALL_ variable of the environment is a setting")
    try:
        zone = ZoneInfo(settings.time_zone)
        yield Finding("time_zone", "ok", f"{settings.time_zone}, where it is {datetime.now(zone):%H:%M}")
    except (ZoneInfoNotFoundError, ValueError):
        advice = "Set HOMES4ALL_TIME_ZONE, as in Europe/Rome."
        yield Finding("time_zone", "problem", f"{settings.time_zone} is no time zone", advice)
    try:
        key = evaluation_key(settings)
        yield Finding("evaluation_key", "ok", "set, long enough and closed to others" if key else NO_KEY)
    except Homes4AllError as refused:
        yield Finding("evaluation_key", "problem", str(refused), "The release stage of every run stops until then.")
    except OSError as refused:
        advice = "Let the user of the service read it."
        yield Finding("evaluation_key", "problem", f"cannot be read: {os.strerror(refused.errno or 0)}", advice)


def told(settings: Settings) -> Finding:
    """Whether anybody is told when a run fails. Nothing is sent."""
    if not (named := ways(settings)):
        advice = "Set HOMES4ALL_WEBHOOK, or HOMES4ALL_SMTP and HOMES4ALL_MAIL_TO; or let monitoring ask the status."
        return Finding("told", "warning", "nobody is told when a run fails", advice)
    try:
        password = smtp_password(settings)
    except (Homes4AllError, OSError) as refused:
        unreadable = f"{settings.smtp_password_file} cannot be read"
        text = str(refused) if isinstance(refused, Homes4AllError) else unreadable
        return Finding("told", "problem", text, "No e-mail is sent until then.")
    if settings.smtp and settings.smtp.username and not password:
        advice = "Set HOMES4ALL_SMTP_PASSWORD_FILE, or take the user away. No e-mail is sent until then."
        return Finding("told", "problem", "HOMES4ALL_SMTP names a user, and there is no password", advice)
    return Finding("told", "ok", f"by {' and '.join(named)}; try it with `homes4all notify`")


def folders(settings: Settings) -> Iterator[Finding]:
    """Whether the data folder can be written, belongs to this user, and keeps rows of households from others."""
    data, landing = settings.data.resolve(), settings.landing_dir
    if not data.is_dir():
        yield Finding("data", "warning", f"{data} is not there yet", "The first run makes it; or set HOMES4ALL_DATA.")
    elif reason := unwritable(data):
        yield Finding("data", "problem", f"{data} cannot be written: {reason}", "Give it to the user of the service.")
    else:
        yield Finding("data", "ok", f"{data} can be written")
    mine, parts = os.geteuid(), [each for each in (data, *data.glob("*")) if each.exists()]
    if foreign := sorted(each.name for each in parts if each.stat().st_uid != mine and each.name != "sample"):
        advice = f"Run as their owner, or `chown -R` them; a run as another user stops. This is user {mine}."
        yield Finding("owner", "problem", f"other users own {', '.join(foreign)} in {data}", advice)
    else:
        yield Finding("owner", "ok", "everything belongs to this user")
    opened = [name for name in PRIVATE_FOLDERS if (data / name).is_dir() and (data / name).stat().st_mode & OTHERS]
    if opened:
        advice = f"They hold rows of households. Run: chmod o-rwx {' '.join(str(data / name) for name in opened)}"
        yield Finding("private", "problem", f"every user of the machine can look into {', '.join(opened)}", advice)
    else:
        yield Finding("private", "ok", "folders with rows of households are closed to other users")
    if landing.is_dir() and os.access(landing, os.R_OK | os.X_OK):
        yield Finding("landing", "ok", f"{landing} can be read")
    else:
        advice = "Make it and let the service read it, or set HOMES4ALL_LANDING."
        yield Finding("landing", "warning", f"{landing} is not there, or cannot be read", advice)
    disk = disk_of(settings)
    state: State = "problem" if runs_that_fit(disk) < 1 else "warning" if runs_that_fit(disk) < RUNS_AHEAD else "ok"
    advice = "" if state == "ok" else "Make room, or keep fewer builds (HOMES4ALL_BUILDS_KEPT)."
    yield Finding("disk", state, room_text(disk), advice)


def unwritable(folder: Path) -> str:
    """Why a folder cannot be written; nothing if it can. A file is made for a moment, since root may do anything."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return ""
    except OSError as refused:
        return os.strerror(refused.errno or 0)


def store(settings: Settings) -> Iterator[Finding]:
    """Dagster's home: its configuration, and whether its databases are whole."""
    home = settings.dagster_home
    databases = sorted(home.rglob("*.db"))
    if not databases:
        yield Finding("dagster", "ok", f"{home} is not made yet; the first run makes it")
        return
    broken = [path.relative_to(home).as_posix() for path in databases if not is_whole(path)]
    if broken:
        advice = f"Move {home} away when no run is at work: the history of runs is lost, no delivery is."
        yield Finding("dagster", "problem", f"damaged: {', '.join(broken[:NAMED])}", advice)
    else:
        yield Finding("dagster", "ok", f"{len(databases)} databases of runs are whole")


def is_whole(database: Path) -> bool:
    """Whether SQLite finds a database in order."""
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True, timeout=10)) as con:
            return con.execute("pragma quick_check").fetchone() == ("ok",)
    except sqlite3.Error:
        return False


def project(settings: Settings) -> Iterator[Finding]:
    """Whether the contracts can be used and dbt can parse its project: in a folder of its own, unless a run has."""
    from orchestration.dbt_process import manifest_of_sources
    from orchestration.dbt_project import prepared

    try:
        extracts = load_contracts(settings.contracts)
        outputs = sum(len(load_published(settings.contracts, each)) for each in OUTPUTS)
        yield Finding("contracts", "ok", f"{len(extracts)} extracts and {outputs} tables of ours")
    except ContractError as wrong:
        yield Finding("contracts", "problem", str(wrong), "Mend the contract, or take it from the release again.")
    if manifest_of_sources(settings).exists():
        yield Finding("dbt", "ok", "the project was parsed as it is now")
        return
    with tempfile.TemporaryDirectory(prefix="homes4all-doctor-") as folder:
        try:
            prepared(settings.model_copy(update={"data": Path(folder)}))
            yield Finding("dbt", "ok", "the project can be parsed")
        except Homes4AllError:
            advice = f"Run: dbt parse --project-dir {settings.dbt_project} --profiles-dir {settings.dbt_project}"
            yield Finding("dbt", "problem", "the project cannot be parsed", advice)


def lock(settings: Settings, now: datetime) -> Finding:
    """Whether a run holds the lock, and for longer than any run takes. No lock outlives its process."""
    if not is_held(settings.lock_file):
        return Finding("lock", "ok", "no run is at work")
    current = settings.build_dir / "current"
    age = now.timestamp() - current.lstat().st_mtime if current.is_symlink() else 0
    if age > timedelta(hours=settings.overdue_hours).total_seconds():
        advice = f"See which process with `fuser -v {settings.lock_file}`, and stop it; the next run begins anew."
        return Finding("lock", "problem", f"a run that began {age / 3600:.0f} hours ago still holds the lock", advice)
    return Finding("lock", "ok", "a run is at work")


def kept_findings(found: Kept, now: datetime, *, deep: bool) -> Iterator[Finding]:
    """Archive, ledger and statements, and the clock against the newest thing that they hold."""
    how = "every byte is as it was written" if deep else "seals are whole; --deep reads all bytes"
    amount = f"{found.deliveries} deliveries and {found.statements} statements"
    if found.damage:
        more = f" And {len(found.damage) - NAMED} more." if len(found.damage) > NAMED else ""
        advice = "Restore what is named from a backup (docs/operations.md); do not delete anything."
        yield Finding("archive", "problem", " ".join(found.damage[:NAMED]) + more, advice)
    else:
        yield Finding("archive", "ok", f"{amount}: {how}")
    if found.newest and found.newest > now:
        text = (
            f"it is {now:%Y-%m-%d %H:%M} UTC by the clock; the archive holds something of {found.newest:%Y-%m-%d %H:%M}"
        )
        yield Finding("clock", "problem", text, "Set the clock (`timedatectl`) before the next run.")
    else:
        yield Finding("clock", "ok", f"{now:%Y-%m-%d %H:%M} UTC, after everything in the archive")


def shell() -> Finding:
    """What else a run uses of the machine."""
    if shutil.which("setpriv"):
        return Finding("setpriv", "ok", "a run that is killed takes its dbt with it")
    return Finding(
        "setpriv", "warning", "setpriv is not installed", "Install util-linux: else a killed run leaves dbt."
    )


def examine(
    settings: Settings, found: Kept, *, now: datetime, deep: bool, variables: Mapping[str, str]
) -> list[Finding]:
    """All findings, in the order in which an operator would mend them.

    Args:
        settings: of the installation.
        found: what archive, ledger and statements hold.
        now: what the clock says.
        deep: whether `found` rests on all bytes.
        variables: of the environment.
    """
    return [
        *software(),
        shell(),
        *environment(settings, variables),
        told(settings),
        *folders(settings),
        *kept_findings(found, now, deep=deep),
        lock(settings, now),
        *store(settings),
        *project(settings),
    ]
