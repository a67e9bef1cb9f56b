"""Catches: a page whose numbers are in the wrong language, a text that breaks out of its page, bytes that change."""

import zlib
from datetime import date
from decimal import Decimal

import pytest
import vl_convert

from orchestration.report.blocks import (
    Chart,
    Column,
    Document,
    Fact,
    Facts,
    Heading,
    Notice,
    Paragraph,
    Picture,
    Signatures,
    Table,
    Terms,
)  # fmt: skip
from orchestration.report.render import html, pages, pdf
from orchestration.report.screen import SCALE, SIGNATURE, markdown, png
from orchestration.report.wording import MINUS, day, euro, number
from orchestration.statements.wording import LIMITS, TEXTS

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="10"><rect width="40" height="10"/></svg>'
NASTY = 'a <b> & "c" #text(1em)[x] *y* $z$ \\ @w'


def document(rows: int = 2) -> Document:
    columns = (Column("Line", share=1), Column("Amount", "number"), Column("Hash", "code", 1))
    return Document(
        language="en", title="A title", subtitle=NASTY, mark="Homes4All", page_label="Page", of_label="of",
        blocks=(
            Notice("Illustrative", NASTY, is_loud=True), Notice("Note", NASTY), Heading("One"), Heading("Two", 2),
            Paragraph(NASTY), Paragraph(NASTY, is_small=True), Facts((Fact("Hash", "f" * 64, "code"),)),
            Table(columns, ((NASTY, "€1.00", "f" * 64),) * rows, ("Total", "€2.00", ""), caption=NASTY),
            Picture(SVG, "a bar", NASTY), Terms(((NASTY, NASTY),) * rows, NASTY),
            Chart(NASTY, Picture(SVG, "a bar", NASTY), Table(columns[:2], ((NASTY, "1"),) * 2), "a.table"),
            Chart(NASTY, Picture(SVG, "a bar", NASTY), Table(columns[:2], ((NASTY, "1"),) * 2), "a.table", True),
            Signatures(("City", "Chamber", "Provider"), "Name", "Date"),
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("value", "italian", "english"),
    [
        ("1234.5", "1.234,50\u00a0€", "€1,234.50"),
        ("-0.05", f"{MINUS}0,05\u00a0€", f"{MINUS}€0.05"),
        ("0", "0,00\u00a0€", "€0.00"),
        ("1234567890.12", "1.234.567.890,12\u00a0€", "€1,234,567,890.12"),
    ],
)
def test_euros(value: str, italian: str, english: str) -> None:
    assert (euro(Decimal(value), "it"), euro(Decimal(value), "en")) == (italian, english)


def test_numbers_and_days() -> None:
    assert number(Decimal("1368.0000"), "it") == "1.368"
    assert number(Decimal("-1368.2500"), "en") == f"{MINUS}1,368.25"
    assert number(1000, "it") == "1.000"
    assert (day(date(2023, 4, 1), "it"), day(date(2023, 4, 1), "en")) == ("1º aprile 2023", "1 April 2023")


def test_the_same_document_gives_the_same_bytes() -> None:
    assert pdf(document()) == pdf(document())
    assert html(document()) == html(document())


def test_the_pdf_is_tagged_for_screen_readers_and_undated() -> None:
    made = pdf(document())
    assert made.startswith(b"%PDF-1.7")
    for mark in (b"pdfuaid", b"/StructTreeRoot", b"/Lang"):
        assert mark in made
    assert b"CreationDate" not in made


def test_a_long_table_runs_over_pages() -> None:
    assert len(pages(document(rows=120))) > len(pages(document())) >= 1


def test_the_page_escapes_texts_and_fetches_nothing() -> None:
    made = html(document())
    assert "a &lt;b&gt; &amp;" in made
    assert "<b>" not in made
    assert SVG in made
    assert made.count("http") == made.count("http://www.w3.org/2000/svg")


def test_a_row_that_does_not_fit_its_table_is_an_error() -> None:
    with pytest.raises(ValueError, match="2 cells in a table of 1"):
        Table((Column("one"),), (("a", "b"),))


def test_a_statement_says_the_same_things_in_both_languages() -> None:
    assert set(TEXTS["it"]) == set(TEXTS["en"])
    assert set(LIMITS["it"]) == set(LIMITS["en"])


def test_a_chart_on_a_screen_is_a_picture_and_a_table_and_fetches_nothing() -> None:
    table = Table((Column("Line", share=1), Column("Amount", "number")), (("a | b", "€1.00"), ("c", "withheld")))
    shown = markdown(Chart("A name", Picture(SVG, "a [bar]", "by line"), table, "a.table"))
    title, picture, *rows = shown.strip().split("\n\n")
    assert title == "**A name** · by line"
    assert picture.startswith("![a  bar ](data:image/png;base64,")
    assert rows == ["| Line | Amount |\n| --- | ---: |\n| a \\| b | €1.00 |\n| c | withheld |"]
    assert "http" not in shown


def test_a_picture_is_packed_well_and_loses_nothing() -> None:
    packed, plain = png(SVG), vl_convert.svg_to_png(SVG, scale=SCALE)
    assert packed.startswith(SIGNATURE)
    assert pixels(packed) == pixels(plain)
    assert png(SVG) == packed


def pixels(picture: bytes) -> tuple[bytes, bytes]:
    """The head of a PNG and its pixels, every checksum tried."""
    found, place = {b"IHDR": b"", b"IDAT": b""}, len(SIGNATURE)
    while place < len(picture):
        length = int.from_bytes(picture[place : place + 4], "big")
        kind, data = picture[place + 4 : place + 8], picture[place + 8 : place + 8 + length]
        assert zlib.crc32(kind + data) == int.from_bytes(picture[place + 8 + length : place + 12 + length], "big")
        found[kind] = found.get(kind, b"") + data
        place += length + 12
    return found[b"IHDR"], zlib.decompress(found[b"IDAT"])
