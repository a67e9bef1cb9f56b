"""The sections on what came out: stability, waiting, homes, nights, and every other metric."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

from orchestration.council.charts import BESIDE, Bar, Point, bars, curve, intervals
from orchestration.council.figures import Period, Published, Result
from orchestration.council.shown import PERCENT, chart, count, figure, in_words, point, span
from orchestration.council.wording import TEXTS
from orchestration.report.blocks import Block, Column, Heading, Language, Paragraph, Table
from orchestration.report.wording import day

OUTCOMES = {
    "stability": {"housing_stability"},
    "waiting": {"timely_housing"},
    "homes": {"vacant_homes", "housing_secured"},
    "nights": {"temporary_accommodation"},
}
KEPT = re.compile(r"housing_(retention|survival)_\d+m")
BEFORE, AFTER = "temporary_nights_12m_before", "temporary_nights_12m_after"


def sections(published: Published, period: Period) -> list[Block]:
    """Stability, waiting, homes and nights, each with all of its metrics."""
    language, found = published.language, published.results(period)
    say = TEXTS[language]
    targets = {each.metric_id: each.target for each in published.promised(period) if each.period == period.name}
    of = {
        name: [replace(each, target=targets.get(each.metric_id)) for each in found if each.outcome in outcomes]
        for name, outcomes in OUTCOMES.items()
    }
    is_whole = period.kind == "programme_to_date"
    return [
        Heading(say["stability"]),
        Paragraph(say["stability_text"]),
        *(_curve(published, "housing_survival", "survival") if is_whole else []),
        *_stability(of["stability"], language),
        Heading(say["waiting"]),
        Paragraph(say["waiting_text"]),
        *(_curve(published, "waiting", "still_waiting") if is_whole else []),
        *_waits(published, period, of["waiting"]),
        Heading(say["homes"]),
        *_by_quarter(published, period, "vacant_homes", "occupancy_rate", "occupancy"),
        *_by_quarter(published, period, "reach", "households_enrolled", "enrolled"),
        _table(of["homes"], language),
        *_nights(of["nights"], language),
    ]


def others(published: Published, period: Period) -> list[Block]:
    """Every metric that no section holds."""
    shown = set().union(*OUTCOMES.values())
    found = [each for each in published.results(period) if each.outcome not in shown]
    return [Heading(TEXTS[published.language]["others"]), _table(found, published.language)]


def _curve(published: Published, curve_name: str, key: str) -> list[Block]:
    language, say = published.language, TEXTS[published.language]
    found = published.rows(
        "select months, survival, ci_low, ci_high, at_risk from metrics.survival_curves "
        "where curve = ? and category = 'all' and survival is not null and months > 0 order by months",
        curve_name,
    )
    if not found:
        return []
    points = [Point(_month(months, say), *values) for months, *values, _ in found]
    rows = tuple(
        (
            _month(months, say),
            figure(share, "rate", language),
            span(low, high, "rate", language),
            count(at_risk, language),
        )
        for months, share, low, high, at_risk in found
    )
    columns = (
        Column(say["period"], share=1),
        *(Column(say[name], "number") for name in ("share", "interval", "households")),
    )
    return [
        chart(
            say[f"name_{key}"],
            say[f"chart_{key}"],
            curve([months for months, *_ in found], points, language),
            in_words(points, "rate", language),
            Table(columns, rows),
            "metrics.survival_curves",
            is_beside=True,
        )
    ]


def _stability(found: list[Result], language: Language) -> list[Block]:
    say = TEXTS[language]
    table = _table(found, language)
    drawn = [each for each in found if KEPT.fullmatch(each.metric_id)]
    if not drawn:
        return [table]
    points = [point(each) for each in drawn]
    svg = intervals(points, language, withheld=say["withheld"], form=",.0%")
    words = in_words(points, "rate", language)
    return [chart(say["name_kept"], say["chart_kept"], svg, words, table, "metrics.results")]


def _waits(published: Published, period: Period, found: list[Result]) -> list[Block]:
    language, say = published.language, TEXTS[published.language]
    phases = published.over_time(period, "phase", sorted(OUTCOMES["waiting"])) if period.kind != "phase" else []
    every = [
        *found,
        *(
            replace(each, title=say["in_phase"].format(title=each.title, phase=_phase(each.period, language)))
            for each in phases
        ),
    ]
    if not every:
        return []
    every.sort(key=lambda each: each.metric_id)
    points = [point(each) for each in every]
    svg = intervals(points, language, withheld=say["withheld"])
    words = in_words(points, "days", language)
    return [chart(say["name_waits"], say["chart_waits"], svg, words, _table(every, language), "metrics.results")]


def _phase(name: str, language: Language) -> str:
    """A phase by its name; one without a name by its first day."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", name):
        return name
    return TEXTS[language]["phase_from"].format(day=day(date.fromisoformat(name), language))


def _by_quarter(published: Published, period: Period, outcome: str, metric_id: str, key: str) -> list[Block]:
    language, say = published.language, TEXTS[published.language]
    found = [each for each in published.over_time(period, "quarter", [outcome]) if each.metric_id == metric_id]
    if not found:
        return []
    unit = found[0].unit
    rows = tuple((each.period, figure(each.value, unit, language, withheld=each.is_withheld)) for each in found)
    marks = [Bar(each.period, each.value) for each in found if each.value is not None or each.is_withheld]
    form = ",.0%" if unit in PERCENT else ",.0f"
    svg = bars(marks, language, withheld=say["withheld"], form=form, width=BESIDE)
    words = f"{'; '.join(f'{quarter}: {value}' for quarter, value in rows)}."
    table = Table((Column(say["quarter"], share=1), Column(say["value"], "number")), rows)
    return [chart(say[f"name_{key}"], say[f"chart_{key}"], svg, words, table, "metrics.results", is_beside=True)]


def _nights(found: list[Result], language: Language) -> list[Block]:
    say = TEXTS[language]
    if not found:
        return []
    found = sorted(found, key=lambda each: each.metric_id, reverse=True)
    values = {each.metric_id: each.value for each in found}
    points = [point(each) for each in found]
    svg = intervals(points, language, withheld=say["withheld"])
    words = in_words(points, "nights", language)
    return [
        Heading(say["nights"]),
        Paragraph(f"{_comparison(values.get(BEFORE), values.get(AFTER), language)} {say['nights_text']}"),
        chart(say["name_nights"], say["chart_nights"], svg, words, _table(found, language), "metrics.results"),
    ]


def _comparison(before: Decimal | None, after: Decimal | None, language: Language) -> str:
    say = TEXTS[language]
    if before is None or after is None:
        return say["nights_withheld"]
    key = "nights_more" if after > before else "nights_less" if after < before else "nights_same"
    return say[key].format(before=figure(before, "nights", language), after=figure(after, "nights", language))


def _table(found: list[Result], language: Language) -> Table:
    say = TEXTS[language]
    rows = tuple(
        (
            each.title,
            figure(each.value, each.unit, language, withheld=each.is_withheld),
            span(each.low, each.high, each.unit, language),
            count(each.denominator, language, withheld=each.is_withheld),
            count(each.excluded, language, withheld=each.is_withheld),
        )
        for each in found
    )
    columns = (
        Column(say["metric"], share=1),
        *(Column(say[name], "number") for name in ("value", "interval", "households", "excluded")),
    )
    return Table(columns, rows)


def _month(months: int, say: dict[str, str]) -> str:
    return say["month"] if months == 1 else say["months"].format(n=months)
