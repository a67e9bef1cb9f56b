"""What the asset graph says of every asset beside its data: who answers for it, how far it may go, what it promises.

One home for all stages, so that no asset is without: `catalogued` completes the assets of `orchestration.assets`,
which state what each is and how it is made.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import dagster as dg

from expectations.changes import LATE
from expectations.contract import Contract
from orchestration.assets.deliveries import delivery_key
from orchestration.assets.landing import landing_key
from orchestration.assets.raw import raw_key
from orchestration.assets.releases import RESTRICTED, published_key
from orchestration.lineage import Column, Lineage
from orchestration.settings import PROJECT_ROOT
from orchestration.statements.load import FROZEN

DATA_TEAM = "team:data"
CHAMBER_TEAM = "team:chamber"
DEFINED_BY_CHAMBER = ("metrics", "savings", "payments")
DELIVERED = ("deliveries", "raw", "staging")
OF_HOUSEHOLDS = ("household_id", "household_key", "dwelling_id")
NAMED_ROWS = {RESTRICTED, *(dg.AssetKey(["certified", name]) for name in FROZEN)}
PAGES = Path("docs") / "extracts"
GUIDE = Path("docs") / "evaluators.md"
SCHEMA, LINEAGE = "dagster/column_schema", "dagster/column_lineage"
SHOWN_SOURCES = 6


@dataclass(frozen=True)
class Known:
    """What is known besides the assets: contracts, when a night is overdue, and the sources of columns if asked for."""

    contracts: Mapping[dg.AssetKey, Contract]
    overdue_after: timedelta
    lineage: Lineage = field(default_factory=dict)


def contracts_of(extracts: Iterable[Contract], published: Iterable[Contract]) -> dict[dg.AssetKey, Contract]:
    """The contract of every asset that has one."""
    contracts = {key(each): each for each in extracts for key in (landing_key, delivery_key, raw_key)}
    return contracts | {published_key(each): each for each in published}


def catalogued(assets: Sequence[Any], facts: Known) -> list[Any]:
    """The same assets, complete."""
    return list(dg.map_asset_specs(lambda spec: entry(spec, facts), assets))


def entry(spec: dg.AssetSpec, facts: Known) -> dg.AssetSpec:
    """One asset with owners, kinds, tags, the way to its contract, and where its columns come from."""
    contract = facts.contracts.get(spec.key)
    source = source_of(spec, contract)
    policy = freshness_of(spec, contract, facts.overdue_after)
    return spec.replace_attributes(owners=owners_of(spec, source), freshness_policy=policy).merge_attributes(
        kinds={"python"} if "dbt" not in spec.kinds and spec.kinds != {"file"} else set(),
        tags={"sensitivity": sensitivity_of(spec)} | ({"source": source} if source else {}),
        metadata=promise(contract) | columns_of(spec, facts.lineage),
    )


def source_of(spec: dg.AssetSpec, contract: Contract | None) -> str | None:
    """The partner whose rows these are; none for what is made of several."""
    if spec.group_name == "staging":
        return spec.key.path[-1].removeprefix("stg_").split("__")[0]
    return contract.source if contract and spec.group_name in DELIVERED else None


def owners_of(spec: dg.AssetSpec, source: str | None) -> list[str]:
    """Who answers for an asset: the partner for what it delivers, the Chamber too for what it defines."""
    if spec.group_name == "deliveries" and source:
        return [f"team:{source}"]
    return [DATA_TEAM, CHAMBER_TEAM] if spec.group_name in DEFINED_BY_CHAMBER else [DATA_TEAM]


def sensitivity_of(spec: dg.AssetSpec) -> str:
    """How far an asset may go.

    `household`: rows about households or their homes, pseudonymised; never leaves. `aggregate`: counts and sums before
    disclosure control. `reference`: tariffs, parameters, prices and days, about nobody. `published`: for everyone.
    """
    if spec.key in NAMED_ROWS:
        return "household"
    if spec.group_name == "published":
        return "published"
    if any(column.name.endswith(OF_HOUSEHOLDS) for column in schema_of(spec).columns):
        return "household"
    return "reference" if spec.group_name in DELIVERED and spec.key.path[0] != "certified" else "aggregate"


def freshness_of(spec: dg.AssetSpec, contract: Contract | None, overdue_after: timedelta) -> dg.FreshnessPolicy | None:
    """When an asset is overdue; none for what a night without news leaves as it is.

    A partner's files by the `late` rule of their contract, published tables by the hours of `homes4all status`.
    """
    if contract and spec.key == landing_key(contract):
        late = [each for each in contract.changes if each.kind == LATE]
        return dg.FreshnessPolicy.time_window(timedelta(days=int(late[0].limits["days"]))) if late else None
    if contract and contract.file is None:
        return dg.FreshnessPolicy.time_window(overdue_after)
    return None


def promise(contract: Contract | None) -> dict[str, dg.MetadataValue]:
    """Where the contract is, from the root of the project, and its page as text, since the UI cannot open a file."""
    if contract is None:
        return {}
    root = PROJECT_ROOT if contract.path.is_relative_to(PROJECT_ROOT) else contract.path.parents[2]
    found: dict[str, dg.MetadataValue] = {
        "contract": dg.MetadataValue.path(contract.path.relative_to(root)),
        "contract version": dg.MetadataValue.text(contract.version),
    }
    page = GUIDE if contract.file is None else PAGES / f"{contract.extract}.md"
    if contract.file and (PROJECT_ROOT / page).exists():
        text = (PROJECT_ROOT / page).read_text(encoding="utf-8")
        found["contract in words"] = dg.MetadataValue.md(text)
    return found | {"guide": dg.MetadataValue.path(page)}


def schema_of(spec: dg.AssetSpec) -> dg.TableSchema:
    """The columns that an asset states; none if it states none."""
    stated = spec.metadata.get(SCHEMA)
    return stated.schema if isinstance(stated, dg.TableSchemaMetadataValue) else stated or dg.TableSchema([])


def columns_of(spec: dg.AssetSpec, lineage: Lineage) -> dict[str, Any]:
    """Where each column comes from, for programs, and under its description for people: the UI shows no lineage."""
    schema = schema_of(spec)
    sources = lineage_of(spec, schema, lineage)
    if not sources:
        return {}
    deps = {
        column: [dg.TableColumnDep(dg.AssetKey([*path]), name) for *path, name in found]
        for column, found in sources.items()
    }
    columns = [
        dg.TableColumn(
            each.name, each.type, "\n\n".join(filter(None, (each.description, came_from(sources.get(each.name, ())))))
        )
        for each in schema.columns
    ]
    return {LINEAGE: dg.TableColumnLineage(deps), SCHEMA: dg.TableSchema(columns)}


def lineage_of(spec: dg.AssetSpec, schema: dg.TableSchema, lineage: Lineage) -> Mapping[str, Sequence[Column]]:
    """The sources of an asset's columns: a model's from its SQL, a published table's are the model of its name."""
    if not lineage:
        return {}
    *_, area, table = spec.key.path
    if spec.group_name == "raw" and area.startswith("raw_"):
        own = {column.name for column in schema.columns if not column.name.startswith("_")}
        return {name: ((area.replace("raw_", "deliveries_", 1), table, name),) for name in own}
    columns = lineage.get((area, table), {})
    if spec.group_name == "published":
        return {name: ((area, table, name),) for name in (each.name for each in schema.columns) if name in columns}
    return columns


def came_from(sources: Sequence[Column]) -> str:
    """The sources of a column as links to their assets; nothing where there are none."""
    if not sources:
        return ""
    links = [f"[{area}/{table}](/assets/{area}/{table}) `{column}`" for area, table, column in sources[:SHOWN_SOURCES]]
    more = f" and {len(sources) - SHOWN_SOURCES} more" if len(sources) > SHOWN_SOURCES else ""
    return f"← {', '.join(links)}{more}"
