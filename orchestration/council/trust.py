"""The sections on how far the figures can be trusted: data quality, what is illustrative, what is withheld, methods."""

from orchestration.council.figures import Period, Published, Run
from orchestration.council.shown import count
from orchestration.council.wording import METHODS, TEXTS
from orchestration.report.blocks import Block, Column, Fact, Facts, Heading, Paragraph, Table
from orchestration.report.wording import day, number

PERIOD_TYPES = ("programme_to_date", "phase", "year", "quarter", "month")


def quality(published: Published) -> list[Block]:
    """What the checks said, warnings by name, and the deliveries that the figures rest on."""
    language, say = published.language, TEXTS[published.language]
    ((passed, failed),) = published.rows(
        "select count(*) filter (where passed), count(*) filter (where not passed) from provenance.checks"
    )
    warnings = published.rows(
        "select description, count(*) from provenance.checks where not passed group by all order by all"
    )
    used = published.rows(
        'select file_name, "rows", passed_rules from provenance.deliveries where is_used order by source, extract'
    )
    blocks: list[Block] = [
        Heading(say["quality"]),
        Paragraph(say["quality_text"].format(passed=number(passed, language), failed=number(failed, language))),
    ]
    if warnings:
        rows = tuple((text, number(times, language)) for text, times in warnings)
        blocks.append(Table((Column(say["warning"], share=1), Column(say["times"], "number")), rows))
    rows = tuple((name, count(n, language), passed_rules or say["none"]) for name, n, passed_rules in used)
    columns = (Column(say["file"], share=2), Column(say["rows"], "number"), Column(say["let_pass"], share=1))
    return [*blocks, Table(columns, rows, caption=say["used"])]


def illustrative(published: Published, period: Period) -> list[Block]:
    """Every metric, method and line of the contract in the report that rests on an example."""
    language, say = published.language, TEXTS[published.language]
    found = [
        (METHODS[language].get(method, method),)
        for (method,) in published.rows("select distinct method from savings.by_method where illustrative order by 1")
    ]
    found += published.rows(
        "select distinct tariff_id || ' · ' || title_{language} from payments.lines where illustrative order by 1"
    )
    found += published.rows(
        "select distinct title_{language} from metrics.results inner join metrics.definitions "
        "using (metric_id) where illustrative and period_type = ? and period_start = ? order by 1",
        period.kind,
        period.start,
    )
    body = Table((Column(say["what"], share=1),), tuple(found)) if found else Paragraph(say["no_examples"])
    return [Heading(say["examples"]), body]


def withheld(published: Published, period: Period, run: Run) -> list[Block]:
    """How many figures of each table are withheld, and which metrics of this report."""
    language, say = published.language, TEXTS[published.language]
    counted = published.rows(
        "select 'metrics.results · ' || period_type, count(*) filter (where status = 'suppressed'), count(*) "
        f"from metrics.results group by period_type order by list_position({list(PERIOD_TYPES)}, period_type)"
    )
    for table in ("savings.by_method", "payments.lines", "payments.limits_applied"):
        counted += published.rows(
            f"select '{table}', count(*) filter (where status = 'suppressed'), count(*) from {table}"
        )
    rows = tuple((name, number(hidden, language), number(every, language)) for name, hidden, every in counted)
    columns = (Column(say["table"], share=1), Column(say["hidden_n"], "number"), Column(say["all_n"], "number"))
    names = sorted({each.title for each in published.results(period) if each.is_withheld})
    text = say["hidden_text"].format(threshold=run.threshold, below=run.threshold - 1)
    return [
        Heading(say["hidden"]),
        Paragraph(text),
        Table(columns, rows),
        *([Paragraph(say["hidden_metrics"].format(metrics=", ".join(names)))] if names else []),
    ]


def notes(published: Published, period: Period, run: Run) -> list[Block]:
    """What each metric means, in the Chamber's words, and where the report comes from."""
    language, say = published.language, TEXTS[published.language]
    told = [
        Paragraph(f"{each.title}. {each.description}", is_small=True)
        for each in {each.metric_id: each for each in published.results(period)}.values()
    ]
    return [
        Heading(say["notes"]),
        *told,
        Heading(say["origin"]),
        Facts(
            (
                Fact(say["file_run"], run.run_id, "code"),
                Fact(say["code"], run.code_version, "code"),
                Fact(say["built"], day(run.built_at.date(), language)),
            )
        ),
    ]
