"""Write histories as the raw tables of a build, as the intake would leave them, and have dbt compute the metrics."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from expectations.contract import Contract, load_contracts
from orchestration.dbt_process import Dbt
from orchestration.dbt_project import build_models, prepared
from orchestration.intake.archive import Delivery
from orchestration.intake.load import load_register
from orchestration.resources import Builds
from orchestration.settings import Settings
from orchestration.synthetic import chamber_frames
from reference.history import Household
from reference.raw import complete
from reference.rows import Row

Rows = dict[tuple[str, int], dict[str, list[Row]]]
Tables = dict[tuple[str, str], list[dict[str, Any]]]


def household_id(name: int | str) -> str:
    """A pseudonym as the registers hold them."""
    return "h_" + hashlib.sha256(str(name).encode()).hexdigest()[:24]


def dwelling_id(name: int | str, position: int) -> str:
    return f"d_{name}_{position}"


def canonical(value: Any) -> str | None:
    """The text that the intake keeps of a value."""
    if pd.isna(value):
        return None
    if isinstance(value, bool):
        return str(value).lower()
    return format(Decimal(repr(value)), "f") if isinstance(value, float) else str(value)


def register_rows(histories: Mapping[Any, Household]) -> Tables:
    """The extracts' rows of many households; what a history leaves out is the same for all."""
    made: Tables = {}

    def add(source: str, extract: str, **values: Any) -> None:
        made.setdefault((source, extract), []).append(values)

    for name, one in histories.items():
        who = household_id(name)
        add("municipality", "households", household_id=who, registered_on=one.registered_on, members=one.members,
            referral_channel="locare", minors=one.minors, members_with_disability=one.members_with_disability,
            economic_capacity=one.economic_capacity, district=one.district)  # fmt: skip
        for n, s in enumerate(one.stays):
            add("municipality", "temporary_stays", stay_id=f"s_{name}_{n}", household_id=who, persons=one.members,
                accommodation_type="hotel", nightly_cost_eur="60", household_copayment_eur="0", **vars(s))  # fmt: skip
        for n, a in enumerate(one.applications):
            add("municipality", "waiting_list", application_id=f"a_{name}_{n}", household_id=who, list_type="erp",
                status="assigned" if a.closed_on else "waiting", **vars(a))  # fmt: skip
        for n, e in enumerate(one.evictions):
            add("municipality", "evictions", eviction_id=f"e_{name}_{n}", household_id=who, **vars(e))
        for n, e in enumerate(one.enrolments):
            add("provider", "enrolments", enrolment_id=f"n_{name}_{n}", household_id=who, **vars(e))
        for n, t in enumerate(one.tenancies):
            home = None if t.dwelling is None else dwelling_id(name, t.dwelling)
            add("provider", "tenancies", tenancy_id=f"t_{name}_{n}", household_id=who, dwelling_id=home, **vars(t))
        for n, d in enumerate(filter(None, one.dwellings)):
            add("provider", "dwellings", dwelling_id=dwelling_id(name, n), provenance="private_vacant", **vars(d))
        for n, a in enumerate(one.assessments):
            add("support", "assessments", assessment_id=f"w_{name}_{n}", household_id=who, **vars(a))
        for n, a in enumerate(one.activities):
            add("support", "support_activities", activity_id=f"v_{name}_{n}", household_id=who, activity_type="visit",
                **vars(a))  # fmt: skip
    return made


def chamber_rows() -> Tables:
    """The sample's Chamber tables."""
    frames = chamber_frames(load_contracts(Settings().contracts))
    return {
        key: [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]
        for key, frame in frames.items()
    }


def with_second_versions(chamber: Tables, parameters: Mapping[str, tuple[str, str]]) -> Tables:
    """The Chamber's tables with a second version of some metrics beside the first: parameter and value by metric."""
    first = {row["metric_id"]: row for row in chamber["chamber", "metric_definitions"]}
    definitions = [first[metric] | {"version": 2} for metric in parameters]
    changed = [
        {"name": name, "metric_id": metric, "metric_version": 2, "value": value, "unit": "", "valid_from": "2020-01-01"}
        for metric, (name, value) in parameters.items()
    ]
    added = {"metric_definitions": definitions, "measurement_parameters": changed}
    return chamber | {("chamber", name): chamber["chamber", name] + rows for name, rows in added.items()}


@dataclass(frozen=True)
class Computed:
    """What dbt made of the raw tables: the build's file, and the status of every node and test."""

    warehouse: Path
    statuses: Mapping[str, str]

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.warehouse), read_only=True) as con:
            return con.execute(sql).fetchall()

    def rows(self) -> Rows:
        """Every metric row by metric and version, and by household or dwelling."""
        rows: Rows = defaultdict(lambda: defaultdict(list))
        for metric, version, subject, *row in self.query("""
            select metric_id, metric_version, coalesce(household_id, dwelling_id), counted_on, in_denominator,
                in_numerator, exclusion_reason is not null, value, weight, wave
            from metrics.household_metrics
        """):
            rows[metric, version][subject].append(Row(*row))
        return {metric: {subject: sorted(made) for subject, made in found.items()} for metric, found in rows.items()}

    def failed(self) -> list[str]:
        """Models that were not built and tests that did not pass; a warning is no failure."""
        return sorted(name for name, status in self.statuses.items() if status not in ("success", "pass", "warn"))


def delivery(source: str, contract: Contract, as_of: date) -> Delivery:
    """The one delivery of an extract that its rows are said to come from."""
    return Delivery(
        delivery_id=f"{contract.extract:x<16.16}",
        source=source,
        extract=contract.extract,
        reference_date=as_of,
        file_name=f"{contract.extract}_{as_of}.csv",
        file_sha256=hashlib.sha256(contract.extract.encode()).hexdigest(),
        rows=0,
        parquet_sha256="",
        contract_version=contract.version,
        received_at=datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC),
    )


def computed(data: Path, as_of: date, rows: Tables) -> Computed:
    """Build all models, with their tests, on these rows; their order is kept."""
    settings = Settings(data=data)
    contracts = load_contracts(settings.contracts)
    build = Builds(settings.build_dir).begin("reference")
    with build.connect() as con:
        for (source, extract), contract in contracts.items():
            load(con, source, contract, rows.get((source, extract), []))
        con.execute("create schema provenance")
        con.execute(
            "create table provenance.build as select $day::date as as_of, 'reference' as run_id", {"day": as_of}
        )
        deliveries = [delivery(source, contract, as_of) for (source, _), contract in contracts.items()]
        load_register(con, deliveries, used={each.delivery_id for each in deliveries})
        complete(con, contracts, as_of)
    prepared(settings)
    results = build_models(Dbt(settings), build, [])
    return Computed(build.warehouse.resolve(), {each["unique_id"]: each["status"] for each in results})


def load(con: duckdb.DuckDBPyConnection, source: str, contract: Contract, rows: Sequence[dict[str, Any]]) -> None:
    """One raw table: canonical text, the delivery and the line."""
    names = [column.name for column in contract.columns]
    columns: dict[str, Iterable[Any]] = {name: [canonical(row.get(name)) for row in rows] for name in names}
    table = pa.table(
        {
            **{name: pa.array(values, pa.string()) for name, values in columns.items()},
            "_delivery_id": pa.array([f"{contract.extract:x<16.16}"] * len(rows), pa.string()),
            "_row": pa.array(range(2, len(rows) + 2), pa.int32()),
        }
    )
    con.register("delivered", table)
    con.execute(f"create schema if not exists raw_{source}")
    con.execute(f"create table raw_{source}.{contract.extract} as from delivered")
    con.unregister("delivered")
