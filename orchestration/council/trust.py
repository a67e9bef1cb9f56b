"""The sections on how far the figures can be trusted: data quality, what is illustrative, what is withheld, methods."""

import re

from orchestration.council.figures import Period, Published, Run
from orchestration.council.shown import count
from orchestration.council.wording import METHODS, TEXTS
from orchestration.report.blocks import Block, Column, Fact, Facts, Heading, Paragraph, Table, Terms
from orchestration.report.wording import day, number

HORIZON = re.compile(r"_\d+m$")
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
    files = [say["file"].format(name=name, n=count(n, language)) for name, n, _ in used]
    passed_rules = [say["let_pass"].format(name=name, rules=rules) for name, _, rules in used if rules]
    text = " ".join([say["used"].format(files="; ".join(files)), *passed_rules])
    return [*blocks, Paragraph(text, is_small=True)]


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
    named = f"{'; '.join(name for (name,) in found)}." if found else say["no_examples"]
    return [Heading(say["examples"]), Paragraph(named)]


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
    tables = "; ".join(
        say["hidden_of"].format(table=name, hidden=number(hidden, language), every=number(every, language))
        for name, hidden, every in counted
    )
    names = sorted({each.title for each in published.results(period) if each.is_withheld})
    text = say["hidden_text"].format(threshold=run.threshold, below=run.threshold - 1)
    return [
        Heading(say["hidden"]),
        Paragraph(f"{text} {tables}."),
        *([Paragraph(say["hidden_metrics"].format(metrics=", ".join(names)))] if names else []),
    ]


def notes(published: Published, period: Period, run: Run) -> list[Block]:
    """What each metric means, in the Chamber's words, and where the report comes from."""
    language, say = published.language, TEXTS[published.language]
    told: dict[str, tuple[str, str]] = {}
    for each in published.results(period):  # of several horizons the first
        told.setdefault(HORIZON.sub("", each.metric_id), (each.title, each.description))
    return [
        Heading(say["origin"]),
        Facts(
            (
                Fact(say["file_run"], run.run_id, "code"),
                Fact(say["code"], run.code_version, "code"),
                Fact(say["built"], day(run.built_at.date(), language)),
            )
        ),
        Heading(say["notes"]),
        Terms(tuple(told.values()), say["notes_text"]),
    ]
