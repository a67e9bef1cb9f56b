"""The councillor's report as a document of blocks: sections in the order in which a councillor asks.

What each section says is in `results`, `money` and `trust`; the figures come from `figures`.
"""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import duckdb

from orchestration.council import money, promised, results, trust
from orchestration.council.figures import WHOLE, Published
from orchestration.council.wording import TEXTS
from orchestration.durable import settle, write
from orchestration.errors import UsageError
from orchestration.report.blocks import Block, Document, Language, Notice
from orchestration.report.render import html, pdf
from orchestration.report.wording import day


def page(con: duckdb.DuckDBPyConnection, period_name: str, language: Language) -> Document:
    """The report of a period in one language; `con` is the published file.

    Raises:
        UsageError: the file has no such period.
    """
    published, say = Published(con, language), TEXTS[language]
    run, period = published.run(), published.period(period_name)
    first, last = day(period.start, language), day(period.end - timedelta(days=1), language)
    name = say["whole"] if period.name == WHOLE else period.name
    loud = [Notice(say["illustrative"], say["illustrative_text"], is_loud=True)] if run.illustrative else []
    blocks: list[Block] = [
        *loud,
        Notice(say["how"], say["how_text"].format(below=run.threshold - 1)),
        *promised.promised(published, period),
        *results.sections(published, period),
        *money.savings(published),
        *money.premium(published, period),
        *results.others(published, period),
        *trust.quality(published),
        *trust.illustrative(published, period),
        *trust.withheld(published, period, run),
        *trust.notes(published, period, run),
    ]
    return Document(
        language=language,
        title=say["title"],
        subtitle=say["subtitle"].format(
            period=say["from_to"].format(name=name, first=first, last=last), as_of=day(run.as_of, language)
        ),
        mark=say["mark"],
        page_label=say["page"],
        of_label=say["of"],
        blocks=tuple(blocks),
    )


def documents(file: Path, period_name: str, languages: Sequence[Language]) -> list[Document]:
    """The report of a period in each language, from a published file.

    Raises:
        UsageError: there is no published file, or it has no such period.
    """
    if not file.exists():
        raise UsageError(f"Nothing is published yet at {file}. Run `homes4all run` first.")
    with duckdb.connect(str(file), read_only=True) as con:
        return [page(con, period_name, language) for language in languages]


def write_documents(made: Sequence[Document], period_name: str, folder: Path) -> list[Path]:
    """Write each document as HTML and PDF, whole files only; returns where they are."""
    written = []
    for document in made:
        target = folder / f"report_{period_name}_{document.language}.html"
        write(target, html(document))
        partial = folder / f".{target.stem}.pdf.tmp"
        partial.unlink(missing_ok=True)
        partial.write_bytes(pdf(document))
        settle(partial, target.with_suffix(".pdf"))
        written += [target, target.with_suffix(".pdf")]
    return written
