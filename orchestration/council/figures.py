"""The figures of the report as the published file shows them. Nothing is computed here, and nothing else is read.

A withheld figure comes as None with `is_withheld`; how figures are worded and drawn belongs in `page`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb

from orchestration.errors import UsageError
from orchestration.report.blocks import Language

WHOLE = "programme_to_date"
# A metric at several horizons stands in the order of its months.
# Of several versions of a metric the one that is in force on the last day of the period, else the newest.
IN_FORCE = """
    coalesce(
        definitions.valid_from < results.period_end
        and (definitions.valid_to is null or definitions.valid_to >= results.period_end), false
    ) desc, definitions.version desc
"""
HORIZON = (
    "regexp_replace(results.metric_id, '_[0-9]+m', '_'), "
    "try_cast(regexp_extract(results.metric_id, '_([0-9]+)m', 1) as integer), results.metric_id"
)


@dataclass(frozen=True)
class Period:
    """A reporting period that the published file holds; `end` is the day after the last."""

    name: str
    kind: str
    start: date
    end: date


@dataclass(frozen=True)
class Result:
    """One metric in one reporting period, over all households; with its target if there is one."""

    metric_id: str
    title: str
    description: str
    outcome: str
    unit: str
    direction: str
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    denominator: Decimal | None
    excluded: int | None
    status: str | None
    target: Decimal | None = None
    period: str = ""

    @property
    def is_withheld(self) -> bool:
        """Whether disclosure control shows no value."""
        return self.status == "suppressed"


@dataclass(frozen=True)
class Run:
    """What the file says of itself."""

    run_id: str
    as_of: date
    built_at: datetime
    code_version: str
    threshold: int
    illustrative: bool


class Published:
    """The published file, opened for reading, in one language."""

    def __init__(self, con: duckdb.DuckDBPyConnection, language: Language):
        self.con, self.language = con, language

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """What a query answers; `{language}` in it names the column of the language."""
        return self.con.execute(sql.replace("{language}", self.language), values).fetchall()

    def run(self) -> Run:
        """The run that the file comes from."""
        ((run_id, as_of, built_at, code, threshold, illustrative),) = self.rows(
            "select run_id, as_of, built_at, code_version, disclosure_threshold, illustrative from provenance.runs"
        )
        return Run(run_id, as_of, built_at, code, threshold, illustrative)

    def period(self, name: str) -> Period:
        """The reporting period of that name: programme_to_date, 2024, 2024Q2, 2024-04 or a phase that has a target.

        Raises:
            UsageError: the file has no figures for it.
        """
        found = self.rows(
            "select distinct period_type, period_start from metrics.targets "
            "where period = ? and period_type is not null",
            name,
        )
        if not found:
            found = [_calendar(name)]
        kind, start = found[0]
        spans = self.rows(
            "select min(period_start), max(period_end) from metrics.results where period_type = ? "
            "and (?::date is null or period_start = ?)",
            kind, start, start,
        )  # fmt: skip
        if spans[0][0] is None:
            raise UsageError(f"The published file has no figures for {name}.")
        return Period(name, kind, *spans[0])

    def results(self, period: Period) -> list[Result]:
        """Every metric of a period over all households, by the version in force at its end, by outcome."""
        return [
            Result(*row, period=period.name)
            for row in self.rows(
                """
                select results.metric_id, title_{language}, description_{language}, outcome, results.unit, direction,
                    results."value", ci_low, ci_high, denominator, excluded, status
                from metrics.results as results
                inner join metrics.definitions as definitions
                    on definitions.metric_id = results.metric_id and definitions.version = results.metric_version
                where breakdown = 'all' and period_type = ? and period_start = ?
                qualify row_number() over (partition by results.metric_id order by {in_force}) = 1
                order by outcome, {horizon}
                """.replace("{horizon}", HORIZON).replace("{in_force}", IN_FORCE),
                period.kind,
                period.start,
            )
        ]

    def promised(self, period: Period) -> list[Result]:
        """Every target with what came out; for the programme to date the targets of all periods."""
        return [
            Result(*row)
            for row in self.rows(
                """
                select targets.metric_id, title_{language}, description_{language}, outcome, definitions.unit,
                    direction, results."value", ci_low, ci_high, denominator, excluded, status, target, period
                from metrics.targets as targets
                inner join metrics.definitions as definitions on definitions.metric_id = targets.metric_id
                left join metrics.results as results
                    on results.metric_id = targets.metric_id and results.metric_version = definitions.version
                    and results.period_type = targets.period_type and results.period_start = targets.period_start
                    and results.breakdown = 'all'
                where ? = 'programme_to_date' or period = ?
                qualify row_number() over (partition by targets.metric_id, period order by {in_force}) = 1
                order by period <> 'programme_to_date', period, outcome, {horizon}
                """.replace("{horizon}", HORIZON.replace("results", "targets")).replace("{in_force}", IN_FORCE),
                period.name,
                period.name,
            )
        ]

    def over_time(self, period: Period, kind: str, outcomes: Sequence[str]) -> list[Result]:
        """The metrics of some outcomes in each quarter or phase of a period, by the version then in force, in order."""
        return [
            Result(*row)
            for row in self.rows(
                """
                select results.metric_id, title_{language}, description_{language}, outcome, results.unit, direction,
                    results."value", ci_low, ci_high, denominator, excluded, status, null,
                    case when results.period_type = 'quarter'
                        then year(period_start) || 'Q' || quarter(period_start)
                        else coalesce(
                            (
                                select any_value(targets.period) from metrics.targets as targets
                                where targets.period_type = results.period_type
                                    and targets.period_start = results.period_start
                            ),
                            period_start::varchar
                        )
                    end
                from metrics.results as results
                inner join metrics.definitions as definitions
                    on definitions.metric_id = results.metric_id and definitions.version = results.metric_version
                where breakdown = 'all' and results.period_type = ? and outcome in (select unnest(?))
                    and period_end > ? and period_start < ?
                qualify row_number() over (
                    partition by results.metric_id, results.period_start order by {in_force}
                ) = 1
                order by results.metric_id, period_start
                """.replace("{in_force}", IN_FORCE),
                kind,
                list(outcomes),
                period.start,
                period.end,
            )
        ]


def _calendar(name: str) -> tuple[str, date | None]:
    if name == WHOLE:
        return WHOLE, None
    if match := re.fullmatch(r"(\d{4})(?:Q([1-4])|-(0[1-9]|1[0-2]))?", name):
        year, quarter, month = match.groups()
        kind = "quarter" if quarter else "month" if month else "year"
        return kind, date(int(year), int(quarter) * 3 - 2 if quarter else int(month or 1), 1)
    raise UsageError(f"No period is called {name!r}: programme_to_date, 2024, 2024Q2, 2024-04 or the name of a phase.")
