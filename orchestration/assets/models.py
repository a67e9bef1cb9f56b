"""The third stage: dbt builds the models and tests them.

What a model means is in `dbt_project/`; here its tests become sentences that name file and line.
"""

import json
import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from threading import Thread
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import DagsterDbtTranslator, DbtProject, dbt_assets

from expectations.gate import CheckResult, warm_up
from orchestration.checks import numbered, sentence
from orchestration.council import kept
from orchestration.dbt_process import Dbt
from orchestration.dbt_project import Prepared, build_models
from orchestration.errors import GateRefused
from orchestration.failures import readable_failures
from orchestration.publish.verdict import gate_record
from orchestration.resources import Build, Builds
from orchestration.run_lock import RunLock
from orchestration.settings import Settings

logger = logging.getLogger("homes4all.models")

LINES_SHOWN = 20
PASSED = ("pass", "success")
OWN_WORDS = "measurement parameter "
Results = Sequence[Mapping[str, Any]]


class InWords(DagsterDbtTranslator):
    """A model as its YAML describes it; its SQL, as dbt compiled it, one click away."""

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The sentence of the YAML and nothing else."""
        return dbt_resource_props["description"]

    def get_metadata(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, Any]:
        """Columns with their descriptions, where the model is, and the SQL that can be asked of a build."""
        own = dict(super().get_metadata(dbt_resource_props))
        if sql := dbt_resource_props.get("compiled_code"):
            own["sql"] = dg.MetadataValue.md(f"```sql\n{sql.strip()}\n```")
            own["model"] = dg.MetadataValue.path(f"dbt_project/{dbt_resource_props['original_file_path']}")
        return own

    def get_asset_check_spec(
        self, asset_spec: dg.AssetSpec, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetCheckSpec | None:
        """A test with its sentence."""
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        return spec and dg.AssetCheckSpec(
            spec.name,
            asset=asset_spec.key,
            description=f"{sentence_of(manifest['nodes'][unique_id])}.",
            additional_deps=spec.additional_deps,
            blocking=spec.blocking,
            metadata=spec.metadata,
        )


def models_assets(dbt: Prepared) -> dg.AssetsDefinition:
    """Every dbt model as an asset, every data test as a check."""

    @dbt_assets(
        manifest=dbt.manifest,
        project=dbt.project,
        dagster_dbt_translator=InWords(),
        name="models",
        pool="warehouse",
    )
    def models(
        context: dg.AssetExecutionContext,
        settings: dg.ResourceParam[Settings],
        builder: dg.ResourceParam[Dbt],
        run_lock: RunLock,
    ) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
        with readable_failures():
            build = Builds(settings.build_dir).current()
            chosen = sorted(key.path[-1] for key in context.selected_asset_keys)
            is_whole = context.selected_asset_keys == context.assets_def.keys
            for ahead in (warm_up, kept.warm_up):
                Thread(target=ahead, daemon=True).start()
            results = build_models(builder, build, [] if is_whole else chosen)
            manifest = json.loads(dbt.manifest.read_text(encoding="utf-8"))
            asked = {node["name"]: sentence_of(node) for node in manifest["nodes"].values()}
            outcomes = test_outcomes(build, results, manifest)
            told = [publishable(each, asked[name]) for name, each in outcomes.items()]
            build.record_gate("models", [gate_record("models", "dbt", each) for each in told])
            failed = Counter(each.severity for each in outcomes.values() if not each.passed)
            counts = (len(chosen), len(outcomes), failed["error"], failed["warning"])
            logger.info("models: %d models, %d tests, %d failed, %d worth a look", *counts)

            rows = model_rows(build, results)
            yield from built(results, context.selected_asset_keys, rows)
            for key in sorted(context.selected_asset_check_keys):
                if key.name in outcomes:
                    yield as_check(key, outcomes[key.name], rows.get(key.asset_key.path[-1], 0))
            refuse_errors(results)
            shown = {key.name for key in context.selected_asset_check_keys}
            refuse_unseen([each for name, each in outcomes.items() if name not in shown])

    return models


def model_rows(build: Build, results: Results) -> dict[str, int]:
    """Rows of every model that dbt built, by name."""
    with build.connect(read_only=True) as con:
        return {
            result["unique_id"].split(".")[-1]: con.execute(
                f"select count(*) from {result['relation_name']}"
            ).fetchall()[0][0]
            for result in results
            if result["unique_id"].startswith("model.") and result["status"] in PASSED
        }


def built(results: Results, keys: set[dg.AssetKey], rows: Mapping[str, int]) -> Iterator[dg.MaterializeResult]:
    """The models that dbt built, in its order, with their rows and how long each took."""
    by_name = {key.path[-1]: key for key in keys}
    for result in results:
        name = result["unique_id"].split(".")[-1]
        if name in by_name and name in rows and result["unique_id"].startswith("model."):
            seconds = round(result["execution_time"], 2)
            yield dg.MaterializeResult(by_name[name], metadata={"dagster/row_count": rows[name], "seconds": seconds})


def test_outcomes(build: Build, results: Results, manifest: Mapping[str, Any]) -> dict[str, CheckResult]:
    """Every data test that dbt ran, by name."""
    nodes = manifest["nodes"]
    with build.connect(read_only=True) as con:
        return {
            nodes[result["unique_id"]]["name"]: test_outcome(con, nodes[result["unique_id"]], result)
            for result in results
            if result["unique_id"].startswith("test.") and result["status"] != "skipped"
        }


def test_outcome(con: duckdb.DuckDBPyConnection, node: Mapping[str, Any], result: Mapping[str, Any]) -> CheckResult:
    """One dbt test's outcome: the sentence of its description, and where the failing rows came from."""
    passed, crashed = result["status"] in PASSED, result["status"] in ("error", "runtime error")
    description = sentence_of(node)
    if not passed and not crashed and result.get("relation_name"):
        description += where(con, result["relation_name"])
    return CheckResult(
        name=node["name"],
        description=description,
        severity="warning" if node["config"]["severity"].lower() == "warn" else "error",
        passed=passed,
        rows=0,
        failed=result.get("failures") or 0,
        lines=(),
        columns=(node["column_name"],) if node.get("column_name") else (),
        broken=crashed,
    )


