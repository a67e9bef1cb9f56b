"""The nightly job from the command line: run it, say how it went, and which exit code that is.

What the job does is in `orchestration.assets`.
"""

import os
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import dagster as dg

from orchestration.assets.reports import STEP
from orchestration.dbt_process import Dbt
from orchestration.definitions import build_defs
from orchestration.durable import PRIVATE
from orchestration.errors import GateRefused, ReportFailed
from orchestration.failures import failure_of
from orchestration.jobs import COMMAND, NIGHTLY, STARTED_BY
from orchestration.notify import OutsideSteps
from orchestration.resources import exclusive
from orchestration.run_store import quick_store, readable_store
from orchestration.settings import PROJECT_ROOT, Settings


@dataclass(frozen=True)
class Outcome:
    """How a run ended: published, or refused with one sentence per failed check."""

    run_id: str
    refusals: tuple[str, ...]


def prepare_home(settings: Settings) -> Path:
    """Dagster's home folder, with the project's configuration; Dagster's processes find it in the environment."""
    home = settings.dagster_home
    home.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    os.environ["DAGSTER_HOME"] = str(home)
    os.environ["DAGSTER_REDACT_USER_CODE_ERRORS"] = "1"
    with exclusive(home / "prepared.lock", wait=True):  # two processes that make Dagster's databases at once break them
        shutil.copyfile(PROJECT_ROOT / "orchestration" / "dagster.yaml", home / "dagster.yaml")
        with dg.DagsterInstance.get():
            pass
    return home


def run_nightly(settings: Settings, *, as_of: date | None = None, dbt: Dbt | None = None) -> Outcome:
    """Run the nightly job in this process.

    Args:
        as_of: the day to compute as of; the last complete one if none is given.
        dbt: one that was started ahead.

    Raises:
        RunLocked: another run is at work on the same data folder.
        MachineRefused: the disk is full, or a folder cannot be written.
        UsageError: `as_of` lies beyond what the registers cover.
        GateRefused: a stage refused to go on for a reason that is no check.
        ReportFailed: all was published, but the report of it.
    """
    with OutsideSteps(settings), readable_store(settings), quick_store():
        result = _executed(settings, as_of, dbt or Dbt(settings))
        refusals = tuple(failed_checks(result))
        steps_failed = any(event.is_step_failure for event in result.all_events)
        if not result.success and not refusals and not steps_failed:
            with exclusive(settings.lock_file):
                raise failure_of(result)
        if result.success and not refusals and not result.asset_materializations_for_node("publish"):
            raise GateRefused("The run ended without publishing, though no check failed; see the run in the UI.")
    if steps_failed and not refusals:
        stopped = failure_of(result)
        if failed_at(result, STEP):
            raise ReportFailed(f"The new file was published, but its report was not written. {stopped}")
        raise stopped
    return Outcome(run_id=result.run_id, refusals=refusals)


def _executed(settings: Settings, as_of: date | None, dbt: Dbt) -> dg.ExecuteInProcessResult:
    with exclusive(settings.lock_file):
        pass
    prepare_home(settings)
    job = build_defs(settings, resource_overrides={"builder": dbt}).resolve_job_def(NIGHTLY)
    config = {"ops": {"raw": {"config": {"as_of": as_of.isoformat() if as_of else None}}}}
    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    with dg.DagsterInstance.get() as instance:
        return job.execute_in_process(
            run_config=config | quiet, instance=instance, raise_on_error=False, tags={STARTED_BY: COMMAND}
        )


def failed_at(result: dg.ExecuteInProcessResult, step: str) -> bool:
    """Whether a run failed at a step and at no other."""
    return {each.step_key for each in result.all_events if each.is_step_failure} == {step}


def failed_checks(result: dg.ExecuteInProcessResult) -> list[str]:
    """One sentence per blocking check that failed."""
    return [
        f"{check.asset_key.to_user_string()}: {check.description or check.check_name}"
        for check in result.get_asset_check_evaluations()
        if not check.passed and check.severity == dg.AssetCheckSeverity.ERROR
    ]


def process_environment(settings: Settings) -> dict[str, str]:
    """The environment of Dagster's own processes: these very settings, wherever they came from."""
    paths = {"HOMES4ALL_DATA": settings.data.resolve(), "HOMES4ALL_LANDING": settings.landing_dir}
    return {**os.environ, **{name: str(path) for name, path in paths.items()}}
