"""The report that is kept with the published file: of its very bytes, in both languages, whole or not at all.

What it says belongs in `page`. When it is written is decided by those who publish.
"""

import json
from pathlib import Path

from orchestration.durable import file_sha256, write
from orchestration.report.blocks import Document, Language
from orchestration.settings import Settings

LANGUAGES: tuple[Language, ...] = ("it", "en")
RECORD = "report.json"


def is_kept(settings: Settings) -> bool:
    """Whether the report of the published file is there as it was written."""
    record = settings.reports_dir / RECORD
    try:
        found = json.loads(record.read_text(encoding="utf-8"))
        hashes = {name: file_sha256(settings.reports_dir / name) for name in found["files"]}
        return (found["published"], found["files"]) == (file_sha256(settings.published_file), hashes)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def keep(settings: Settings) -> tuple[list[Document], list[Path]]:
    """Write the report of the published file, the record of it last; returns what was written, and where.

    Raises:
        UsageError: there is no published file.
    """
    from orchestration.council.figures import WHOLE
    from orchestration.council.page import documents, write_documents  # draws: not needed by those who only look

    (settings.reports_dir / RECORD).unlink(missing_ok=True)
    made = documents(settings.published_file, WHOLE, LANGUAGES)
    paths = write_documents(made, WHOLE, settings.reports_dir)
    record = {
        "published": file_sha256(settings.published_file),
        "files": {path.name: file_sha256(path) for path in paths},
    }
    write(settings.reports_dir / RECORD, json.dumps(record, indent=1))
    return made, paths


def warm_up() -> None:
    """Import what draws, and draw once, ahead of its use: while another process is at work."""
    from orchestration.council import page
    from orchestration.council.charts import Point, intervals

    intervals([Point(page.__name__, None)], LANGUAGES[0], withheld="")
