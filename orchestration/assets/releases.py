"""The last stage: the release candidate, the verdict on the whole build, and the published file.

What may be shown is in `orchestration.publish`; this module shows it to Dagster.
"""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import duckdb

from expectations.contract import Contract
from expectations.gate import CheckResult
from orchestration.assets.deliveries import ACCEPTED, RECOGNISED, REGISTER, Contracts, delivery_key
from orchestration.assets.raw import COMPLETE, DELIVERIES, raw_key
from orchestration.audit.judge import CHECK, DESCRIPTION
from orchestration.checks import sentence, sentences, table_check_result, table_check_spec
from orchestration.durable import settle
from orchestration.errors import GateRefused
from orchestration.failures import readable_failures
from orchestration.publish.ledger import keep_shown, recognised_by_counts
from orchestration.publish.provenance import code_version
from orchestration.publish.release import write_candidate
from orchestration.publish.restricted import NO_KEY, evaluation_key, exact_contracts, write_restricted
from orchestration.publish.snapshot import READ_BY_GROUP, copied, publish, table_rows
from orchestration.publish.verdict import gate_record, judge, read_verdict, verified, write_verdict
from orchestration.resources import Builds
from orchestration.run_lock import RunLock
from orchestration.settings import Settings

logger = logging.getLogger("homes4all.releases")

CANDIDATE = dg.AssetKey(["release", "candidate"])
RESTRICTED = dg.AssetKey(["restricted", "homes4all_evaluation"])
EVALUATION_FILE = "evaluation_file"
AUDITED = ("release", CANDIDATE.to_user_string(), CHECK)
STAGES = ("deliveries", "raw", "models")


def published_key(contract: Contract) -> dg.AssetKey:
    """The asset of a published table."""
    return dg.AssetKey(["published", *contract.extract.split(".")])


def table_metadata(file: Path, rows: int) -> dict[str, dg.MetadataValue]:
    """What is said of a published table: its rows, and the file that it is in."""
    return {"dagster/row_count": dg.MetadataValue.int(rows), "file": dg.MetadataValue.path(file)}


def evaluation_check(results: Sequence[CheckResult], *, written: bool) -> dg.AssetCheckResult:
    """Whether the tables of the restricted file keep their contracts; without a key there is no file to check."""
    return dg.AssetCheckResult(
        asset_key=CANDIDATE,
        check_name=EVALUATION_FILE,
        passed=all(each.passed or each.severity != "error" for each in results),
        description=(sentences(results) or f"{len(results)} expectations hold.")
        if written
        else f"The file is {NO_KEY}.",
    )


def expected_checks(contracts: Contracts, manifest: Path) -> list[tuple[str, str, str]]:
    """Every check that the first three stages owe the verdict, from the contracts and dbt's manifest."""
    owed = [("deliveries", REGISTER.to_user_string(), RECOGNISED)]
    for contract in contracts.values():
        key = delivery_key(contract).to_user_string()
        rules = (*contract.expectations, *contract.changes)
        owed += [("deliveries", key, name) for name in (ACCEPTED, *(each.name for each in rules))]
        owed.append(("raw", raw_key(contract).to_user_string(), COMPLETE))
    parsed = json.loads(manifest.read_text(encoding="utf-8"))
    tests = [node for node in parsed["nodes"].values() if node["resource_type"] == "test"]
    owed += [("models", "dbt", test["name"]) for test in tests]
    return owed


