"""The first section: targets against what came out, and the verdict on each."""

from dataclasses import replace

from orchestration.council.charts import intervals
from orchestration.council.figures import Period, Published, Result
from orchestration.council.shown import PERCENT, chart, figure, in_words, point, span
from orchestration.council.wording import TEXTS
from orchestration.report.blocks import Block, Column, Heading, Paragraph, Table


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
        Column(say["metric"], share=1),
        Column(say["period"]),
        Column(say["target"], "number"),
        Column(say["value"], "number"),
        Column(say["interval"], "number"),
        Column(say["outcome"]),
    )
    table = Table(columns, rows)
    rates = [each for each in found if each.unit in PERCENT]
    points = [
        replace(
            point(each),
            label=f"{each.title} ({each.period})" if several and each.period != "programme_to_date" else each.title,
            target=each.target,
        )
        for each in rates
    ]
    shown: Block = table
    if points:
        shown = chart(
            say["promised"],
            say["chart_promised"],
            intervals(points, language, withheld=say["withheld"], form=",.0%"),
            in_words(points, "rate", language),
            table,
            "metrics.results",
        )
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
