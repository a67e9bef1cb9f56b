"""A document as one self-contained HTML page and as a PDF that reads aloud (PDF/UA-1). Nothing is fetched.

The same document gives the same bytes: no clock, and only the fonts that come with the typesetter.
"""

import json
from pathlib import Path
from typing import Literal

import typst
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from orchestration.report.blocks import Document

FOLDER = Path(__file__).parent
HTML_TEMPLATE = "document.html.jinja"
PDF_TEMPLATE = "document.typ"
PPI = 96


def html(document: Document) -> str:
    """The document as one HTML page that prints on A4; every text is escaped, pictures are drawn inline."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["drawing"] = Markup
    return environment.get_template(HTML_TEMPLATE).render(document.as_data())


def pdf(document: Document) -> bytes:
    """The document as PDF, tagged for screen readers."""
    return _typeset(document, "pdf")[0]


def pages(document: Document) -> list[bytes]:
    """The pages of the PDF as PNG pictures, to look at."""
    return _typeset(document, "png")


def _typeset(document: Document, form: Literal["pdf", "png"]) -> list[bytes]:
    compiler = typst.Compiler(
        input=FOLDER / PDF_TEMPLATE,
        root=FOLDER,
        font_paths=typst.Fonts(include_system_fonts=False),
        sys_inputs={"document": json.dumps(document.as_data(), ensure_ascii=False)},
    )
    made = compiler.compile(format=form, ppi=PPI, pdf_standards=["ua-1"] if form == "pdf" else [])
    return [page for page in (made if isinstance(made, list) else [made]) if page is not None]
