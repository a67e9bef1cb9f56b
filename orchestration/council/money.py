"""The sections on money: savings by every method, and the premium against the ceilings of the contract.

What is withheld is in no sum: an amount with a plus has more, which is not shown.
"""

from typing import Any

from orchestration.council.charts import MORE, Bar, Point, bars, intervals
from orchestration.council.figures import Period, Published
from orchestration.council.shown import chart, count, in_words
from orchestration.council.wording import METHODS, TEXTS
from orchestration.report.blocks import Block, Column, Heading, Language, Paragraph, Table
from orchestration.report.wording import day, euro, number
from orchestration.statements.wording import LIMITS

ORDER = ("contract_baseline", "comparison_group", "pre_post")
SAVINGS = """
    select method, window_months, households, gross_saving_per_household_eur, ci_low_per_household_eur,
        ci_high_per_household_eur, gross_saving_eur, net_saving_per_household_eur, benefit_cost_ratio_all_costs,
        is_payable, illustrative
    from savings.by_method order by list_position(['contract_baseline', 'comparison_group', 'pre_post'], method),
        method, window_months
"""
LINES = """
    select tariff_id, title_{language}, period, claims, amount_eur, illustrative
    from payments.lines where period_end > ? and period_start < ? order by tariff_id, period_start
"""
# To date counts from the beginning of the contract's ceiling, or of the programme, whatever the period of the report.
QUARTERS = """
    with quarters as (
        select contract_id, period, period_start, period_end, bool_or(is_open) as is_open, sum(amount_eur) as shown,
            count(*) filter (where amount_eur is null) as withheld
        from payments.lines group by all
    ),
    limits as (
        select *, min(valid_from) over (partition by tariff_id, applied_limit) as counts_from
        from payments.limits where applied_limit in ('period', 'contract')
    ),
    capped as (
        select quarters.*,
            arg_max(limit_eur, valid_from) filter (where applied_limit = 'period') as ceiling,
            arg_max(limit_eur, valid_from) filter (where applied_limit = 'contract') as ceiling_contract,
            max(counts_from) filter (where applied_limit = 'contract') as counts_from
        from quarters
        left join limits
            on quarters.contract_id = limits.contract_id and quarters.period_end > limits.valid_from
                and (limits.valid_to is null or quarters.period_start < limits.valid_to)
        group by all
    )
    select capped.period, capped.is_open, capped.shown, capped.withheld, capped.ceiling, sum(so_far.shown),
        sum(so_far.withheld), capped.ceiling_contract
    from capped
    inner join quarters as so_far
        on capped.contract_id = so_far.contract_id and so_far.period_start <= capped.period_start
            and (capped.counts_from is null or so_far.period_end > capped.counts_from)
    where capped.contract_id = ? and capped.period_end > ? and capped.period_start < ?
    group by all order by min(capped.period_start)
"""
CONTRACTS = "select distinct contract_id from payments.lines where period_end > ? and period_start < ? order by 1"
LIMITS_OF_CONTRACT = """
    select applied_limit, tariff_id, title_{language}, limit_eur, max_claims, illustrative,
        case when count(*) over (partition by tariff_id, applied_limit) > 1 then valid_from end
    from payments.limits order by step, tariff_id, version
"""


def savings(published: Published) -> list[Block]:
    """What each method says of the programme to date, in the words that its bias asks for."""
    language, say = published.language, TEXTS[published.language]
    found = published.rows(SAVINGS)
    points = [Point(_marked(_name(row, language), row[10], language), row[3], row[4], row[5]) for row in found]
    rows = tuple(
        (
            point.label,
            count(row[2], language),
            _money(row[3], language),
            _between(row[4], row[5], language),
            _money(row[6], language),
            _money(row[7], language),
            say["withheld"] if row[8] is None else number(row[8], language, places=2),
            say["yes" if row[9] else "no"],
        )
        for point, row in zip(points, found, strict=True)
    )
    figures = ("matched", "gross", "interval", "gross_total", "net", "all_costs")
    columns = (
        Column(say["method"], share=1),
        *(Column(say[name], "number") for name in figures),
        Column(say["payable"]),
    )
    blocks: list[Block] = [Heading(say["savings"]), Paragraph(say["savings_text"])]
    blocks += [Paragraph(_about(method, found, language)) for method in ORDER if any(row[0] == method for row in found)]
    if points:
        svg = intervals(points, language, withheld=say["withheld"])
        words = in_words(points, "", language)
        table = Table(columns, rows)
        blocks.append(chart(say["savings"], say["chart_savings"], svg, words, table, "savings.by_method"))
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
    """What each contract owes by quarter against its ceilings, all lines, and all limits; only what is shown."""
    say = TEXTS[published.language]
    contracts = [name for (name,) in published.rows(CONTRACTS, period.start, period.end)]
    if not contracts:
        return [Heading(say["premium"]), Paragraph(say["no_premium"]), *_limits(published)]
    names = [say["of_contract"].format(contract=name) if len(contracts) > 1 else "" for name in contracts]
    return [
        Heading(say["premium"]),
        Paragraph(say["premium_text"]),
        *(_by_quarter(published, period, *each) for each in zip(contracts, names, strict=True)),
        _lines(published, period),
        *_limits(published),
    ]


