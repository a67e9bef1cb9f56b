"""The sections on what came out: targets, stability, waiting and homes, nights, and every other metric."""

from decimal import Decimal

from orchestration.council.charts import Bar, Point, bars, intervals
from orchestration.council.figures import Period, Published, Result
from orchestration.council.shown import PERCENT, chart, count, figure, in_words, span
from orchestration.council.wording import TEXTS
from orchestration.report.blocks import Block, Column, Heading, Language, Notice, Paragraph, Table

STABILITY = {"housing_stability"}
HOMES = {"timely_housing", "vacant_homes", "housing_secured"}
NIGHTS = {"temporary_accommodation"}
BEFORE, AFTER = "temporary_nights_12m_before", "temporary_nights_12m_after"


def promised(published: Published, period: Period) -> list[Block]:
    """Targets against values, and the rates among them as a chart."""
    language, found = published.language, published.promised(period)
    say = TEXTS[language]
    if not found:
        return [Heading(say["promised"]), Paragraph(say["no_targets"])]
    judged = [is_met(each) for each in found]
    text = say["promised_text"].format(met=judged.count(True), missed=judged.count(False), open=judged.count(None))
    several = len({each.period for each in found}) > 1
    rows = tuple(
        (
            each.title,
            say["to_date"] if each.period == "programme_to_date" else each.period,
            figure(each.target, each.unit, language),
            figure(each.value, each.unit, language, withheld=each.is_withheld),
            span(each.low, each.high, each.unit, language),
            _outcome(each, say),
        )
        for each in found
    )
    columns = (
        Column(say["metric"], share=5),
        Column(say["period"]),
        Column(say["target"], "number"),
        Column(say["value"], "number"),
        Column(say["interval"], "number"),
        Column(say["outcome"], share=5),
    )
    table = Table(columns, rows)
    rates = [each for each in found if each.unit in PERCENT]
    points = [
        Point(
            f"{each.title} ({each.period})" if several and each.period != "programme_to_date" else each.title,
            each.value,
            each.low,
            each.high,
            each.target,
        )
        for each in rates
    ]
    shown: Block = table
    if points:
        svg = intervals(points, "", language, withheld=say["withheld"], form=",.0%")
        title = say["chart_promised"]
        shown = chart(svg, in_words(points, "rate", language, title), title, table)
    return [Heading(say["promised"]), Paragraph(text), shown]


def is_met(result: Result) -> bool | None:
    """Whether the value reaches the target in the direction of the metric; None if nothing can be said."""
    if result.value is None or result.target is None or result.direction not in {"higher_is_better", "lower_is_better"}:
        return None
    return result.value >= result.target if result.direction == "higher_is_better" else result.value <= result.target


def _outcome(result: Result, say: dict[str, str]) -> str:
    met = is_met(result)
    if met is None or result.target is None:
        return say["withheld" if result.is_withheld else "not_judged"]
    outcome = say["met" if met else "missed"]
    is_unsure = result.low is not None and result.high is not None and result.low <= result.target <= result.high
    return say["unsure"].format(outcome=outcome) if is_unsure else outcome


def sections(published: Published, period: Period) -> list[Block]:
    """Stability, waiting and homes, nights, and what is left, each with all of its metrics."""
    language, found = published.language, published.results(period)
    say = TEXTS[language]
    known = STABILITY | HOMES | NIGHTS
    is_whole = period.kind == "programme_to_date"
    return [
        Heading(say["stability"]),
        Paragraph(say["stability_text"]),
        *(_curve(published, "housing_survival", say["chart_survival"], say["share"]) if is_whole else []),
        _table([each for each in found if each.outcome in STABILITY], language),
        Heading(say["waiting"]),
        Paragraph(say["waiting_text"]),
        *(_curve(published, "waiting", say["chart_waiting"], say["waits"]) if is_whole else []),
        _table([each for each in found if each.outcome in HOMES], language),
        *_enrolled(published, period),
        *_nights([each for each in found if each.outcome in NIGHTS], language),
        Heading(say["others"]),
        _table([each for each in found if each.outcome not in known], language),
    ]


def _curve(published: Published, curve: str, title: str, axis: str) -> list[Block]:
    language, say = published.language, TEXTS[published.language]
    found = published.rows(
        "select months, survival, ci_low, ci_high, at_risk from metrics.survival_curves "
        "where curve = ? and category = 'all' and survival is not null and months > 0 order by months",
        curve,
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
    svg = intervals(points, axis, language, withheld=say["withheld"], form=",.0%")
    return [chart(svg, in_words(points, "rate", language, title), title, Table(columns, rows))]


def _enrolled(published: Published, period: Period) -> list[Block]:
    language, say = published.language, TEXTS[published.language]
    found = published.rows(
        "select year(period_start) || 'Q' || quarter(period_start), \"value\", status from metrics.results "
        "where metric_id = 'households_enrolled' and period_type = 'quarter' and breakdown = 'all' "
        "and period_end > ? and period_start < ? "
        "qualify metric_version = max(metric_version) over () order by period_start",
        period.start,
        period.end,
    )
    if not found:
        return []
    rows = tuple((quarter, count(value, language, withheld=status == "suppressed")) for quarter, value, status in found)
    title = say["chart_enrolled"]
    svg = bars(
        [Bar(quarter, value) for quarter, value, _ in found], say["enrolled"], language, withheld=say["withheld"]
    )
    words = f"{title}. {'; '.join(f'{quarter}: {value}' for quarter, value in rows)}."
    return [chart(svg, words, title, Table((Column(say["quarter"], share=1), Column(say["enrolled"], "number")), rows))]


def _nights(found: list[Result], language: Language) -> list[Block]:
    say = TEXTS[language]
    if not found:
        return []
    found = sorted(found, key=lambda each: each.metric_id, reverse=True)
    values = {each.metric_id: each.value for each in found}
    before, after = values.get(BEFORE), values.get(AFTER)
    points = [Point(each.title, each.value, each.low, each.high) for each in found]
    title = say["chart_nights"]
    svg = intervals(points, "", language, withheld=say["withheld"])
    return [
        Heading(say["nights"]),
        Paragraph(_comparison(before, after, language)),
        Notice(say["mind"], say["nights_text"]),
        chart(svg, in_words(points, "nights", language, title), title, _table(found, language)),
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
