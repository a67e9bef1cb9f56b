"""What Dagster loads: assembled from the settings, nothing else.

`build_defs` makes it for any settings; `defs` is the one of this installation.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import dagster as dg

from expectations.contract import load_contracts, load_published
from orchestration.assets.deliveries import deliveries_assets
from orchestration.assets.landing import landing_specs
from orchestration.assets.models import models_assets
from orchestration.assets.raw import raw_assets
from orchestration.assets.releases import published_key, release_assets
from orchestration.assets.reports import report_asset
from orchestration.catalogue import Known, catalogued, contracts_of
from orchestration.dbt_process import Dbt
from orchestration.dbt_project import prepared
from orchestration.failures import keep_values_out_of_logs
from orchestration.jobs import confirmation_sensor, delivery_sensor, nightly_job, nightly_schedule, tell_death
from orchestration.lineage import column_lineage
from orchestration.rebuild import rebuild_job
from orchestration.run_lock import RunLock
from orchestration.settings import Settings, chosen
from orchestration.tidy import tidy_job, tidy_schedule
from orchestration.unit_tests import models_sensor, unit_test_checks, unit_test_job


def build_defs(
    settings: Settings, *, resource_overrides: Mapping[str, Any] | None = None, with_lineage: bool = False
) -> dg.Definitions:
    """All assets, checks, jobs and resources for one set of settings.

    Args:
        settings: of the installation.
        resource_overrides: to put in place of a resource, by name.
        with_lineage: follow every column to its sources, for the UI; a run has no use for it.
    """
    keep_values_out_of_logs()
    extracts = load_contracts(settings.contracts)
    published = load_published(settings.contracts)
    restricted = load_published(settings.contracts, "restricted")
    dbt = prepared(settings)
    models = models_assets(dbt)
    assets = [
        *landing_specs(extracts),
        deliveries_assets(extracts),
        raw_assets(extracts),
        models,
        *release_assets(extracts, published, restricted, dbt.manifest, sorted(models.keys)),
        report_asset(published),
    ]
    facts = Known(
        contracts_of(extracts.values(), published.values()),
        timedelta(hours=settings.overdue_hours),
        column_lineage(dbt.manifest, extracts) if with_lineage else {},
    )
    proofs = unit_test_checks(dbt, extracts)
    return dg.Definitions(
        assets=catalogued(assets, facts),
        asset_checks=[proofs],
        jobs=[nightly_job(settings, proofs), rebuild_job(extracts), unit_test_job(proofs), tidy_job()],
        schedules=[nightly_schedule(settings), tidy_schedule(settings)],
        sensors=[
            delivery_sensor(settings, extracts),
            confirmation_sensor(settings, [*map(published_key, published.values())]),
            models_sensor(settings, dbt),
            tell_death(settings),
        ],
        executor=dg.in_process_executor,
        resources={
            "settings": settings,
            "builder": Dbt(settings),
            "run_lock": RunLock(lock_file=str(settings.lock_file)),
            **(resource_overrides or {}),
        },
    )


@dg.definitions
def defs() -> dg.Definitions:
    """The definitions of this installation, from the environment.

    Raises:
        UsageError: the environment holds what no setting can be.
    """
    return build_defs(chosen(), with_lineage=True)
