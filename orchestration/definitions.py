"""What Dagster loads: assembled from the settings, nothing else.

`build_defs` makes it for any settings; `defs` is the one of this installation.
"""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from expectations.contract import load_contracts, load_published
from orchestration.assets.deliveries import deliveries_assets
from orchestration.assets.models import models_assets
from orchestration.assets.raw import raw_assets
from orchestration.assets.releases import release_assets
from orchestration.assets.reports import report_asset
from orchestration.dbt_project import prepared
from orchestration.failures import keep_values_out_of_logs
from orchestration.jobs import delivery_sensor, nightly_job, nightly_schedule
from orchestration.run_lock import RunLock
from orchestration.settings import Settings


def build_defs(settings: Settings, *, resource_overrides: Mapping[str, Any] | None = None) -> dg.Definitions:
    """All assets, checks, jobs and resources for one set of settings."""
    keep_values_out_of_logs()
    extracts = load_contracts(settings.contracts)
    published = load_published(settings.contracts)
    restricted = load_published(settings.contracts, "restricted")
    dbt = prepared(settings)
    models = models_assets(dbt)
    return dg.Definitions(
        assets=[
            deliveries_assets(extracts),
            raw_assets(extracts),
            models,
            *release_assets(extracts, published, restricted, dbt.manifest, sorted(models.keys)),
            report_asset(published),
        ],
        jobs=[nightly_job(settings)],
        schedules=[nightly_schedule(settings)],
        sensors=[delivery_sensor(settings)],
        executor=dg.in_process_executor,
        resources={
            "settings": settings,
            "run_lock": RunLock(lock_file=str(settings.lock_file)),
            **(resource_overrides or {}),
        },
    )


@dg.definitions
def defs() -> dg.Definitions:
    """The definitions of this installation, from the environment."""
    return build_defs(Settings())
