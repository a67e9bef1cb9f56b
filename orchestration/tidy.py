"""What is old and can be done without goes, by age: runs in Dagster's history, builds, rebuilt days, left scratch.

Never touched: archive, statements, ledger, what is published, what is at work, and the newest build. What Dagster was
told outside a run stays as well, since it has no way to remove it: about 300 KB of charts for a night without news.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg

from orchestration.failures import readable_failures
from orchestration.resources import build_began_at
from orchestration.run_lock import RunLock
from orchestration.settings import Settings

JOB = "tidy"
WEEKLY = "0 12 * * 0"  # no run is likely, and whoever wonders is awake
FINISHED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
SCRATCH = (".verify-*", ".unit-tests-*", ".restore-*", "rebuilt/.making-*")
SCRATCH_AGE = timedelta(days=1)


@dataclass(frozen=True)
class Tidied:
    """How many of each are gone."""

    runs: int
    builds: int
    rebuilt: int
    scratch: int

    def sentence(self, days: int) -> str:
        """What was removed, in words."""
        return (
            f"Removed what is older than {days} days: {self.runs} runs of Dagster's history, {self.builds} builds, "
            f"{self.rebuilt} rebuilt days; and {self.scratch} folders that killed commands had left."
        )


def tidy(settings: Settings, instance: dg.DagsterInstance, *, now: datetime) -> Tidied:
    """Remove what is older than the settings keep it. The caller holds the lock of the runs."""
    cutoff = now - timedelta(days=settings.keep_days)
    runs = list(old_runs(instance, cutoff))
    for run_id in runs:
        forget(settings, instance, run_id)
    folders = (old_builds(settings, cutoff), old_rebuilds(settings, cutoff), left_behind(settings, now - SCRATCH_AGE))
    found = [list(each) for each in folders]
    for folder in (path for each in found for path in each):
        shutil.rmtree(folder)
    return Tidied(len(runs), *map(len, found))


def old_runs(instance: dg.DagsterInstance, cutoff: datetime) -> Iterator[str]:
    """The runs that ended and were begun before a moment."""
    wanted = dg.RunsFilter(statuses=FINISHED, created_before=cutoff)
    yield from (each.run_id for each in instance.get_runs(wanted))


def forget(settings: Settings, instance: dg.DagsterInstance, run_id: str) -> None:
    """Remove a run with its events and its logs; Dagster itself leaves their files where they are."""
    instance.delete_run(run_id)
    for file in (settings.dagster_home / "history" / "runs").glob(f"{run_id}.db*"):
        file.unlink()
    shutil.rmtree(settings.dagster_home / "storage" / run_id, ignore_errors=True)


def old_builds(settings: Settings, cutoff: datetime) -> Iterator[Path]:
    """The build folders begun before a moment, but for the newest."""
    current = (settings.build_dir / "current").resolve()
    for folder in settings.build_dir.glob("[0-9]*_*"):
        if folder.resolve() != current and build_began_at(folder.name) < cutoff:
            yield folder


def old_rebuilds(settings: Settings, cutoff: datetime) -> Iterator[Path]:
    """The days that were last rebuilt before a moment."""
    yield from (path for path in settings.rebuilt_dir.glob("[0-9]*") if _written_at(path) < cutoff)


def left_behind(settings: Settings, cutoff: datetime) -> Iterator[Path]:
    """Scratch folders that nobody can be at work in any more; they may hold rows of households."""
    found = (path for pattern in SCRATCH for path in settings.data.resolve().glob(pattern))
    yield from (path for path in found if _written_at(path) < cutoff)


def _written_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def tidy_job() -> dg.JobDefinition:
    """The job that removes what is old."""

    @dg.op(name="remove_old", out=dg.Out(dg.Nothing))
    def tidy_op(context: dg.OpExecutionContext, settings: dg.ResourceParam[Settings], run_lock: RunLock) -> None:
        with readable_failures():
            done = tidy(settings, context.instance, now=datetime.now(UTC))
        context.log.info(done.sentence(settings.keep_days))

    @dg.job(
        name=JOB,
        description="Remove Dagster's old history, old builds and rebuilt days; archive, statements and what is "
        "published stay.",
        executor_def=dg.in_process_executor,
    )
    def tidy_all() -> None:
        tidy_op()

    return tidy_all


def tidy_schedule(settings: Settings) -> dg.ScheduleDefinition:
    """Every week, away from the night, on from the start."""
    return dg.ScheduleDefinition(
        name="every_week",
        job_name=JOB,
        cron_schedule=WEEKLY,
        execution_timezone=settings.time_zone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"Removes what is older than {settings.keep_days} days.",
    )
