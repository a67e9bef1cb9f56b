"""Catches: a report that shows what is withheld, fetches, lacks words or a table for a chart, or changes its bytes."""

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from conftest import City

from orchestration.council.page import page, write_reports
from orchestration.errors import UsageError
from orchestration.report.blocks import Chart, Heading, Language, Paragraph, Table
from orchestration.report.render import html, pdf

LANGUAGES: tuple[Language, ...] = ("it", "en")


@pytest.fixture(scope="module")
def published(published_city: City) -> Iterator[duckdb.DuckDBPyConnection]:
    with published_city.published() as con:
        yield con


def test_both_languages_are_written_whole_and_the_bytes_repeat(published_city: City, tmp_path: Path) -> None:
    file = published_city.settings.published_file
    first, second = (write_reports(file, "programme_to_date", LANGUAGES, tmp_path / name) for name in ("a", "b"))
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
    assert len(charts) == 5 + _months_shown(published)
    for chart in charts:
        assert chart.picture.alternative.startswith(chart.picture.caption.split(" (")[0])
        assert len(chart.table.rows) > 1
    assert html(document).count('<figure role="img" aria-label="') == len(charts)


def _months_shown(con: duckdb.DuckDBPyConnection) -> int:
    rows = con.execute(
        "select count(distinct curve) from metrics.survival_curves "
        "where category = 'all' and months > 0 and survival is not null"
    ).fetchone()
    return rows[0] if rows else 0


def test_withheld_lines_of_the_premium_say_so_and_are_not_summed(published: duckdb.DuckDBPyConnection) -> None:
    lines = published.execute("select amount_eur from payments.lines order by tariff_id, period_start").fetchall()
    (table,) = (
        block.table
        for block in page(published, "programme_to_date", "it").blocks
        if isinstance(block, Chart) and block.table.columns[0].title == "Riga"
    )
    assert [row[3] == "riservato" for row in table.rows] == [amount is None for (amount,) in lines]
    assert any(amount is None for (amount,) in lines)
    assert table.total == ()


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
    assert [row[0] for row in quarters.rows] == ["2024Q1", "2024Q2", "2024Q3", "2024Q4"]
    assert Heading("Promised, and what came out") in blocks
    assert [row[:3] for row in tables[0].rows] == [("Households enrolled", "2024", "70")]
    assert pdf(page(published, "2024", "en")).startswith(b"%PDF")


@pytest.mark.parametrize("name", ["1999", "2024Q5", "someday"])
def test_a_period_without_figures_is_refused(published: duckdb.DuckDBPyConnection, name: str) -> None:
    with pytest.raises(UsageError):
        page(published, name, "it")


def test_nothing_published_is_refused_kindly(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="homes4all run"):
        write_reports(tmp_path / "none.duckdb", "programme_to_date", LANGUAGES, tmp_path)