def _by_quarter(published: Published, period: Period, contract: str, name: str) -> Block:
    language, say = published.language, TEXTS[published.language]
    quarters = published.rows(QUARTERS, contract, period.start, period.end)
    marks = [Bar(row[0], row[2], say["by_quarter"], row[4], has_more=row[3] > 0) for row in quarters]
    marks += [Bar(row[0], row[5], say["so_far"], row[7], has_more=row[6] > 0) for row in quarters]
    svg = bars(marks, language, withheld=say["withheld"])
    rows = tuple(
        (
            say["open"].format(period=row[0]) if row[1] else row[0],
            _partial(row[2], row[3], language),
            _most(row[4], language),
            _partial(row[5], row[6], language),
            _most(row[7], language),
        )
        for row in quarters
    )
    columns = (
        Column(say["quarter"], share=1),
        *(Column(say[name], "number") for name in ("by_quarter", "ceiling", "so_far", "ceiling_contract")),
    )
    words = f"{'; '.join(', '.join(row) for row in rows)}."
    title = f"{say['name_premium']} ({name})" if name else say["name_premium"]
    return chart(title, say["chart_premium"], svg, words, Table(columns, rows, caption=name), "payments.lines")


def _lines(published: Published, period: Period) -> Table:
    language, say = published.language, TEXTS[published.language]
    found = published.rows(LINES, period.start, period.end)
    examples = {row[0] for row in found if row[5]}
    titles = {row[0]: _marked(f"{row[0]} · {row[1]}", row[0] in examples, language) for row in found}
    rows = tuple(
        (
            title,
            "; ".join(
                say["paid"].format(period=when, amount=euro(amount, language), n=count(claims, language))
                for line, _, when, claims, amount, _ in found
                if line == tariff and amount is not None
            )
            or say["none"],
            ", ".join(row[2] for row in found if row[0] == tariff and row[4] is None) or say["none"],
        )
        for tariff, title in titles.items()
    )
    return Table(
        (Column(say["line"], share=3), Column(say["paid_shown"], share=4), Column(say["paid_hidden"], share=3)), rows
    )


def _limits(published: Published) -> list[Table]:
    language, say = published.language, TEXTS[published.language]
    rows = tuple(
        (
            LIMITS[language].get(limit, limit),
            _marked(
                f"{tariff} · {title}" + (say["from_day"].format(day=day(since, language)) if since else ""),
                is_example,
                language,
            ),
            number(most_claims, language) if amount is None else _money(amount, language),
        )
        for limit, tariff, title, amount, most_claims, is_example, since in published.rows(LIMITS_OF_CONTRACT)
    )
    columns = (Column(say["limit"], share=2), Column(say["line"], share=4), Column(say["most"], "number"))
    return [Table(columns, rows, caption=say["limits"])] if rows else []


def _name(row: tuple[Any, ...], language: Language) -> str:
    return f"{METHODS[language].get(row[0], row[0])}, {TEXTS[language]['months'].format(n=row[1])}"


def _marked(name: str, is_example: bool, language: Language) -> str:
    return f"{name} ({TEXTS[language]['example'].lower()})" if is_example else name


def _partial(shown: Any, withheld: int, language: Language) -> str:
    if shown is None:
        return TEXTS[language]["withheld"]
    return f"{euro(shown, language)}{MORE if withheld else ''}"


def _most(ceiling: Any, language: Language) -> str:
    return TEXTS[language]["none"] if ceiling is None else _money(ceiling, language)


def _money(value: Any, language: Language) -> str:
    return TEXTS[language]["withheld"] if value is None else euro(value, language, places=0)


def _between(low: Any, high: Any, language: Language) -> str:
    if low is None or high is None:
        return TEXTS[language]["withheld"]
    return f"{_money(low, language)} – {_money(high, language)}"
