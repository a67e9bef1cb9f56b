"""Catches: a report that shows what is withheld, fetches, lacks words or a table for a chart, or changes its bytes."""

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from conftest import City

from orchestration.council.figures import WHOLE
from orchestration.council.page import documents, page, write_documents
from orchestration.errors import UsageError
from orchestration.report.blocks import Chart, Heading, Language, Paragraph, Table
from orchestration.report.render import html, pages, pdf
from orchestration.report.wording import euro

LANGUAGES: tuple[Language, ...] = ("it", "en")


@pytest.fixture(scope="module")
def published(published_city: City) -> Iterator[duckdb.DuckDBPyConnection]:
    with published_city.published() as con:
        yield con


def test_both_languages_are_written_whole_and_the_bytes_repeat(published_city: City, tmp_path: Path) -> None:
    file = published_city.settings.published_file
    first, second = (write_documents(documents(file, WHOLE, LANGUAGES), WHOLE, tmp_path / name) for name in ("a", "b"))
    assert [path.name for path in first] == [
        f"report_programme_to_date_{language}.{form}" for language in LANGUAGES for form in ("html", "pdf")
    ]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    for path in first:
        if path.suffix == ".html":
            text = path.read_text(encoding="utf-8").replace("http://www.w3.org/", "")
            assert not re.search(r"https?://|<script|<link|@import|url\((?!#)", text)
            assert text.startswith("<!DOCTYPE html>")
        else:
            assert path.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chart_has_words_and_a_table(published: duckdb.DuckDBPyConnection, language: Language) -> None:
    document = page(published, "programme_to_date", language)
    charts = [block for block in document.blocks if isinstance(block, Chart)]
    assert len(charts) == 8 + _months_shown(published)
    for chart in charts:
        assert chart.picture.alternative.startswith(f"{chart.name}. {chart.picture.caption}. ")
        assert len(chart.table.rows) > 1
    assert html(document).count('<figure role="img" aria-label="') == len(charts)


def _months_shown(con: duckdb.DuckDBPyConnection) -> int:
    rows = con.execute(
        "select count(distinct curve) from metrics.survival_curves "
        "where category = 'all' and months > 0 and survival is not null"
    ).fetchone()
    return rows[0] if rows else 0


def test_the_premium_stands_against_its_ceilings_and_says_where_more_is_withheld(
    published: duckdb.DuckDBPyConnection,
) -> None:
    told = {
        period: (amount, withheld)
        for period, amount, withheld in published.execute(
            "select period, sum(amount_eur), count(*) filter (where amount_eur is null) from payments.lines group by 1"
        ).fetchall()
    }
    (chart,) = (
        block
        for block in page(published, "programme_to_date", "it").blocks
        if isinstance(block, Chart) and block.source == "payments.lines"
    )
    assert len(chart.table.rows) == len(told)
    for quarter, amount, ceiling, _, ceiling_contract in chart.table.rows:
        shown, withheld = told[quarter.removesuffix(" (aperto)")]
        assert amount == ("riservato" if shown is None else f"{euro(shown, 'it')}{' +' if withheld else ''}")
        assert (ceiling, ceiling_contract) == ("60.000\u00a0€", "250.000\u00a0€")
    assert any(amount == "riservato" for _, amount, *_ in chart.table.rows)
    assert "60.000" in chart.picture.svg
    assert "250.000" in chart.picture.svg


def test_lines_of_the_premium_show_no_amount_that_is_withheld(published: duckdb.DuckDBPyConnection) -> None:
    lines = published.execute("select tariff_id, period, amount_eur from payments.lines").fetchall()
    (table,) = (
        block
        for block in page(published, "programme_to_date", "it").blocks
        if isinstance(block, Table) and block.columns[0].title == "Riga"
    )
    for title, paid, withheld in table.rows:
        own = [(period, amount) for tariff, period, amount in lines if tariff == title.split(" · ")[0]]
        assert {each.split()[0] for each in paid.split("; ") if each != "–"} == {p for p, a in own if a is not None}
        assert {each for each in withheld.split(", ") if each != "–"} == {p for p, a in own if a is None}


