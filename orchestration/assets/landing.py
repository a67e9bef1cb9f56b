"""Before the first stage: what partners drop, outside of the pipeline, so that each delivery has its place in time.

What becomes of a dropped file is in `deliveries`.
"""

from collections.abc import Mapping

import dagster as dg

from expectations.contract import Contract
from orchestration.intake.archive import Delivery

Contracts = Mapping[tuple[str, str], Contract]


def landing_key(contract: Contract) -> dg.AssetKey:
    """What the partner drops: outside of the pipeline, and updated only when a new delivery is accepted."""
    return dg.AssetKey([f"landing_{contract.source}", contract.extract])


def landing_specs(contracts: Contracts) -> list[dg.AssetSpec]:
    """One asset per extract for the files that its partner drops, so that each delivery has its place in time."""
    return [
        dg.AssetSpec(
            landing_key(contract),
            group_name="deliveries",
            description=f"What the partner drops: updated when a new delivery of {contract.extract} was "
            f"accepted, and only then. {contract.description}",
            kinds={"file"},
            metadata={"dagster/column_schema": delivered_columns(contract)},
        )
        for contract in contracts.values()
    ]


def delivered_columns(contract: Contract) -> dg.TableSchema:
    """The columns of a delivery, with the heading that each has in the partner's file."""
    return dg.TableSchema(
        [dg.TableColumn(c.name, c.dtype, f"{c.description} In the file: `{c.heading}`.") for c in contract.columns]
    )


def arrival(contracts: Contracts, delivery: Delivery) -> dg.AssetMaterialization:
    """The event that a partner has delivered."""
    return dg.AssetMaterialization(
        landing_key(contracts[delivery.source, delivery.extract]),
        metadata={
            "file": delivery.file_name,
            "reference date": delivery.reference_date.isoformat(),
            "dagster/row_count": delivery.rows,
        },
    )
