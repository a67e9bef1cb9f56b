"""What helps an evaluator to begin: example queries and table macros, written into the published file.

They only read published tables. What may be shown is decided in `disclosure`; what a column means stands in contracts.

A macro in a DuckDB file does not know under which name the file is attached: plain table names would be looked up in
the caller's current database. So each macro looks in the current database, or in the one named by `file`.
"""

from dataclasses import dataclass

import duckdb

EXAMPLES_TABLE = "provenance.examples"


@dataclass(frozen=True)
class Example:
    """One query to begin with, and what it shows, in both languages."""

    title_it: str
    title_en: str
    sql: str


@dataclass(frozen=True)
class TableMacro:
    """One table macro of the published file: its parameters, body and comment."""

    name: str
    parameters: tuple[str, ...]
    body: str
    comment: str


EXAMPLES = (
    Example(
        "Il programma fino a oggi: ogni valore con il suo significato",
        "The programme so far, each number with its meaning",
        """select definitions.title_en, results."value", results.unit, results.denominator, results.status
from metrics.results as results
inner join metrics.definitions as definitions
    on definitions.metric_id = results.metric_id and definitions.version = results.metric_version
where results.period_type = 'programme_to_date' and results.breakdown = 'all'
order by definitions.outcome, results.metric_id""",
    ),
    Example(
        "Un indicatore, trimestre per trimestre",
        "One metric, quarter by quarter",
        """select period_start, numerator, denominator, "value", status
from metric_series('households_enrolled')
where period_type = 'quarter'
order by period_start""",
    ),
    Example(
        "Un indicatore per tipo di percorso, con il suo intervallo",
        "One metric by pathway, with its interval",
        """select category, "value", ci_low, ci_high, status
from metric_by('housing_retention_12m', 'pathway')
where period_type = 'programme_to_date'
order by category""",
    ),
    Example(
        "Quanti restano in una casa stabile, mese per mese",
        "How many stay in a stable home, month by month",
        """select months, survival, ci_low, ci_high, at_risk
from survival('housing_survival')
where category = 'all'
order by months""",
    ),
    Example(
        "Il risparmio secondo ciascun metodo, con il suo intervallo",
        "The saving by each method, with its interval",
        """select method, window_months, households, gross_saving_eur, ci_low_eur, ci_high_eur, status, illustrative
from savings.by_method
order by window_months, method""",
    ),
    Example(
        "Il premio maturato, periodo per periodo",
        "The premium earned, period by period",
        """select period, tariff_id, title_en, claims, amount_before_limits_eur, amount_eur, status, illustrative
from payments.lines
order by period_start, tariff_id""",
    ),
    Example(
        "I limiti del contratto, nell’ordine in cui si applicano",
        "The limits of the contract, in the order in which they apply",
        """select step, applied_limit, tariff_id, title_en, limit_eur, max_claims, illustrative
from payments.limits
order by step, tariff_id""",
    ),
    Example(
        "Una rendicontazione certificata: totali, righe, limiti e rettifiche con le cause",
        "A certified statement: totals, lines, limits and adjustments with their causes",
        """select part, tariff_id, period, what_en, claims, amount_eur, caused_by_files, status
from payment_trace('2023Q2')
order by part_number, period, tariff_id""",
    ),
    Example(
        "Su che cosa si fondano i valori",
        "What the figures rest on",
        """select source, extract, reference_date, file_name
from provenance.deliveries
where is_used
order by source, extract""",
    ),
    Example(
        "Che cosa non si può mostrare, e perché",
        "What cannot be shown, and why",
        """select period_type, status, count(*) as figures
from metrics.results
group by period_type, status
order by period_type, status""",
    ),
)


def _table(name: str) -> str:
    """A published table, looked for in the file that the caller names, else in the current database."""
    return f"""query_table('"' || coalesce(file, current_database()) || '".{name}')"""


ELSEWHERE = "If the file is attached under a name, give it: file := 'name'."

MACROS = (
    TableMacro(
        "metric_series",
        ("metric",),
        f"""select results.* from {_table("metrics.results")} as results
            where results.metric_id = metric and results.breakdown = 'all'""",
        f"One metric over all of its reporting periods, for the whole programme. {ELSEWHERE}",
    ),
    TableMacro(
        "metric_by",
        ("metric", "division"),
        f"""select results.* from {_table("metrics.results")} as results
            where results.metric_id = metric and results.breakdown = division""",
        f"One metric by the categories of a breakdown, in all of its reporting periods. {ELSEWHERE}",
    ),
    TableMacro(
        "survival",
        ("curve_name",),
        f"""select curves.* from {_table("metrics.survival_curves")} as curves where curves.curve = curve_name""",
        f"One survival curve (housing_survival or waiting), month by month, for every category. {ELSEWHERE}",
    ),
    TableMacro(
        "payment_trace",
        ("statement",),
        f"""
        select 1 as part_number, 'statement' as part, null::varchar as tariff_id, statement_id as period,
            'Totale certificato' as what_it, 'Certified total' as what_en, claims, total_eur as amount_eur,
            null::varchar as caused_by_files, status, illustrative
        from {_table("payments.statements")} where statement_id = statement
        union all
        select 2, 'line', tariff_id, period, title_it, title_en, claims, amount_eur, null, status, illustrative
        from {_table("payments.lines")} where period = statement
        union all
        select 3, 'limit', tariff_id, period, applied_limit, applied_limit, claims, -amount_cut_eur, null, status,
            illustrative
        from {_table("payments.limits_applied")} where period = statement
        union all
        select 4, 'adjustment', tariff_id, adjusted_period, reason_it, reason_en, claims, difference_eur,
            caused_by_files, status, illustrative
        from {_table("payments.adjustments")} where statement_id = statement""",
        "A payment period: its certified total, the lines and limits as known today, and the adjustments of its "
        "statement with the deliveries behind them. Lines may differ from what was certified by adjustments of later "
        f"statements. Households are in the restricted file only. {ELSEWHERE}",
    ),
)


def examples() -> list[tuple[int, str, str, str]]:
    """The rows of provenance.examples: number from 1, titles, SQL."""
    return [(number, each.title_it, each.title_en, each.sql) for number, each in enumerate(EXAMPLES, start=1)]


def add_examples(con: duckdb.DuckDBPyConnection) -> str:
    """Put the examples into a temporary table; returns the query that reads it."""
    con.execute("create temp table examples (number integer, title_it varchar, title_en varchar, sql varchar)")
    con.executemany("insert into examples values (?, ?, ?, ?)", examples())
    return "select * from examples"


def write_macros(con: duckdb.DuckDBPyConnection) -> None:
    """Write the table macros, with their comments, into the main schema of the attached file `release`."""
    for macro in MACROS:
        parameters = ", ".join((*macro.parameters, "file := null"))
        con.execute(f"create macro release.main.{macro.name}({parameters}) as table {macro.body}")
        text = macro.comment.replace("'", "''")
        con.execute(f"comment on macro table release.main.{macro.name} is '{text}'")
