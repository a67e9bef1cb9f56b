"""Catches: a chart without words or table, a withheld value drawn as a number, a verdict on a target that is wrong."""

from dataclasses import replace
from decimal import Decimal

import pytest

from orchestration.council.charts import Bar, Point, bars, curve, intervals
from orchestration.council.figures import Result
from orchestration.council.promised import is_met
from orchestration.council.shown import count, figure, in_words, span
from orchestration.council.wording import METHODS, TEXTS, UNITS

HELD = Point("Riservata", None)
POINTS = [Point("Prima", Decimal("0.72"), Decimal("0.5"), Decimal("0.9"), Decimal("0.8")), HELD]
RATE = Result("r", "T", "D", "o", "rate", "higher_is_better", Decimal("0.7"), None, None, None, None, "published",
              Decimal("0.8"))  # fmt: skip


def test_a_chart_repeats_its_bytes_loads_nothing_and_says_what_is_withheld() -> None:
    for drawn in (
        lambda: intervals(POINTS, "it", withheld="riservato", form=",.0%"),
        lambda: bars([Bar("2024Q1", Decimal(1234), "A"), Bar("2024Q2", None, "A"), Bar("2024Q1", None, "B")], "it",
                     withheld="riservato"),
    ):  # fmt: skip
        first = drawn()
        assert first == drawn()
        assert first.replace("http://www.w3.org/", "").count("http") == 0
        assert "riservato" in first
        assert "NaN" not in first
        assert "null" not in first


def test_numbers_of_a_chart_are_in_its_language() -> None:
    found = [Bar("2024Q1", Decimal(12345))]
    assert "12.345" in bars(found, "it", withheld="riservato")
    assert "12,345" in bars(found, "en", withheld="withheld")


def test_a_bar_stands_below_its_ceiling_and_says_that_more_is_withheld() -> None:
    drawn = bars([Bar("2024Q1", Decimal(12345), ceiling=Decimal(60000), has_more=True)], "it", withheld="riservato")
    assert "12.345 +" in drawn
    assert "60.000" in drawn
    without = bars([Bar("2024Q1", Decimal(12345))], "it", withheld="riservato")
    assert "12.345 +" not in without
    assert "60.000" not in without


def test_a_curve_draws_the_months_that_are_shown_and_no_other() -> None:
    points = [Point("1", Decimal(1)), Point("10", Decimal("0.9"), Decimal("0.8"), Decimal("0.95"))]
    drawn = curve([1, 10], points, "it")
    assert drawn == curve([1, 10], points, "it")
    assert drawn.count('aria-roledescription="point"') == 2
    assert "NaN" not in drawn


def test_a_chart_is_told_in_words_with_interval_target_and_what_is_withheld() -> None:
    text = in_words(POINTS, "rate", "it")
    assert text == (
        "Prima: 72,0\u00a0%, intervallo da 50,0\u00a0% a 90,0\u00a0%, obiettivo 80,0\u00a0%; Riservata: riservato."
    )


@pytest.mark.parametrize(
    ("value", "unit", "italian", "english"),
    [
        ("0.72", "rate", "72,0\u00a0%", "72.0%"),
        ("74.64", "eur_month", "74,64\u00a0€ al mese", "€74.64 a month"),
        ("157.7", "days", "157,7 giorni", "157.7 days"),
        ("1108", "households", "1.108", "1,108"),
    ],
)
def test_figures_by_unit(value: str, unit: str, italian: str, english: str) -> None:
    assert (figure(Decimal(value), unit, "it"), figure(Decimal(value), unit, "en")) == (italian, english)


def test_withheld_is_neither_nothing_nor_zero() -> None:
    assert (count(None, "it"), count(0, "it"), figure(None, "rate", "it")) == ("riservato", "0", "–")
    assert (count(None, "en"), span(None, None, "rate", "en")) == ("withheld", "–")
    assert span(Decimal("62.37"), Decimal("86.91"), "eur_month", "it") == "62,37 – 86,91\u00a0€ al mese"


@pytest.mark.parametrize(
    ("value", "direction", "met"),
    [
        ("0.7", "higher_is_better", False),
        ("0.8", "higher_is_better", True),
        ("0.7", "lower_is_better", True),
        ("0.9", "lower_is_better", False),
        ("0.9", "neutral", None),
        (None, "higher_is_better", None),
    ],
)
def test_a_target_is_met_in_the_direction_of_its_metric(value: str | None, direction: str, met: bool | None) -> None:
    assert is_met(replace(RATE, value=None if value is None else Decimal(value), direction=direction)) is met


def test_both_languages_say_the_same_things() -> None:
    for texts in (TEXTS, METHODS, UNITS):
        assert set(texts["it"]) == set(texts["en"])
    for key, text in TEXTS["it"].items():
        fields = [{part.split("}")[0] for part in each.split("{")[1:]} for each in (text, TEXTS["en"][key])]
        assert fields[0] == fields[1], key