def sentence_of(node: Mapping[str, Any]) -> str:
    """What a test asks, without a full stop."""
    return " ".join((node.get("description") or node["name"].replace("_", " ")).split()).removesuffix(".")


def publishable(outcome: CheckResult, sentence: str) -> CheckResult:
    """A test's outcome as it may be published: a warning without its lines, which would tell a small count."""
    is_published = outcome.severity == "warning" and not outcome.passed
    return replace(outcome, description=sentence) if is_published else outcome


def where(con: duckdb.DuckDBPyConnection, relation: str) -> str:
    """The files and lines, or the names, that the stored failures of a test point to."""
    columns = {name for name, *_ in con.execute(f"describe {relation}").fetchall()}
    if "_delivery_id" in columns:
        files = con.execute(f"""
            select deliveries.file_name, list(failures._row order by failures._row)[:{LINES_SHOWN}]
            from {relation} as failures
            inner join provenance.deliveries as deliveries on deliveries.delivery_id = failures._delivery_id
            group by deliveries.file_name
            order by deliveries.file_name
        """).fetchall()
        return ": " + "; ".join(f"{name}{numbered(lines)}" for name, lines in files)
    if "_subject" in columns:
        subjects = con.execute(f"select distinct _subject from {relation} order by 1 limit {LINES_SHOWN}").fetchall()
        return ": " + ", ".join(str(subject) for (subject,) in subjects)
    return ""


def as_check(key: dg.AssetCheckKey, outcome: CheckResult, rows: int) -> dg.AssetCheckResult:
    """A dbt test as Dagster shows it: a sentence, as `checks.sentence` has it for other checks.

    Args:
        rows: of the model that the test is of; a test that finds more, or no rows of it, names no total.
    """
    counted = replace(outcome, rows=rows)
    if outcome.broken:
        text = sentence(counted)
    elif outcome.passed:
        text = f"{sentence(counted) if rows else outcome.description}."
    else:
        text = failing(counted)
    return dg.AssetCheckResult(
        asset_key=key.asset_key,
        check_name=key.name,
        passed=outcome.passed,
        severity=dg.AssetCheckSeverity.ERROR if outcome.severity == "error" else dg.AssetCheckSeverity.WARN,
        description=text,
        metadata={"rows": rows, "rows that fail": outcome.failed, "severity": outcome.severity},
    )


def failing(outcome: CheckResult) -> str:
    """What fails, of how many rows, and where: '3 of 1,204 rows fail [household_id]: …: stays.csv, lines 17, 90.'."""
    column = f" [{', '.join(outcome.columns)}]" if outcome.columns else ""
    of = f" of {outcome.rows:,}" if outcome.rows >= outcome.failed else ""
    is_one = outcome.failed == 1 and not of
    return f"{outcome.failed:,}{of} {'row fails' if is_one else 'rows fail'}{column}: {outcome.description}."


def refuse_errors(results: Results) -> None:
    """Stop when a model could not be built.

    Raises:
        GateRefused: a model stopped with an error, for instance a parameter that the Chamber has not delivered.
    """
    broken = [
        f"{result['unique_id'].split('.')[-1]}: {reason(result['message'])}"
        for result in results
        if result["status"] == "error" and result["unique_id"].startswith("model.")
    ]
    if broken:
        raise GateRefused("These models could not be built: " + "; ".join(broken))


def refuse_unseen(outcomes: Sequence[CheckResult]) -> None:
    """Stop when a blocking test failed that Dagster shows at no asset, so that no check of it blocks the run.

    Raises:
        GateRefused: names the tests.
    """
    failed = [each.description for each in outcomes if not each.passed and each.severity == "error"]
    if failed:
        raise GateRefused("These tests failed: " + "; ".join(failed))


def reason(message: str | None) -> str:
    """Why a model failed: the model's own words where it refused by name, else the kind of error and no more.

    DuckDB's other messages may hold a value of a row; they stay in `dbt.log` beside the build.
    """
    for line in (message or "").splitlines():
        kind, found, text = line.strip().partition(" Error: ")
        if found:
            return text if text.startswith(OWN_WORDS) else f"{kind} Error; see dbt.log in the build's folder"
    return "see dbt.log in the build's folder"
