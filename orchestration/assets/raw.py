"""The second stage: a fresh warehouse from the archive, as of a day.

What is loaded, and how, is in `orchestration.intake.load`; this module shows it to Dagster.
"""

import logging
from collections.abc import Iterator
from datetime import date

import dagster as dg
from pydantic import Field

from expectations.contract import Contract
from expectations.gate import CheckResult
from orchestration.assets.deliveries import REGISTER, Contracts, delivery_key, outcome
from orchestration.checks import as_told
from orchestration.errors import UsageError
from orchestration.failures import readable_failures
from orchestration.intake.archive import Archive
from orchestration.intake.load import HISTORY, chosen_as_of, holding_back, load_warehouse
from orchestration.publish.verdict import gate_record
from orchestration.resources import Builds
from orchestration.run_lock import RunLock
from orchestration.settings import Settings
from orchestration.statements.load import load_statements
from orchestration.statements.store import Statements

logger = logging.getLogger("homes4all.raw")

COMPLETE = "complete"
BUILD = dg.AssetKey(["provenance", "build"])
DELIVERIES = dg.AssetKey(["provenance", "deliveries"])
INCLUSIVE_ENDS = dg.AssetKey(["provenance", "inclusive_ends"])
CERTIFIED = {
    "statements": "One row per certified statement.",
    "claims": "One row per certified claim, as its statement froze it.",
    "adjustments": "One row per claim that a later statement adjusts, with the reason and the deliveries behind it.",
    "reasons": "One row per reason of an adjustment, in words.",
}


class AsOf(dg.Config):
    """The day to compute as of (YYYY-MM-DD); empty for the last day that every register covers."""

    as_of: str | None = Field(default=None, description="For instance 2024-06-30; empty for the last complete day.")


def day_of(text: str) -> date:
    """The day that a person wrote.

    Raises:
        UsageError: it is none.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise UsageError("as_of is no day. Write it as YYYY-MM-DD, for instance 2024-06-30.")
    return day


def raw_key(contract: Contract) -> dg.AssetKey:
    """The asset of an extract's raw table."""
    return dg.AssetKey([f"raw_{contract.source}", contract.extract])


def completeness(rows: int, delivered: int) -> CheckResult:
    """Whether a raw table holds every row that the register says was delivered."""
    passed = rows == delivered
    text = (
        "all that the register says is loaded" if passed else f"{rows:,} rows loaded of {delivered:,} in the register"
    )
    return outcome(COMPLETE, text, passed=passed, rows=rows, failed=abs(rows - delivered))


def history_spec(contract: Contract) -> dg.AssetSpec:
    """The asset of every delivery of an extract whose history is asked."""
    key = raw_key(contract)
    day = dg.TableColumn("_reference_date", "DATE", description="Reference date of the delivery.")
    return dg.AssetSpec(
        [*key.path[:-1], f"{key.path[-1]}_history"],
        deps=[REGISTER],
        group_name="raw",
        description=f"Every accepted delivery up to the one in use, one after the other. {contract.description}",
        kinds={"duckdb"},
        metadata={"dagster/column_schema": dg.TableSchema([*table_schema(contract).columns, day])},
    )


def table_schema(contract: Contract) -> dg.TableSchema:
    """The columns of a raw table: canonical text, and where each row came from."""
    columns = [dg.TableColumn(c.name, "VARCHAR", description=c.description) for c in contract.columns]
    columns.append(dg.TableColumn("_delivery_id", "VARCHAR", description="Delivery that the row came in."))
    columns.append(dg.TableColumn("_row", "INTEGER", description="Line of the delivered file."))
    return dg.TableSchema(columns)


def raw_assets(contracts: Contracts) -> dg.AssetsDefinition:
    """One asset per raw table, the two tables that say what the build rests on, and what was certified."""
    specs = [
        dg.AssetSpec(
            raw_key(contract),
            deps=[delivery_key(contract)],
            group_name="raw",
            description=f"As delivered, in canonical text. {contract.description}",
            kinds={"duckdb"},
            metadata={"dagster/column_schema": table_schema(contract)},
        )
        for contract in contracts.values()
    ]
    for key, description in (
        (BUILD, "One row: the day that this build is computed as of, and the run that made it."),
        (DELIVERIES, "One row per accepted delivery, and whether this build rests on it."),
        (INCLUSIVE_ENDS, "One row per column that holds the last day instead of the day after, as its contract says."),
    ):
        specs.append(dg.AssetSpec(key, deps=[REGISTER], group_name="raw", description=description, kinds={"duckdb"}))
    specs += [
        dg.AssetSpec(["certified", name], group_name="raw", description=description, kinds={"file"})
        for name, description in CERTIFIED.items()
    ]
    history = history_spec(contracts[HISTORY])
    specs.append(history)
    check_specs = [
        dg.AssetCheckSpec(COMPLETE, asset=raw_key(contract), blocking=True, description="No row was lost on the way.")
        for contract in contracts.values()
    ]

    @dg.multi_asset(name="raw", specs=specs, check_specs=check_specs, pool="warehouse")
    def raw(
        context: dg.AssetExecutionContext, config: AsOf, settings: dg.ResourceParam[Settings], run_lock: RunLock
    ) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
        with readable_failures():
            build = Builds(settings.build_dir).current()
            build.warehouse.unlink(missing_ok=True)
            archive = Archive(settings.archive_dir)
            latest = archive.latest()
            as_of = chosen_as_of(latest, contracts, day_of(config.as_of) if config.as_of else None)
            with build.connect() as con:
                rows = load_warehouse(con, archive, contracts, as_of=as_of, run_id=build.run_id)
                certified = load_statements(con, Statements(settings.statements_dir).checked())
            held, beyond = holding_back(latest, contracts)
            standing = ", ".join(f"{each.source}/{each.extract}" for each in held) if beyond else ""
            logger.info("raw: %d tables, %s rows, as of %s", len(rows), f"{sum(rows.values()):,}", as_of)
            if standing:
                logger.warning(
                    "raw: the registers are complete up to %s, held back by %s", held[0].reference_date, standing
                )

            facts = {"as of": as_of.isoformat(), "held back by": standing or "no register", "dagster/row_count": 1}
            yield dg.MaterializeResult(BUILD, metadata=facts)
            yield dg.MaterializeResult(DELIVERIES, metadata={"dagster/row_count": len(archive.deliveries())})
            yield dg.MaterializeResult(INCLUSIVE_ENDS)
            yield dg.MaterializeResult(history.key)
            for name, count in certified.items():
                yield dg.MaterializeResult(dg.AssetKey(["certified", name]), metadata={"dagster/row_count": count})
            records = []
            for contract in contracts.values():
                identity = (contract.source, contract.extract)
                check = completeness(rows[identity], latest[identity].rows if identity in latest else 0)
                records.append(gate_record("raw", raw_key(contract).to_user_string(), check))
                yield dg.MaterializeResult(raw_key(contract), metadata={"dagster/row_count": rows[identity]})
                yield dg.AssetCheckResult(
                    asset_key=raw_key(contract), check_name=COMPLETE, passed=check.passed, description=as_told(check)
                )
            build.record_gate("raw", records)

    return raw
