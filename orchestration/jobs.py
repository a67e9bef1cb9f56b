"""When things run: the nightly job, its schedule, its sensors; and when a failure is told.

What is told, and how, is in `notify`.
"""

import hashlib
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import dagster as dg

from orchestration.errors import RunLocked
from orchestration.failures import exit_code_in
from orchestration.intake.landing import Contracts, found_in
from orchestration.notify import Notice, has_published, tell
from orchestration.publish.verdict import read_verdict
from orchestration.resources import Build, is_held
from orchestration.settings import Settings
from orchestration.unchanged import confirmed_at

NIGHTLY = "nightly"
STARTED_BY, COMMAND = "homes4all/started_by", "command"  # a command tells of its own runs
SETTLED_AFTER_SECONDS = 30


def tell_failure(settings: Settings) -> dg.HookDefinition:
    """A hook that tells of a failed step; a blocking check that refuses fails its step as well."""

    @dg.failure_hook(name="tell_failure")
    def hook(context: dg.HookContext) -> None:
        published = has_published(settings, context.run_id)
        tell(settings, Notice(context.run_id, context.op.name, exit_code_in(context.op_exception), published))

    return hook


def tell_death(settings: Settings) -> dg.SensorDefinition:
    """Tells of a run that ended without a step having failed: its process died, or it could not begin."""

    @dg.run_failure_sensor(
        name="run_died",
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Tells of a run whose process died; of a step that fails the run tells by itself.",
    )
    def run_died(context: dg.RunFailureSensorContext) -> None:
        run = context.dagster_run
        told_elsewhere = run.job_name != NIGHTLY or run.tags.get(STARTED_BY) == COMMAND
        if not told_elsewhere and not context.get_step_failure_events():
            # Dagster keeps no error of a run without steps; whoever was in its way is as a rule still at work.
            why = RunLocked.exit_code if is_held(settings.lock_file) else None
            tell(settings, Notice(run.run_id, None, why, has_published(settings, run.run_id)))

    return run_died


def nightly_job(settings: Settings, besides: dg.AssetChecksDefinition):
    """All stages, in one process, one after the other; without the checks that have a time of their own."""
    return dg.define_asset_job(
        NIGHTLY,
        selection=dg.AssetSelection.all() - dg.AssetSelection.checks(besides),
        description="From dropped files to the published database.",
        executor_def=dg.in_process_executor,
        hooks={tell_failure(settings)},
    )


def nightly_schedule(settings: Settings) -> dg.ScheduleDefinition:
    """Every night, local time, on from the start."""
    return dg.ScheduleDefinition(
        name="every_night",
        job_name=NIGHTLY,
        cron_schedule=settings.nightly_at,
        execution_timezone=settings.time_zone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="The nightly run.",
    )


def landing_state(landing: Path, contracts: Contracts, now: float) -> str | None:
    """A fingerprint of the deliveries in the landing; none while one is still being written, or there is none."""
    files = [each.path for each in found_in(landing, contracts) if not each.stray and each.path.is_file()]
    facts = [(str(path.relative_to(landing)), path.stat()) for path in files]
    if not facts or any(now - stat.st_mtime < SETTLED_AFTER_SECONDS for _, stat in facts):
        return None
    listing = "\n".join(f"{name} {stat.st_size} {stat.st_mtime_ns}" for name, stat in facts)
    return hashlib.sha256(listing.encode()).hexdigest()


def delivery_sensor(settings: Settings, contracts: Contracts) -> dg.SensorDefinition:
    """Starts a run when the files in the landing have changed and are no longer being written."""

    @dg.sensor(
        name="new_delivery",
        job_name=NIGHTLY,
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Starts a run when a partner has dropped a file.",
    )
    def new_delivery(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        state = landing_state(settings.landing_dir, contracts, time.time())
        if state is None:
            yield dg.SkipReason("The landing is empty, or a file is still being written.")
        elif state == context.cursor:
            yield dg.SkipReason("Nothing new in the landing.")
        else:
            context.update_cursor(state)
            yield dg.RunRequest(run_key=state)

    return new_delivery


def confirmation_sensor(settings: Settings, published: Sequence[dg.AssetKey]) -> dg.SensorDefinition:
    """Tells the published tables of a night on which `homes4all run` found nothing changed: they are as good as new."""

    @dg.sensor(
        name="nothing_changed",
        minimum_interval_seconds=300,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Notes that the published tables were verified again on a night without news.",
    )
    def nothing_changed(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        build = Build(settings.build_dir / "current")
        at = confirmed_at(build)
        if at is None or at.isoformat() == context.cursor:
            return dg.SkipReason("No night without news since the last one.")
        version = {"dagster/data_version": read_verdict(build.verdict).candidate_sha256}
        events = []
        for key in published:
            latest = context.instance.get_latest_materialization_event(key)
            said = latest.asset_materialization.metadata if latest and latest.asset_materialization else {}
            again = {"verified again": dg.MetadataValue.timestamp(at)}  # beside a table stands what was said last
            events.append(dg.AssetMaterialization(key, metadata={**said, **again}, tags=version))
        return dg.SensorResult(asset_events=events, cursor=at.isoformat())

    return nothing_changed
