"""After the last stage: the council's report of what was published, and its charts at the published tables.

A step of its own: whatever happens here, the published file stays. Only that file is read. The tables are told of once
more with their charts, since the UI shows beside a table what its newest materialisation says.
"""

import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import dagster as dg

from expectations.contract import Contract
from orchestration.assets.releases import published_key, table_metadata
from orchestration.council.kept import keep
from orchestration.durable import file_sha256
from orchestration.failures import readable_failures
from orchestration.publish.snapshot import table_rows
from orchestration.report.blocks import Chart, Document
from orchestration.run_lock import RunLock
from orchestration.settings import Settings

logger = logging.getLogger("homes4all.reports")

REPORT = dg.AssetKey(["reports", "council"])
STEP = "report"
DATA_VERSION = "dagster/data_version"


def report_asset(published: Mapping[str, Contract]) -> dg.AssetsDefinition:
    """The report as an asset, downstream of every published table."""

    @dg.multi_asset(
        name=STEP,
        specs=[
            dg.AssetSpec(
                REPORT,
                deps=[published_key(contract) for contract in published.values()],
                group_name="published",
                description="What was promised and what came out, for the Council: HTML and PDF, Italian and English.",
                kinds={"pdf"},
            )
        ],
        pool="warehouse",
    )
    def report(
        context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings], run_lock: RunLock
    ) -> Iterator[dg.MaterializeResult]:
        with readable_failures():
            made, paths = keep(settings)
            pictures = pictures_of(made)
            rows, sha256 = table_rows(settings.published_file), file_sha256(settings.published_file)
            for table, shown in pictures.items():
                context.log_event(
                    dg.AssetMaterialization(
                        published_key(published[table]),
                        description="The table as it was published, with its charts.",
                        metadata={**shown, **table_metadata(settings.published_file, rows[table])},
                        tags={DATA_VERSION: sha256},
                    )
                )
            logger.info("report: %d files in %s", len(paths), settings.reports_dir)
            links = [f"[{table}](/assets/published/{table.replace('.', '/')})" for table in pictures]
            yield dg.MaterializeResult(
                REPORT,
                metadata={
                    "published sha256": sha256,
                    "charts": dg.MetadataValue.md(", ".join(links)),
                    **{path.name.rsplit("_", 1)[1]: dg.MetadataValue.path(path) for path in paths},
                },
            )

    return report


def pictures_of(made: Sequence[Document]) -> dict[str, dict[str, dg.MarkdownMetadataValue]]:
    """By published table, its charts as Markdown under their names; every language says the same charts."""
    from orchestration.report.screen import markdown

    pictures: dict[str, dict[str, dg.MarkdownMetadataValue]] = defaultdict(dict)
    charts = [[block for block in document.blocks if isinstance(block, Chart)] for document in made]
    for translations in zip(*charts, strict=True):
        name = " · ".join(each.name for each in translations)
        text = "\n\n---\n\n".join(markdown(each) for each in translations)
        pictures[translations[0].source][name] = dg.MetadataValue.md(text)
    return pictures