def test_limits_of_the_contract_are_those_delivered(published: duckdb.DuckDBPyConnection) -> None:
    found = published.execute(
        "select applied_limit, tariff_id, limit_eur, max_claims from payments.limits order by step, tariff_id"
    ).fetchall()
    assert found == [
        ("max_claims_per_household", "TP-RET12", None, 1),
        ("max_claims_per_household", "TP-TRAIN", None, 1),
        ("household_and_line", "TP-DAYS", 2000, None),
        ("household", "TL-HOUSEHOLD", 6500, None),
        ("line", "TP-TRAIN", 3000, None),
        ("period", "TL-PERIOD", 60000, None),
        ("contract", "TL-CONTRACT", 250000, None),
    ]
    tables = [each for each in page(published, "programme_to_date", "en").blocks if isinstance(each, Table)]
    (shown,) = (each for each in tables if each.columns[0].title == "Limit")
    assert [row[2] for row in shown.rows] == ["1", "1", "€2,000", "€6,500", "€3,000", "€60,000", "€250,000"]


def test_what_the_savings_do_not_show_is_said(published: duckdb.DuckDBPyConnection) -> None:
    rows = published.execute(
        "select ci_low_eur <= 0 and ci_high_eur >= 0 from savings.by_method where method = 'comparison_group' "
        "order by window_months"
    ).fetchall()
    assert rows == [(True,), (True,)]
    text = " ".join(each.text for each in page(published, "programme_to_date", "en").blocks
                    if isinstance(each, Paragraph))  # fmt: skip
    assert text.count("the interval includes zero") == 2
    assert "biased" in text
    assert "Its values are illustrative." in text
    assert "there are more nights in the twelve months after enrolment" in text


def test_targets_stand_against_the_results_of_their_period(published: duckdb.DuckDBPyConnection) -> None:
    blocks = page(published, "programme_to_date", "it").blocks
    table = next(block.table for block in blocks if isinstance(block, Chart))
    (delivered,) = published.execute(
        "select \"rows\" from provenance.deliveries where extract = 'metric_targets'"
    ).fetchone() or (0,)
    assert len(table.rows) == delivered
    assert ("Nuclei inseriti", "pilot", "18", "18", "–", "raggiunto") in table.rows
    assert ("Nuclei inseriti", "2024", "70", "71", "–", "raggiunto") in table.rows


def test_a_year_shows_its_own_quarters_and_targets(published: duckdb.DuckDBPyConnection) -> None:
    blocks = page(published, "2024", "en").blocks
    tables = [
        block.table if isinstance(block, Chart) else block for block in blocks if isinstance(block, Chart | Table)
    ]
    quarters = next(table for table in tables if table.columns[0].title == "Quarter")
    assert len(quarters.columns) == 2
    assert [row[0] for row in quarters.rows] == ["2024Q1", "2024Q2", "2024Q3", "2024Q4"]
    assert Heading("Promised, and what came out") in blocks
    assert [row[:3] for row in tables[0].rows] == [("Households enrolled", "2024", "70")]
    assert pdf(page(published, "2024", "en")).startswith(b"%PDF")


def test_a_period_without_premium_says_so_and_shows_the_limits(published: duckdb.DuckDBPyConnection) -> None:
    document = page(published, "2022-09", "en")
    assert Paragraph("There is no premium line in the period.") in document.blocks
    assert [block.caption for block in document.blocks if isinstance(block, Table)].count(
        "The limits of the contract, in the order in which they apply"
    ) == 1
    assert pdf(document).startswith(b"%PDF")


@pytest.mark.parametrize("name", ["1999", "2024Q5", "someday"])
def test_a_period_without_figures_is_refused(published: duckdb.DuckDBPyConnection, name: str) -> None:
    with pytest.raises(UsageError):
        page(published, name, "it")


def test_nothing_published_is_refused_kindly(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="homes4all run"):
        documents(tmp_path / "none.duckdb", WHOLE, LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_is_a_few_pages(published: duckdb.DuckDBPyConnection, language: Language) -> None:
    assert len(pages(page(published, "programme_to_date", language))) <= 6
