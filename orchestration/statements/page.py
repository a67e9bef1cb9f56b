"""The page of a statement that people read and sign, as a document of blocks in Italian or English.

It says what the statement's tables and record say and computes nothing but sums for its totals.
"""

from datetime import timedelta
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any

import duckdb

from orchestration.report.blocks import (
    Block,
    Column,
    Document,
    Fact,
    Facts,
    Heading,
    Language,
    Notice,
    Paragraph,
    Signatures,
    Table,
)  # fmt: skip
from orchestration.report.wording import day, euro, number
from orchestration.statements.causes import REASONS
from orchestration.statements.ledger import NOTHING
from orchestration.statements.record import Statement
from orchestration.statements.wording import LIMITS, TEXTS

UNBROKEN = "\u2011"
LINES = """
    select contract_id, tariff_id, title_{language}, quantity, unit_price_eur, share, amount_before_limits_eur,
        amount_eur, illustrative
    from frozen.lines order by contract_id, tariff_id, tariff_valid_from, unit_price_eur, share
"""
CUTS = """
    select applied_limit, tariff_id, claims, amount_cut_eur from frozen.limits_applied order by step, tariff_id
"""
ADJUSTMENTS = """
    select tariff_id, period, reason, caused_by_files, count(*), sum(new_quantity - old_quantity), sum(difference_eur)
    from frozen.adjustments group by all order by all
"""
RESULTS = """
    select definitions.title_{language}
            || case when count(*) over (partition by results.metric_id) > 1 then ' · v' || metric_version else '' end,
        results.numerator, results.denominator, results."value", results.unit
    from frozen.results as results
    inner join homes4all.metrics.definitions as definitions
        on definitions.metric_id = results.metric_id and definitions.version = results.metric_version
    where results.breakdown = 'all'
    order by results.metric_id, results.metric_version
"""


def page(statement: Statement, con: duckdb.DuckDBPyConnection, language: Language) -> Document:
    """The document of a statement; `con` holds its tables in the schema `frozen`, and the build."""
    say, name = TEXTS[language], statement.statement_id
    days = {
        "period": name,
        "first": day(statement.period_start, language),
        "last": day(statement.period_end - timedelta(days=1), language),
        "as_of": day(statement.as_of, language),
    }
    lines = con.execute(LINES.format(language=language)).fetchall()
    blocks: list[Block] = [
        *_illustrative(con, statement, say),
        _facts(statement, language, days),
        _summary(statement, language),
        Notice(say["contract"], say["contract_text"]),
        Heading(say["lines"]),
        *_lines(lines, language),
        Heading(say["limits"]),
        _limits(con, language),
        Heading(say["adjustments"]),
        *_adjustments(con, language),
        *_results(con, language),
        Heading(say["deliveries"]),
        _deliveries(statement, language),
        *_origin(statement, language),
        Heading(say["signatures"]),
        Signatures((say["city"], say["chamber"], say["provider"]), say["name"], say["signature"]),
    ]
    return Document(
        language=language,
        title=say["title"].format(**days),
        subtitle=say["subtitle"].format(**days),
        mark=say["mark"].format(**days),
        page_label=say["page"],
        of_label=say["of"],
        blocks=tuple(blocks),
    )


def _illustrative(con: duckdb.DuckDBPyConnection, statement: Statement, say: dict[str, str]) -> list[Block]:
    if not statement.illustrative:
        return []
    found = con.execute("""
        select distinct tariff_id from (from frozen.claims select tariff_id, illustrative
            union all from frozen.adjustments select tariff_id, illustrative)
        where illustrative order by 1
    """).fetchall()
    listed = ", ".join(tariff.replace("-", UNBROKEN) for (tariff,) in found)
    return [Notice(say["illustrative"], say["illustrative_text"].format(lines=listed), is_loud=True)]


def _facts(statement: Statement, language: Language, days: dict[str, str]) -> Facts:
    say, at = TEXTS[language], statement.certified_at
    certified = say["at"].format(day=day(at.date(), language), time=f"{at:%H:%M}")
    return Facts(
        (
            Fact(say["number"], str(statement.number)),
            Fact(say["period"], say["period_text"].format(**days)),
            Fact(say["as_of"], days["as_of"]),
            Fact(say["certified_at"], certified),
            Fact(say["content_hash"], statement.content_hash, "code"),
        )
    )


def _summary(statement: Statement, language: Language) -> Table:
    say, totals = TEXTS[language], statement.totals
    return Table(
        (Column(say["what"], share=1), Column(say["claims"], "number"), Column(say["amount"], "number")),
        (
            (say["certified_now"], number(totals.claims, language), euro(totals.claims_eur, language)),
            (say["adjusted_now"], number(totals.adjustments, language), euro(totals.adjustments_eur, language)),
        ),
        (say["total"], "", euro(totals.total_eur, language)),
        caption=say["due"],
    )


