"""The dbt project: where it is, its parsed manifest, and how it is built.

What a model means is said in `dbt_project/`, never here; in which process dbt runs, in `dbt_process`.
"""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dagster_dbt import DbtProject

from orchestration.dbt_process import ECHOED, OF_RUN, Dbt, dbt, manifest_of_sources
from orchestration.durable import write
from orchestration.errors import Homes4AllError, disk_full
from orchestration.resources import Build
from orchestration.settings import Settings

BRIEF = ("--log-level-file", "info")  # errors, and no line for each statement: a fifth of the time of a build


@dataclass(frozen=True)
class Prepared:
    """The project and the manifest of its sources."""

    project: DbtProject
    manifest: Path


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


def build_models(dbt: Dbt, build: Build, models: Sequence[str], *, tests: bool = True) -> list[dict[str, Any]]:
    """Build and test the models named, or all where none is named; returns what dbt wrote down, an entry a node.

    Without `tests` the models are only built, as a rebuild needs it. Unit tests prove the code and not the night's
    data: they run with the tests of the project, not here.

    Raises:
        Homes4AllError: dbt stopped before it ran anything, or what it wrote down is of another run.
        MachineRefused: the disk is full.
    """
    written = dbt.settings.dbt_target / "run_results.json"
    written.unlink(missing_ok=True)
    selection = ["--select", *models, *(["--indirect-selection", "cautious"] if tests else [])] if models else []
    verb = ["build", "--exclude-resource-type", "unit_test"] if tests else ["run"]
    dbt.run([*BRIEF, *verb, *selection], logs=build.folder)
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
