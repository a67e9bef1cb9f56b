"""The sections on money: savings by every method, and the premium line by line. Withheld lines are not summed."""

from typing import Any

from orchestration.council.charts import Bar, Point, bars, intervals
from orchestration.council.figures import Period, Published
from orchestration.council.shown import chart, count, in_words
from orchestration.council.wording import METHODS, TEXTS
from orchestration.report.blocks import Block, Column, Heading, Language, Paragraph, Table
from orchestration.report.wording import euro, number

ORDER = ("contract_baseline", "comparison_group", "pre_post")
SAVINGS = """
    select method, window_months, households, gross_saving_per_household_eur, ci_low_per_household_eur,
        ci_high_per_household_eur, gross_saving_eur, net_saving_per_household_eur, benefit_cost_ratio_all_costs,
        is_payable, illustrative
    from savings.by_method order by list_position(['contract_baseline', 'comparison_group', 'pre_post'], method),
        method, window_months
"""
LINES = """
    select tariff_id, title_{language}, period, is_open, claims, amount_eur, illustrative
    from payments.lines where period_end > ? and period_start < ? order by tariff_id, period_start
"""


def savings(published: Published) -> list[Block]:
    """What each method says of the programme to date, in the words that its bias asks for."""
    language, say = published.language, TEXTS[published.language]
    found = published.rows(SAVINGS)
    points = [Point(_marked(_name(row, language), row[10], language), row[3], row[4], row[5]) for row in found]
    rows = tuple(
        (
            _name(row, language),
            count(row[2], language),
            _money(row[3], language),
            _between(row[4], row[5], language),
            say["yes" if row[9] else "no"],
            say["yes" if row[10] else "no"],
        )
        for row in found
    )
    columns = (
        Column(say["method"], share=1),
        *(Column(say[name], "number") for name in ("households", "gross", "interval")),
        Column(say["payable"]),
        Column(say["example"]),
    )
    totals = tuple(
        (
            _name(row, language),
            _money(row[6], language),
            _money(row[7], language),
            say["withheld"] if row[8] is None else number(row[8], language, places=2),
        )
        for row in found
    )
    totals_columns = (
        Column(say["method"], share=1),
        *(Column(say[name], "number") for name in ("gross_total", "net", "all_costs")),
    )
    blocks: list[Block] = [Heading(say["savings"]), Paragraph(say["savings_text"])]
    blocks += [Paragraph(_about(method, found, language)) for method in ORDER if any(row[0] == method for row in found)]
    if points:
        title = say["chart_savings"]
        svg = intervals(points, say["eur_household"], language, withheld=say["withheld"])
        words = in_words(points, "", language, f"{title} ({say['eur_household']})")
        blocks += [chart(svg, words, title, Table(columns, rows)), Table(totals_columns, totals)]
    return blocks


def _about(method: str, found: list[tuple[Any, ...]], language: Language) -> str:
    say, own = TEXTS[language], [row for row in found if row[0] == method]
    name = METHODS[language].get(method, method)
    told = [say[f"about_{method}"].format(method=name, n=count(own[0][2], language), window=own[0][1])]
    if method == "comparison_group":
        told += [
            say["zero_in" if row[4] <= 0 <= row[5] else "zero_out"].format(window=row[1])
            for row in own
            if row[4] is not None and row[5] is not None
        ]
    if any(row[10] for row in own):
        told.append(say["is_example"])
    return " ".join(told)


def premium(published: Published, period: Period) -> list[Block]:
    """The lines of the contract by quarter, as shown; no total, which would tell what is withheld."""
    language, say = published.language, TEXTS[published.language]
    found = published.rows(LINES, period.start, period.end)
    if not found:
        return [Heading(say["premium"]), Paragraph(say["no_premium"])]
    rows = tuple(
        (
            f"{tariff} · {title}",
            say["open"].format(period=when) if is_open else when,
            count(claims, language),
            say["withheld"] if amount is None else euro(amount, language),
            say["yes" if is_example else "no"],
        )
        for tariff, title, when, is_open, claims, amount, is_example in found
    )
    columns = (
        Column(say["line"], share=1),
        Column(say["quarter"]),
        Column(say["claims"], "number"),
        Column(say["amount"], "number"),
        Column(say["example"]),
    )
    title = say["chart_premium"]
    quarters = sorted({row[2] for row in found})
    marks = sorted(
        (
            Bar(when, amount, _marked(f"{tariff} · {name}", is_example, language))
            for tariff, name, when, _, _, amount, is_example in found
        ),
        key=lambda bar: (bar.group, quarters.index(bar.category)),
    )
    svg = bars(marks, "euro" if language == "it" else "euros", language, withheld=say["withheld"], categories=quarters)
    words = f"{title}. {'; '.join(f'{line}, {when}: {amount}' for line, when, _, amount, _ in rows)}."
    return [Heading(say["premium"]), Paragraph(say["premium_text"]), chart(svg, words, title, Table(columns, rows))]


def _name(row: tuple[Any, ...], language: Language) -> str:
    return f"{METHODS[language].get(row[0], row[0])}, {TEXTS[language]['months'].format(n=row[1])}"


def _marked(name: str, is_example: bool, language: Language) -> str:
    return f"{name} ({TEXTS[language]['example'].lower()})" if is_example else name


def _money(value: Any, language: Language) -> str:
    return TEXTS[language]["withheld"] if value is None else euro(value, language, places=0)


def _between(low: Any, high: Any, language: Language) -> str:
    if low is None or high is None:
        return TEXTS[language]["withheld"]
    return f"{_money(low, language)} – {_money(high, language)}"
