"""How a figure of the published file is written: by its unit, in the language, and as withheld where it is."""

from collections.abc import Sequence
from decimal import Decimal

from orchestration.council.charts import Point
from orchestration.council.figures import Result
from orchestration.council.wording import TEXTS, UNITS
from orchestration.report.blocks import Chart, Language, Picture, Table
from orchestration.report.wording import NARROW, euro, number

PERCENT = {"rate", "ratio"}
WHOLE = {"households", "people", "dwellings"}


def figure(value: Decimal | None, unit: str, language: Language, *, withheld: bool = False) -> str:
    """A value with its unit: 72,0 %, 74,64 € al mese, 158 giorni; `withheld` tells a null from nothing to show."""
    if value is None:
        return TEXTS[language]["withheld" if withheld else "none"]
    if unit in PERCENT:
        return f"{number(value * 100, language, places=1)}{NARROW if language == 'it' else ''}%"
    if unit == "eur_month":
        return f"{euro(value, language)} {UNITS[language][unit]}"
    if unit in UNITS[language]:
        return f"{number(value, language, places=0 if abs(value) >= 1000 else 1)} {UNITS[language][unit]}"
    return number(value, language, places=0 if unit in WHOLE else 2)


def span(low: Decimal | None, high: Decimal | None, unit: str, language: Language) -> str:
    """An interval, or a dash where there is none."""
    if low is None or high is None:
        return TEXTS[language]["none"]
    if unit in PERCENT:
        first = number(low * 100, language, places=1)
    elif unit == "eur_month":
        first = euro(low, language).removesuffix(f"{NARROW}€")
    else:
        first = figure(low, unit, language).removesuffix(f" {UNITS[language].get(unit, '')}")
    return f"{first} – {figure(high, unit, language)}"


def count(value: Decimal | int | None, language: Language, *, withheld: bool = True) -> str:
    """A count as a whole number; null is withheld unless told otherwise."""
    return figure(None if value is None else Decimal(value), "households", language, withheld=withheld)


def point(result: Result) -> Point:
    """A metric as a point of a chart, with its target if it has one."""
    return Point(result.title, result.value, result.low, result.high, result.target)


def in_words(points: Sequence[Point], unit: str, language: Language) -> str:
    """A chart of points as a sentence for those who cannot see it."""
    say, told = TEXTS[language], []
    for each in points:
        value = figure(each.value, unit, language, withheld=True)
        low, high = figure(each.low, unit, language), figure(each.high, unit, language)
        has_interval = each.low is not None and each.high is not None
        text = say["point_interval" if has_interval else "point"].format(
            label=each.label, value=value, low=low, high=high
        )
        if each.target is not None:
            text = say["point_target"].format(text=text, target=figure(each.target, unit, language))
        told.append(text)
    return f"{'; '.join(told)}."


def chart(
    name: str, caption: str, svg: str, words: str, table: Table, source: str, *, is_beside: bool = False
) -> Chart:
    """A chart with its name, how to read it, what it shows in words, and its table."""
    return Chart(name, Picture(svg, f"{name}. {caption}. {words}", caption), table, source, is_beside=is_beside)
