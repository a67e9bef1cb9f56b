"""The dbt project: where it is, its parsed manifest, and how it is built.

What a model means is said in `dbt_project/`, never here.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dagster_dbt import DbtProject

from orchestration.durable import write
from orchestration.errors import Homes4AllError, disk_full
from orchestration.resources import Build, Builds
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


@dataclass(frozen=True)
class Prepared:
    """The project and the manifest of its sources."""

    project: DbtProject
    manifest: Path


def manifest_of_sources(settings: Settings) -> Path:
    """Where the manifest of the project is, once the sources were compiled as they are now."""
    return settings.dbt_target / "compiled_manifest" / f"{sources_hash(settings.dbt_project)}.json"


def prepared(settings: Settings) -> Prepared:
    """The project with a manifest that fits its sources; compiled again only when a source changed.

    The manifest is a copy of our own: dbt writes its file anew in every run, and a run may be killed meanwhile. It
    holds the SQL of every model, from which its columns are followed; to compile takes a second more than to parse.

    Raises:
        Homes4AllError: dbt cannot compile the project.
    """
    settings.dbt_target.mkdir(parents=True, exist_ok=True)
    project = DbtProject(
        project_dir=settings.dbt_project, profiles_dir=settings.dbt_project, target_path=settings.dbt_target
    )
    manifest = manifest_of_sources(settings)
    if not manifest.exists():
        without_warehouse = ["--no-introspect", "--no-populate-cache"]
        if dbt(settings, ["compile", *without_warehouse], logs=settings.dbt_target).returncode:
            raise Homes4AllError(f"dbt cannot compile its project; see {settings.dbt_target / 'dbt.log'}.")
        shutil.rmtree(manifest.parent, ignore_errors=True)
        write(manifest, project.manifest_path.read_text(encoding="utf-8"))
    return Prepared(project, manifest)


def dbt(settings: Settings, arguments: Sequence[str], *, logs: Path) -> subprocess.CompletedProcess[bytes]:
    """Run the dbt of this very Python installation; what it says goes to `dbt.log` in the folder `logs`.

    The warehouse's path is the same for every build, so that dbt need not parse again.
    """
    warehouse = Builds(settings.build_dir).folder / "current" / "homes4all.duckdb"
    command = [str(Path(sys.executable).parent / "dbt"), "--quiet", "--no-use-colors", *arguments]
    command += ["--project-dir", str(settings.dbt_project), "--profiles-dir", str(settings.dbt_project)]
    command += ["--target-path", str(settings.dbt_target), "--log-path", str(logs)]
    environment = {name: value for name, value in os.environ.items() if "_KEY" not in name}
    environment["HOMES4ALL_WAREHOUSE"] = str(warehouse)
    environment["HOMES4ALL_MEMORY"] = settings.memory
    environment[OF_RUN] = warehouse.parent.resolve().name
    if with_us := shutil.which("setpriv"):  # a run that is killed takes its dbt with it
        command = [with_us, "--pdeathsig", "KILL", *command]
    return subprocess.run(command, env=environment, cwd=settings.dbt_project, capture_output=True, check=False)


def build_models(
    settings: Settings, build: Build, models: Sequence[str], *, tests: bool = True
) -> list[dict[str, Any]]:
    """Build and test the models named, or all where none is named; returns what dbt wrote down, an entry a node.

    Without `tests` the models are only built, as a rebuild needs it. Unit tests prove the code and not the night's
    data: they run with the tests of the project, not here.

    Raises:
        Homes4AllError: dbt stopped before it ran anything, or what it wrote down is of another run.
        MachineRefused: the disk is full.
    """
    written = settings.dbt_target / "run_results.json"
    written.unlink(missing_ok=True)
    selection = ["--select", *models, *(["--indirect-selection", "cautious"] if tests else [])] if models else []
    verb = ["build", "--exclude-resource-type", "unit_test"] if tests else ["run"]
    dbt(settings, [*verb, *selection], logs=build.folder)
    if not written.exists():
        raise Homes4AllError(f"dbt stopped before it built anything; see {build.folder / 'dbt.log'}.")
    told = json.loads(written.read_text(encoding="utf-8"))
    if told["metadata"]["env"].get(OF_RUN.removeprefix(ECHOED)) != build.run_id:
        raise Homes4AllError("dbt was at work twice on this data folder. Start the whole nightly job again.")
    refuse_full_disk(told["results"])
    return told["results"]


def refuse_full_disk(results: Sequence[Mapping[str, Any]]) -> None:
    """Stop if dbt met a full disk, before that reads as an error of a model or a test.

    Raises:
        MachineRefused: it did.
    """
    if full := disk_full(" ".join(each["message"] or "" for each in results)):
        raise full
