"""The process that dbt runs in, as a rule one for each command; for the nightly run one is started ahead.

`python -m orchestration.dbt_process` imports dbt, then obeys orders, a line of JSON each, until its input is closed: it
does so while the first stages are at work. What is built, and what the outcome means, belongs in `dbt_project`.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from orchestration.resources import Builds
from orchestration.settings import Settings

ECHOED = "DBT_ENV_CUSTOM_ENV_"  # dbt repeats such variables in what it writes down
OF_RUN = f"{ECHOED}HOMES4ALL_RUN"
SOURCE_FOLDERS = ("models", "macros", "tests")
SOURCE_FILES = ("dbt_project.yml", "profiles.yml")


def sources_hash(folder: Path) -> str:
    """The sha256 over every file of the project that dbt reads."""
    files = [folder / name for name in SOURCE_FILES]
    files += sorted(path for name in SOURCE_FOLDERS for path in (folder / name).rglob("*") if path.is_file())
    digest = hashlib.sha256()
    for path in files:
        digest.update(str(path.relative_to(folder)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def manifest_of_sources(settings: Settings) -> Path:
    """Where the manifest of the project is, once the sources were compiled as they are now."""
    return settings.dbt_target / "compiled_manifest" / f"{sources_hash(settings.dbt_project)}.json"


def dbt(settings: Settings, arguments: Sequence[str], *, logs: Path) -> subprocess.CompletedProcess[bytes]:
    """Run the dbt of this very Python installation; what it says goes to `dbt.log` in the folder `logs`."""
    command = [str(Path(sys.executable).parent / "dbt"), *_arguments(settings, arguments, logs)]
    return subprocess.run(
        _ends_with_us(command), env=_environment(settings), cwd=settings.dbt_project, capture_output=True, check=False
    )


class Dbt:
    """The dbt of an installation; a process that was started ahead takes the first command."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self._ahead: subprocess.Popen[str] | None = None
        self._sources = ""

    @contextmanager
    def started(self) -> Iterator["Dbt"]:
        """Start a process now. It also parses, where that only reads what was parsed before."""
        settings, command = self.settings, [sys.executable, "-m", "orchestration.dbt_process"]
        self._sources = sources_hash(settings.dbt_project)
        with subprocess.Popen(
            _ends_with_us(command), env=_environment(settings), cwd=settings.dbt_project, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        ) as process:  # fmt: skip
            try:
                self._ahead = process
                if manifest_of_sources(settings).exists():
                    self._order(process, ["--no-write-json", "parse"], settings.dbt_target)
                yield self
            finally:
                self._ahead = None
                process.kill()
                if process.stdin:
                    with suppress(BrokenPipeError):  # by an order that a dead process never read
                        process.stdin.close()

    def run(self, arguments: Sequence[str], *, logs: Path) -> None:
        """Run a command to its end."""
        ahead, self._ahead = self._ahead, None
        if ahead is None or ahead.poll() is not None or self._sources != sources_hash(self.settings.dbt_project):
            dbt(self.settings, arguments, logs=logs)
            return
        self._order(ahead, arguments, logs)
        ahead.communicate()

    def _order(self, process: subprocess.Popen[str], arguments: Sequence[str], logs: Path) -> None:
        order = {"arguments": _arguments(self.settings, arguments, logs), OF_RUN: _environment(self.settings)[OF_RUN]}
        with suppress(BrokenPipeError):  # one that has died leaves nothing behind, and that is noticed
            print(json.dumps(order), file=process.stdin, flush=True)


def _arguments(settings: Settings, arguments: Sequence[str], logs: Path) -> list[str]:
    folders = {"project-dir": settings.dbt_project, "profiles-dir": settings.dbt_project}
    folders |= {"target-path": settings.dbt_target, "log-path": logs}
    stated = [text for name, folder in folders.items() for text in (f"--{name}", str(folder))]
    return ["--quiet", "--no-use-colors", *arguments, *stated]


def _environment(settings: Settings) -> dict[str, str]:
    """The warehouse's path is the same for every build, so that dbt need not parse again."""
    warehouse = Builds(settings.build_dir).folder / "current" / "homes4all.duckdb"
    own = {name: value for name, value in os.environ.items() if "_KEY" not in name}
    of_run = warehouse.parent.resolve().name
    return own | {"HOMES4ALL_WAREHOUSE": str(warehouse), "HOMES4ALL_MEMORY": settings.memory, OF_RUN: of_run}


def _ends_with_us(command: list[str]) -> list[str]:
    """A run that is killed takes its dbt with it."""
    with_us = shutil.which("setpriv")
    return [with_us, "--pdeathsig", "KILL", *command] if with_us else command


def main() -> None:
    """Obey orders; a project that was parsed stays in memory for those that follow."""
    import dbt.task.build  # noqa: F401 (what orders need, as the next)
    import dbt_common.clients.agate_helper  # noqa: F401
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest
    from dbt_common.events.functions import reset_metadata_vars

    parsed: Manifest | None = None
    for line in sys.stdin:
        order = json.loads(line)
        os.environ[OF_RUN] = order[OF_RUN]
        reset_metadata_vars()  # dbt would remember the variables of its first order
        done = dbtRunner(parsed).invoke(order["arguments"])
        parsed = done.result if isinstance(done.result, Manifest) else parsed


if __name__ == "__main__":
    main()