def _lines(lines: list[tuple[Any, ...]], language: Language) -> list[Block]:
    """A table a contract, with its sum."""
    say = TEXTS[language]
    if not lines:
        return [Paragraph(say["no_lines"])]
    by_contract = [(name, list(own)) for name, own in groupby(lines, key=itemgetter(0))]
    captions = [say["of_contract"].format(contract=name) if len(by_contract) > 1 else "" for name, _ in by_contract]
    tables = (_of_contract(own, caption, language) for (_, own), caption in zip(by_contract, captions, strict=True))
    return [*tables, Paragraph(say["line_note"], is_small=True)]


def _of_contract(lines: list[tuple[Any, ...]], caption: str, language: Language) -> Table:
    say = TEXTS[language]
    rows = tuple(
        (
            f"{tariff} · {say['example'].format(title=title) if is_example else title}",
            number(quantity, language),
            euro(price, language, places=_places(price)) if price is not None else f"{number(share * 100, language)} %",
            euro(before, language),
            euro(after, language),
        )
        for _, tariff, title, quantity, price, share, before, after, is_example in lines
    )
    columns = (Column(say["line"], share=1), *(Column(say[name], "number") for name in
               ("quantity", "price", "before", "after")))  # fmt: skip
    before, after = (sum((line[index] for line in lines), NOTHING) for index in (6, 7))
    return Table(columns, rows, (say["total"], "", "", euro(before, language), euro(after, language)), caption=caption)


def _limits(con: duckdb.DuckDBPyConnection, language: Language) -> Block:
    say, cuts = TEXTS[language], con.execute(CUTS).fetchall()
    if not cuts:
        return Paragraph(say["no_limits"])
    rows = tuple(
        (LIMITS[language][limit], tariff, number(claims, language), euro(-cut, language))
        for limit, tariff, claims, cut in cuts
    )
    columns = (Column(say["limit"], share=1), Column(say["line"]), Column(say["claims"], "number"),
               Column(say["cut"], "number"))  # fmt: skip
    return Table(columns, rows, (say["total"], "", "", euro(-sum((cut[3] for cut in cuts), NOTHING), language)))


def _adjustments(con: duckdb.DuckDBPyConnection, language: Language) -> list[Block]:
    say, found = TEXTS[language], con.execute(ADJUSTMENTS).fetchall()
    if not found:
        return [Paragraph(say["no_adjustments"])]
    rows = tuple(
        (
            tariff,
            period,
            REASONS[reason][0 if language == "it" else 1] + (f" ({files})" if files else ""),
            number(claims, language),
            number(quantity, language),
            euro(difference, language),
        )
        for tariff, period, reason, files, claims, quantity, difference in found
    )
    columns = (Column(say["line"]), Column(say["of_period"]), Column(say["cause"], share=1),
               *(Column(say[name], "number") for name in ("claims", "quantity_change", "change")))  # fmt: skip
    total = (say["total"], "", "", "", "", euro(sum((each[6] for each in found), NOTHING), language))
    return [Paragraph(say["adjustments_text"]), Table(columns, rows, total)]


def _results(con: duckdb.DuckDBPyConnection, language: Language) -> list[Block]:
    say, found = TEXTS[language], con.execute(RESULTS.format(language=language)).fetchall()
    if not found:
        return []
    rows = tuple((title, *(_plain(value, language) for value in values)) for title, *values, _ in found)
    columns = (Column(say["metric"], share=1), *(Column(say[name], "number") for name in
               ("numerator", "denominator", "value")))  # fmt: skip
    return [Heading(say["results"]), Table(columns, rows, caption=say["results_text"])]


def _deliveries(statement: Statement, language: Language) -> Table:
    say = TEXTS[language]
    rows = tuple(
        (each.file_name, number(each.rows, language), each.file_sha256, each.parquet_sha256)
        for each in sorted(statement.deliveries, key=lambda each: (each.source, each.extract))
    )
    return Table(
        (Column(say["file"], share=5), Column(say["rows"], "number"), Column(say["file_hash"], "code", 4),
         Column(say["parquet_hash"], "code", 4)),
        rows,
    )  # fmt: skip


def _origin(statement: Statement, language: Language) -> list[Block]:
    say = TEXTS[language]
    previous = Fact(say["previous"], statement.previous, "code") if statement.previous else Fact(
        say["previous"], say["first_one"]
    )  # fmt: skip
    return [
        Heading(say["origin"]),
        Facts(
            (
                Fact(say["content_hash"], statement.content_hash, "code"),
                previous,
                Fact(say["code"], statement.code_version, "code"),
                Fact(say["rules"], str(statement.measurement_model)),
                Fact(say["run"], statement.run_id, "code"),
            )
        ),
        Paragraph(say["check"].format(period=statement.statement_id)),
    ]


def _places(price: Decimal) -> int:
    """Cents, or as many places as a unit price has beyond them."""
    return max(2, -int(price.normalize().as_tuple().exponent))


def _plain(value: Decimal | None, language: Language) -> str:
    return "–" if value is None else number(value, language)
