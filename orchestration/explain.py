"""The households (or dwellings) behind a number, with the dates that decided each: `homes4all explain`.

Reads the last build, never the published file, which holds no household. Nothing here computes a metric.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb

from orchestration.errors import RunLocked, UsageError

TO_DATE = "programme_to_date"
ROLES = {"numerator": "In the numerator", "denominator": "In the denominator alone", "excluded": "Excluded"}
# Columns that place a row; the others are its facts, and the last two take a line each.
PLACE = ("version", "role", "exclusion_reason", "subject")
LONG = ("evidence", "history")

NUMBERS = """
    select metric_version, numerator, denominator, excluded, "value", unit, status
    from metrics.results
    where metric_id = $metric and period_type = $period_type and period_start = $period_start
        and breakdown = $breakdown and category = $member
    order by metric_version
"""

CATEGORIES = """
    select distinct case when breakdown = 'all' then 'all' else breakdown || ':' || category end
    from metrics.results
    where metric_id = $metric and period_type = $period_type and period_start = $period_start
"""

ROWS = """
    with spells as (
        select household_id,
            string_agg(state || ' ' || started_on || '/' || ended_on, ', ' order by started_on) as history
        from core.household_spells
        group by household_id
    ),
    lets as (
        select dwelling_id,
            string_agg('let ' || started_on || '/' || coalesce(ended_on::varchar, ''), ', ' order by started_on)
                as history
        from staging.stg_provider__tenancies
        group by dwelling_id
    ),
    subjects as (
        select household_id as subject, arm, cohort_quarter, pathway, economic_capacity, household_size_band, district,
            enrolled_on, waiting_since, placed_on, died_on, follow_up_ends_on, history
        from core.enrolled_households left join spells using (household_id)
        union all by name
        select dwelling_id as subject, 'programme' as arm, district, vacant_since, available_from, withdrawn_on, history
        from staging.stg_provider__dwellings left join lets using (dwelling_id)
    )
    select
        metrics.metric_version as version,
        case when in_numerator then 'numerator' when in_denominator then 'denominator' else 'excluded' end as role,
        metrics.exclusion_reason, subjects.subject,
        metrics.counted_on, metrics."value", metrics.weight, metrics.achieved_on, subjects.enrolled_on,
        subjects.waiting_since, subjects.placed_on, subjects.died_on, subjects.follow_up_ends_on,
        subjects.vacant_since, subjects.available_from, subjects.withdrawn_on, metrics.evidence, subjects.history
    from metrics.household_metrics as metrics
    inner join subjects on subjects.subject = coalesce(metrics.household_id, metrics.dwelling_id)
    where metrics.metric_id = $metric
        and (metrics.wave is not null or (metrics.counted_on >= $period_start and metrics.counted_on < $period_end))
        and {condition}
    order by version, list_position(['numerator', 'denominator', 'excluded'], role), exclusion_reason, counted_on,
        subject
"""

# What a category of results is, among the households; all breakdowns but those of the arm are of the programme arm.
CONDITIONS = {
    "all": "subjects.arm = 'programme' and $member = 'all'",
    "arm": "subjects.arm = $member",
    "wave": "subjects.arm = 'programme' and metrics.wave = $member",
    "arm_and_wave": "subjects.arm || ':' || metrics.wave = $member",
}


@dataclass(frozen=True)
class Explanation:
    """A line for each version of the number, and a row for each household or dwelling (and day) that it rests on."""

    headings: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def lines(self) -> Iterator[str]:
        """The explanation for people: who is in, who is out and why."""
        yield from self.headings
        named = [dict(zip(self.columns, row, strict=True)) for row in self.rows]
        for (version, role, reason), group in groupby(named, key=lambda row: tuple(row[name] for name in PLACE[:3])):
            members = list(group)
            yield f"\n{ROLES[role]}{f', {reason}' if reason else ''} (version {version}, {len(members)} rows)"
            for row in members:
                facts = {name: fact for name, fact in row.items() if fact is not None and name not in PLACE + LONG}
                yield f"  {row['subject']}  {', '.join(f'{name} {plain(fact)}' for name, fact in facts.items())}"
                yield from (f"      {row[name]}" for name in LONG if row[name])


def explain(warehouse: Path, metric: str, period: str = TO_DATE, category: str = "all") -> Explanation:
    """Find who is behind a metric in a reporting period and a category, written `all` or `breakdown:category`.

    Raises:
        UsageError: there is no build with metrics yet, or it knows no such metric, period or category.
        RunLocked: a run is writing the build.
    """
    if not warehouse.exists():
        raise UsageError("Nothing has been built yet. Start with `homes4all run`.")
    try:
        with duckdb.connect(str(warehouse), read_only=True) as con:
            return _explained(con, metric, period, category)
    except duckdb.IOException as busy:
        raise RunLocked("The build cannot be opened, as when a run is writing it; try again later.") from busy
    except duckdb.CatalogException as missing:
        raise UsageError("The last build stopped before its metrics; see `homes4all status`.") from missing


def _explained(con: duckdb.DuckDBPyConnection, metric: str, period: str, category: str) -> Explanation:
    metrics = con.execute("select distinct metric_id from metrics.definitions").fetchall()
    _must_be_known("metric", metric, metrics)
    periods = con.execute(
        "select period, period_type, period_start, period_end from core.reporting_periods order by period_start"
    ).fetchall()
    _must_be_known("period", period, periods)
    _, period_type, period_start, period_end = next(row for row in periods if row[0] == period)
    number = {"metric": metric, "period_type": period_type, "period_start": period_start}
    breakdown, _, member = category.partition(":")
    chosen = {"breakdown": breakdown, "member": member or breakdown}
    numbers = con.execute(NUMBERS, number | chosen).fetchall()
    if not numbers:
        _must_be_known(f"category of {metric} in {period}", category, con.execute(CATEGORIES, number).fetchall())
    condition = CONDITIONS.get(breakdown, f"subjects.arm = 'programme' and subjects.{breakdown}::varchar = $member")
    days = {"metric": metric, "period_start": period_start, "period_end": period_end, "member": chosen["member"]}
    found = con.execute(ROWS.format(condition=condition), days)
    columns = tuple(column[0] for column in found.description or [])
    headings = tuple(
        f"{metric} version {version}, {period} [{period_start}, {period_end}), {category}: {plain(value)} {unit}, "
        f"numerator {plain(numerator)}, denominator {plain(denominator)}, excluded {excluded}, {status}"
        for version, numerator, denominator, excluded, value, unit, status in numbers
    )
    return Explanation(headings, columns, tuple(found.fetchall()))


def plain(fact: object) -> str:
    """A fact as text: no zeros at the end of a decimal, a dash for none."""
    if isinstance(fact, Decimal):
        return f"{fact:f}".rstrip("0").rstrip(".") if "." in f"{fact:f}" else f"{fact:f}"
    return "–" if fact is None else str(fact)


def _must_be_known(what: str, name: str, known: list[tuple[Any, ...]]) -> None:
    names = sorted({str(row[0]) for row in known})
    if name not in names:
        raise UsageError(f"There is no {what} `{name}`. There is: {', '.join(names) or 'none'}.")
