"""dbt's unit tests as checks of the models they are about: they prove the code, so they run when the code has changed.

They need no data and no build: the tables that the models read are made, empty, from what contracts and YAML state.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import dagster as dg
import duckdb

from expectations.contract import Contract
from orchestration.dbt_process import dbt
from orchestration.dbt_project import Prepared
from orchestration.durable import write
from orchestration.errors import Homes4AllError
from orchestration.failures import readable_failures
from orchestration.intake.load import load_register
from orchestration.lineage import known_tables
from orchestration.resources import Build, Builds, is_held
from orchestration.settings import Settings
from orchestration.statements.load import load_statements

JOB = CHECK = "unit_tests"
PASSED = "pass"

Told = Mapping[str, Mapping[str, str]]  # status and message that dbt gave each unit test, by its id


@dataclass(frozen=True)
class UnitTest:
    """One unit test of a model; its words, or its name in words."""

    unique_id: str
    sentence: str


def unit_tests_of(manifest: Mapping[str, Any]) -> dict[dg.AssetKey, list[UnitTest]]:
    """The unit tests of every model that has any."""
    found = defaultdict(list)
    for each in manifest["unit_tests"].values():
        key = dg.AssetKey([each["schema"], each["model"]])
        words = " ".join((each["description"] or each["name"].replace("_", " ")).split())
        found[key].append(UnitTest(each["unique_id"], words))
    return dict(found)


def empty_tables(
    con: duckdb.DuckDBPyConnection, manifest: Mapping[str, Any], contracts: Mapping[tuple[str, str], Contract]
) -> None:
    """Every table that a model may read, without rows."""
    con.execute("create schema provenance")
    load_register(con, [], set())
    load_statements(con, [])
    models = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    (schemas,) = known_tables(models, manifest["sources"].values(), contracts).values()
    for schema, tables in schemas.items():
        con.execute(f'create schema if not exists "{schema}"')
        for table, columns in tables.items():
            listed = ", ".join(f'"{name}" {dtype}' for name, dtype in columns.items())
            con.execute(f'create table if not exists "{schema}"."{table}" ({listed})')


def run_unit_tests(
    settings: Settings, manifest: Mapping[str, Any], contracts: Mapping[tuple[str, str], Contract]
) -> Told:
    """What dbt said of every unit test, by its id, in a folder of its own that is removed afterwards.

    Raises:
        Homes4AllError: dbt stopped before it tested anything.
    """
    with TemporaryDirectory(prefix=".unit-tests-", dir=settings.data) as folder:
        own = settings.model_copy(update={"data": Path(folder)})
        build = Builds(own.build_dir).begin("unittest")
        with build.connect() as con:
            empty_tables(con, manifest, contracts)
        dbt(own, ["test", "--select", "test_type:unit"], logs=build.folder)
        written = own.dbt_target / "run_results.json"
        if not written.exists():
            raise Homes4AllError("dbt stopped before it ran a unit test; `dbt parse` says why.")
        told = json.loads(written.read_text(encoding="utf-8"))["results"]
    return {each["unique_id"]: {"status": each["status"], "message": each["message"] or ""} for each in told}


def verdict(key: dg.AssetKey, tests: Sequence[UnitTest], told: Told) -> dg.AssetCheckResult:
    """Whether all unit tests of a model pass; of those that do not, what came out instead. The rows are invented."""
    failed = [each for each in tests if told.get(each.unique_id, {}).get("status") != PASSED]
    said = {each.sentence: told.get(each.unique_id, {}).get("message", "It did not run.").strip() for each in failed}
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=CHECK,
        passed=not failed,
        severity=dg.AssetCheckSeverity.ERROR,
        description=f"{len(failed)} of {len(tests)} fail: {'; '.join(said)}" if failed else f"{len(tests)} pass.",
        metadata={
            "unit tests": dg.MetadataValue.md("\n".join(f"- {each.sentence}" for each in tests)),
            **{sentence: dg.MetadataValue.md(f"```\n{message}\n```") for sentence, message in said.items()},
        },
    )


def outcomes_file(dbt_project: Prepared) -> Path:
    """Where the outcomes of a version of the models are kept; it goes with the manifest of that version."""
    return dbt_project.manifest.with_suffix(".unit_tests.json")


def unit_test_checks(dbt_project: Prepared, contracts: Mapping[tuple[str, str], Contract]) -> dg.AssetChecksDefinition:
    """One check for every model that has unit tests. They block nothing: what they say holds for any night."""
    manifest = json.loads(dbt_project.manifest.read_text(encoding="utf-8"))
    tests = unit_tests_of(manifest)
    specs = [
        dg.AssetCheckSpec(CHECK, asset=key, description="The model does with invented rows what its unit tests say.")
        for key in tests
    ]

    @dg.multi_asset_check(name="prove_models", specs=specs)
    def prove_models(settings: dg.ResourceParam[Settings]) -> Iterator[dg.AssetCheckResult]:
        with readable_failures():
            told = run_unit_tests(settings, manifest, contracts)
            write(outcomes_file(dbt_project), json.dumps(told))
            for key, own in tests.items():
                yield verdict(key, own, told)

    return prove_models


def unit_test_job(checks: dg.AssetChecksDefinition):
    """The job that runs them all."""
    return dg.define_asset_job(
        JOB,
        selection=dg.AssetSelection.checks(checks),
        description="Prove the models' SQL on invented rows; starts by itself once a version of the models.",
        executor_def=dg.in_process_executor,
    )


def models_sensor(settings: Settings, dbt_project: Prepared) -> dg.SensorDefinition:
    """Starts the unit tests once for every version of the models, and says again after each night what they said.

    Dagster counts a check as unasked once its asset was made anew.
    """
    tests = unit_tests_of(json.loads(dbt_project.manifest.read_text(encoding="utf-8")))

    @dg.sensor(
        name="new_models",
        job_name=JOB,
        minimum_interval_seconds=300,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Starts the unit tests when the models have changed, and holds their outcome against each night.",
    )
    def new_models(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        version = dbt_project.manifest.stem
        kept, build = outcomes_file(dbt_project), Build(settings.build_dir / "current")
        # Dagster starts a key once; a version that comes back is compiled anew, and its outcomes are gone.
        key = f"{version} {dbt_project.manifest.stat().st_mtime_ns}"
        start = [] if kept.exists() else [dg.RunRequest(run_key=key)]
        seen = f"{version} {build.run_id}"
        if seen == context.cursor or not (kept.exists() and build.folder.exists()) or is_held(settings.lock_file):
            return dg.SensorResult(run_requests=start, cursor=context.cursor)
        told = json.loads(kept.read_text(encoding="utf-8"))
        again = [said_again(key, verdict(key, own, told)) for key, own in tests.items()]
        return dg.SensorResult(run_requests=start, asset_events=again, cursor=seen)

    return new_models


def said_again(key: dg.AssetKey, result: dg.AssetCheckResult) -> dg.AssetCheckEvaluation:
    """The outcome of a check for the newest table; with its details only if it failed."""
    return dg.AssetCheckEvaluation(
        asset_key=key,
        check_name=CHECK,
        passed=result.passed,
        severity=result.severity,
        description=result.description,
        metadata={} if result.passed else result.metadata,
    )
