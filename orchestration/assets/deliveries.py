"""The first stage: what partners dropped is accepted whole or refused whole.

The rules of reading are in `orchestration.intake`; this module shows them to Dagster.
"""

import logging
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import dagster as dg

from expectations.contract import Contract
from expectations.gate import CheckResult
from orchestration.assets.landing import Contracts, arrival, delivered_columns, landing_key
from orchestration.checks import as_told, expectations_table, numbered, sentences
from orchestration.failures import readable_failures
from orchestration.intake.archive import Archive, Delivery
from orchestration.intake.changes import lateness
from orchestration.intake.take import DeliveryVerdict, take_in
from orchestration.publish.verdict import gate_record
from orchestration.resources import Builds
from orchestration.run_lock import RunLock
from orchestration.settings import Settings
from orchestration.unchanged import record_software

logger = logging.getLogger("homes4all.deliveries")

REGISTER = dg.AssetKey(["deliveries", "register"])
ACCEPTED = "delivered_and_accepted"
NOTED = "worth_a_look"
RECOGNISED = "every_file_recognised"


def delivery_key(contract: Contract) -> dg.AssetKey:
    """The asset of an extract's newest accepted delivery."""
    return dg.AssetKey([f"deliveries_{contract.source}", contract.extract])


def findings_text(verdict: DeliveryVerdict) -> str:
    """Why a file was refused, rule by rule: column and lines, never a value."""
    parts = [
        finding.message.removesuffix(".")
        + (f" [{finding.column}]" if finding.column else "")
        + numbered(finding.lines)
        + (f" and {finding.count - len(finding.lines):,} more" if finding.count > len(finding.lines) > 0 else "")
        for finding in verdict.findings
    ]
    advice = f'. If the file is right, let it pass: homes4all accept {verdict.file_name} --reason "…"'
    return f"{verdict.file_name} was refused: " + "; ".join(parts) + (advice if verdict.change_rules else "")


def outcome(name: str, description: str, *, passed: bool, rows: int = 0, failed: int = 0) -> CheckResult:
    """The outcome of a check on files rather than rows."""
    return CheckResult(name, description, "error", passed, rows, failed, lines=(), columns=(), broken=False)


def acceptance(
    contract: Contract,
    latest: Delivery | None,
    verdicts: Sequence[DeliveryVerdict],
    overdue: Sequence[CheckResult] = (),
) -> CheckResult:
    """Whether an extract has a good delivery, no refused file in its way, and is not overdue where that blocks."""
    refused = [verdict for verdict in verdicts if verdict.is_blocking]
    if refused:
        return outcome(ACCEPTED, ". ".join(map(findings_text, refused)), passed=False, failed=len(refused))
    if latest is None and contract.optional:
        return outcome(ACCEPTED, f"{contract.extract} was never delivered, and need not be", passed=True)
    if latest is None:
        text = f"No delivery of {contract.extract} was ever accepted; drop {contract.extract}_YYYY-MM-DD in the landing"
        return outcome(ACCEPTED, text, passed=False)
    late = [each.description for each in overdue if not each.passed and each.severity == "error"]
    if late:
        text = f"Nothing came after {latest.file_name}. {' '.join(late)} Ask the partner"
        return outcome(ACCEPTED, text, passed=False, failed=len(late))
    passed = f"; a person let it pass in spite of {', '.join(latest.passed_rules)}" if latest.passed_rules else ""
    return outcome(ACCEPTED, f"{latest.file_name} is accepted{passed}", passed=True, rows=latest.rows)


def every_rule(
    contract: Contract, delivery: Delivery | None, overdue: Sequence[CheckResult]
) -> tuple[CheckResult, ...]:
    """The outcomes of a delivery's checks, those of today included.

    A delivery that was accepted under another version of its contract was never asked what that did not state; an
    optional extract that was never delivered was asked nothing.
    """
    if delivery is None:
        stated = (*contract.expectations, *contract.changes) if contract.optional else ()
        return tuple(
            outcome(each.name, f"Never delivered, so not asked: {each.description}", passed=True) for each in stated
        )
    known = {each.name for each in (*delivery.checks, *overdue)}
    if delivery.contract_version == contract.version:
        return (*delivery.checks, *overdue)
    not_asked = (
        outcome(each.name, f"Not asked of this delivery: {each.description}", passed=True)
        for each in contract.changes
        if each.name not in known
    )
    return (*delivery.checks, *overdue, *not_asked)


def recognition(verdicts: Sequence[DeliveryVerdict]) -> CheckResult:
    """Whether every file in the landing that looks like a delivery belongs to an extract."""
    unknown = [verdict for verdict in verdicts if verdict.extract is None and verdict.is_blocking]
    text = ". ".join(map(findings_text, unknown)) or "every file belongs to an extract"
    return outcome(RECOGNISED, text, passed=not unknown, rows=len(verdicts), failed=len(unknown))


def has_warnings(contract: Contract) -> bool:
    """Whether a contract holds what may warn and not refuse: a change rule that a person let pass does, too."""
    return bool(contract.changes) or any(each.severity == "warning" for each in contract.expectations)


def check_specs(contract: Contract) -> Iterator[dg.AssetCheckSpec]:
    """One check that blocks, for all that refuses a delivery, and one that warns where the contract has warnings."""
    key = delivery_key(contract)
    yield dg.AssetCheckSpec(
        ACCEPTED,
        asset=key,
        blocking=True,
        description="A delivery keeps its contract, and no refused file is in its way.",
    )
    if has_warnings(contract):
        yield dg.AssetCheckSpec(
            NOTED, asset=key, description="What is allowed and yet worth a question to the partner."
        )


