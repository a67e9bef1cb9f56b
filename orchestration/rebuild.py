"""The job `rebuild_as_of`: the tables as they would be on an earlier day, beside the nightly build and never published.

What is known today is used, cut to what was true up to the day, as by `homes4all run --as-of`, which does publish.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import dagster as dg
from pydantic import Field

from expectations.contract import Contract
from orchestration.assets.models import refuse_errors, refuse_unseen, test_outcomes
from orchestration.assets.raw import day_of
from orchestration.dbt_process import Dbt
from orchestration.dbt_project import build_models
from orchestration.durable import PRIVATE
from orchestration.errors import GateRefused
from orchestration.failures import readable_failures
from orchestration.intake.archive import Archive
from orchestration.intake.load import chosen_as_of, load_warehouse
from orchestration.resources import Builds
from orchestration.settings import Settings
from orchestration.statements.load import load_statements
from orchestration.statements.store import Statements

logger = logging.getLogger("homes4all.rebuild")

JOB = "rebuild_as_of"


class Day(dg.Config):
    """The form of the job in the Launchpad."""

    as_of: str = Field(
        description="The day to compute as of, written YYYY-MM-DD, for instance 2024-06-30; no later than the last day "
        "that every register covers."
    )


@dataclass(frozen=True)
class Rebuilt:
    """The database of a rebuild, and how many models and tests it holds."""

    file: Path
    as_of: date
    models: int
    tests: int


def rebuild(settings: Settings, contracts: Mapping[tuple[str, str], Contract], day: date) -> Rebuilt:
    """Build and test every model as of a day; the database takes the place of an earlier rebuild of that day.

    It works in a folder of its own: the nightly build, the published file and the ledger are not touched, and no file
    for others is made, since what it would show beside the published one was not weighed.

    Raises:
        UsageError: the day lies beyond what the registers cover.
        GateRefused: nothing was delivered yet, a model cannot be built as of that day, or a test refuses it.
    """
    archive = Archive(settings.archive_dir)
    if not archive.latest():
        raise GateRefused("No delivery was ever accepted. Start the nightly job first.")
    as_of = chosen_as_of(archive.latest(), contracts, day)
    settings.rebuilt_dir.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".making-", dir=settings.rebuilt_dir) as folder:
        own = settings.model_copy(update={"data": Path(folder)})
        build = Builds(own.build_dir).begin("rebuilt")
        with build.connect() as con:
            load_warehouse(con, archive, contracts, as_of=as_of, run_id=build.run_id)
            load_statements(con, Statements(settings.statements_dir).checked())
        results = build_models(Dbt(own), build, [])
        manifest = json.loads((own.dbt_target / "manifest.json").read_text(encoding="utf-8"))
        refuse_errors(results)
        outcomes = test_outcomes(build, results, manifest)
        refuse_unseen([*outcomes.values()])
        file = settings.rebuilt_dir / str(as_of) / build.warehouse.name
        file.parent.mkdir(exist_ok=True)
        build.warehouse.replace(file)
    return Rebuilt(file, as_of, len(results) - len(outcomes), len(outcomes))


def rebuild_job(contracts: Mapping[tuple[str, str], Contract]) -> dg.JobDefinition:
    """The job, with its form."""

    @dg.op(name="rebuild", out=dg.Out(dg.Nothing))
    def rebuild_op(context: dg.OpExecutionContext, config: Day, settings: dg.ResourceParam[Settings]) -> None:
        with readable_failures():
            made = rebuild(settings, contracts, day_of(config.as_of))
        logger.info("rebuilt: %s, %d models and %d tests as of %s", made.file, made.models, made.tests, made.as_of)
        context.add_output_metadata(
            {
                "file": dg.MetadataValue.path(made.file),
                "as of": made.as_of.isoformat(),
                "models": made.models,
                "tests": made.tests,
            }
        )

    @dg.job(
        name=JOB,
        description="Build and test all tables as of an earlier day, in a file of their own. Nothing is published: "
        "`homes4all run --as-of` does that.",
        config=dg.RunConfig(ops={"rebuild": Day(as_of="YYYY-MM-DD")}),
        executor_def=dg.in_process_executor,
    )
    def rebuild_as_of() -> None:
        rebuild_op()

    return rebuild_as_of