def release_assets(
    extracts: Contracts,
    published: Mapping[str, Contract],
    restricted: Mapping[str, Contract],
    manifest: Path,
    upstream: list[dg.AssetKey],
) -> list[dg.AssetsDefinition]:
    """The candidate with the checks of every table in it, the published tables, and the restricted file."""
    version = code_version()
    restricted = {**restricted, **exact_contracts(published)}

    @dg.multi_asset(
        name="release",
        specs=[
            dg.AssetSpec(
                CANDIDATE,
                deps=[*upstream, DELIVERIES],
                group_name="published",
                description="What would be published: small counts withheld, judged by the gates of the whole build.",
                kinds={"duckdb"},
            )
        ],
        check_specs=[
            *(table_check_spec(contract, CANDIDATE) for contract in published.values()),
            dg.AssetCheckSpec(
                EVALUATION_FILE,
                asset=CANDIDATE,
                blocking=True,
                description="Every table of the restricted file is what evaluators were promised.",
            ),
            dg.AssetCheckSpec(CHECK, asset=CANDIDATE, blocking=True, description=DESCRIPTION),
        ],
        pool="warehouse",
    )
    def release(
        settings: dg.ResourceParam[Settings], run_lock: RunLock
    ) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
        with readable_failures():
            build = Builds(settings.build_dir).current()
            records = [record for stage in STAGES for record in build.gate_records(stage)]
            if code_version() != version:
                raise GateRefused("The software was changed while this run was at work. Start the whole nightly job.")
            with duckdb.connect() as con:
                if releases := recognised_by_counts(con, settings.ledger_dir):
                    logger.info(
                        "release: %d earlier releases of a former version of the software, whose groups of households "
                        "cannot be recognised; their figures are compared by their counts alone",
                        releases,
                    )
            made, audited = write_candidate(
                build.warehouse,
                build.candidate,
                published,
                records,
                ledger=settings.ledger_dir,
                code_version=version,
                built_at=datetime.now(UTC).replace(tzinfo=None, microsecond=0),
            )
            contracts, restricted_file = dict(published), None
            if key := evaluation_key(settings):
                contracts, restricted_file = contracts | dict(restricted), build.restricted
                made |= write_restricted(build.warehouse, restricted_file, restricted, key, code_version=version)
            own = [gate_record("release", table, check) for table, checks in made.items() for check in checks]
            own.append(gate_record(*AUDITED[:2], audited))
            build.record_gate("release", own)
            owed = [*expected_checks(extracts, manifest), AUDITED]
            owed += [
                ("release", name, each.name) for name, contract in contracts.items() for each in contract.expectations
            ]
            verdict = judge(build.run_id, [*records, *own], owed, build.warehouse, build.candidate, restricted_file)
            write_verdict(verdict, build.verdict)
            logger.info("release: %d checks judged, %s", verdict.checks, "passed" if verdict.passed else "refused")

            yield dg.MaterializeResult(
                CANDIDATE, metadata={"sha256": verdict.candidate_sha256, "checks": verdict.checks}
            )
            for table, contract in published.items():
                yield table_check_result(contract, made[table], CANDIDATE)
            yield dg.AssetCheckResult(
                asset_key=CANDIDATE, check_name=CHECK, passed=audited.passed, description=sentence(audited)
            )
            yield evaluation_check([each for table in restricted for each in made.get(table, ())], written=bool(key))
            if not verdict.passed:
                raise GateRefused(f"The gates refused this build: {'; '.join(verdict.failed)}. Nothing was published.")

    @dg.multi_asset(
        name="publish",
        specs=[
            dg.AssetSpec(
                published_key(contract),
                deps=[CANDIDATE],
                group_name="published",
                description=contract.description,
                kinds={"duckdb"},
                metadata={
                    "dagster/column_schema": dg.TableSchema(
                        [dg.TableColumn(c.name, c.dtype, description=c.description) for c in contract.columns]
                    )
                },
            )
            for contract in published.values()
        ]
        + [
            dg.AssetSpec(
                RESTRICTED,
                deps=[CANDIDATE],
                group_name="published",
                description="Household-level rows for accredited evaluators, encrypted; written only if a key is set.",
                kinds={"duckdb"},
                skippable=True,
            )
        ],
        pool="warehouse",
    )
    def publish_tables(settings: dg.ResourceParam[Settings], run_lock: RunLock) -> Iterator[dg.MaterializeResult]:
        with readable_failures():
            build = Builds(settings.build_dir).current()
            verdict = verified(read_verdict(build.verdict), build.warehouse, build.candidate, build.restricted)
            incoming, target = None, settings.restricted_file
            if sha256 := verdict.restricted_sha256:
                incoming = copied(build.restricted, target, sha256, mode=READ_BY_GROUP)
            # On the ledger first: what may be seen must be remembered.
            keep_shown(build.candidate, settings.ledger_dir, verdict.candidate_sha256)
            publish(build.candidate, settings.published_file, verdict.candidate_sha256)
            logger.info("published: %s", settings.published_file)
            rows = table_rows(settings.published_file)
            for name, contract in published.items():
                yield dg.MaterializeResult(
                    published_key(contract),
                    metadata=table_metadata(settings.published_file, rows[name]),
                    data_version=dg.DataVersion(verdict.candidate_sha256),
                )
            if incoming is None:
                logger.info("restricted: %s", NO_KEY)
                return
            settle(incoming, target, mode=READ_BY_GROUP)
            logger.info("restricted: %s", target)
            yield dg.MaterializeResult(RESTRICTED, metadata={"file": str(target)})

    return [release, publish_tables]