def check_results(
    contract: Contract, acceptable: CheckResult, checks: Sequence[CheckResult], file_name: str
) -> Iterator[dg.AssetCheckResult]:
    """The checks of one extract as sentences, with all its expectations as a table."""
    key = delivery_key(contract)
    expectations = {"expectations": expectations_table(checks)} if checks else {}
    yield dg.AssetCheckResult(
        asset_key=key,
        check_name=ACCEPTED,
        passed=acceptable.passed,
        description=as_told(acceptable),
        metadata=expectations,
    )
    if has_warnings(contract):
        warnings = [each for each in checks if each.severity == "warning"]
        noted = sentences(warnings)
        yield dg.AssetCheckResult(
            asset_key=key,
            check_name=NOTED,
            passed=bool(checks) and not noted,
            severity=dg.AssetCheckSeverity.WARN,
            description=f"{file_name}: {noted or 'nothing'}"
            if checks
            else "Not checked: there is no readable delivery.",
        )


def deliveries_assets(contracts: Contracts) -> dg.AssetsDefinition:
    """One asset per extract, its newest accepted delivery, and the register of all deliveries."""
    specs = [
        dg.AssetSpec(
            delivery_key(contract),
            deps=[landing_key(contract)],
            group_name="deliveries",
            description=f"Newest accepted delivery of {contract.source}/{contract.extract}. {contract.description}",
            kinds={"parquet"},
            metadata={"dagster/column_schema": delivered_columns(contract)},
            skippable=True,
        )
        for contract in contracts.values()
    ]
    specs.append(
        dg.AssetSpec(
            REGISTER,
            group_name="deliveries",
            description="Register of every file seen in the landing: accepted, known or refused.",
            kinds={"json"},
        )
    )
    owed = [dg.AssetCheckSpec(RECOGNISED, asset=REGISTER, blocking=True, description="No file is a stranger.")]
    owed += [spec for contract in contracts.values() for spec in check_specs(contract)]

    @dg.multi_asset(name="deliveries", specs=specs, check_specs=owed, pool="warehouse")
    def deliveries(
        context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings], run_lock: RunLock
    ) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
        with readable_failures():
            build = Builds(settings.build_dir, settings.builds_kept).begin(context.run.run_id)
            record_software(settings, build)
            archive = Archive(settings.archive_dir)
            now = datetime.now(UTC)
            seen = take_in(settings.landing_dir, archive, contracts, now=now)
            verdicts = [each for each in seen if each.outcome != "ignored"]
            strays = [f"{each.file_name}: {each.findings[0].message}" for each in seen if each.outcome == "ignored"]
            latest = archive.latest()
            accepted = sum(verdict.outcome == "accepted" for verdict in verdicts)
            refused = [verdict for verdict in verdicts if verdict.outcome == "refused"]
            logger.info(
                "deliveries: %d files in %s: %d accepted, %d known, %d refused, and %d ignored",
                len(verdicts), settings.landing_dir, accepted, len(verdicts) - accepted - len(refused), len(refused),
                len(strays),
            )  # fmt: skip
            for stray in strays:
                logger.warning("ignored: %s", stray)

            for verdict in verdicts:
                if verdict.outcome == "accepted" and verdict.delivery:
                    context.log_event(arrival(contracts, verdict.delivery))
            stranger = recognition(verdicts)
            records = [gate_record("deliveries", REGISTER.to_user_string(), stranger)]
            told = {"ignored": dg.MetadataValue.md("\n".join(f"- {each}" for each in strays) or "nothing")}
            yield dg.MaterializeResult(REGISTER, metadata={"files": len(verdicts), "accepted": accepted, **told})
            yield dg.AssetCheckResult(
                asset_key=REGISTER, check_name=RECOGNISED, passed=stranger.passed, description=stranger.description
            )
            for contract in contracts.values():
                key = delivery_key(contract)
                own = [each for each in verdicts if (each.source, each.extract) == (contract.source, contract.extract)]
                delivery = latest.get((contract.source, contract.extract))
                overdue = tuple(lateness(contract, delivery.reference_date if delivery else None, now.date()))
                acceptable = acceptance(contract, delivery, own, overdue)
                blocking = [verdict for verdict in own if verdict.is_blocking]
                file_name = blocking[0].file_name if blocking else delivery.file_name if delivery else contract.extract
                checks = blocking[0].checks if blocking else every_rule(contract, delivery, overdue)
                records += [gate_record("deliveries", key.to_user_string(), each) for each in (acceptable, *checks)]
                if delivery is None and contract.optional:
                    yield dg.MaterializeResult(key, metadata={"dagster/row_count": 0, "file": "never delivered"})
                if delivery:
                    yield dg.MaterializeResult(
                        key,
                        metadata={
                            "dagster/row_count": delivery.rows,
                            "reference date": delivery.reference_date.isoformat(),
                            "file": delivery.file_name,
                            "sha256": delivery.file_sha256,
                            "let pass by a person": ", ".join(delivery.passed_rules) or "nothing",
                        },
                        data_version=dg.DataVersion(delivery.file_sha256),
                    )
                yield from check_results(contract, acceptable, checks, file_name)
            build.record_gate("deliveries", records)

    return deliveries
