"""Which groups have grown by few since an earlier release counted them: who keeps both files can tell the few.

`ledger` asks what of an earlier release is still true; this asks how far its counts are from today's. What is counted,
and of whom, stands in `counts`.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from orchestration.publish.counts import AT_RISK, COHORT, COUNTED, DIED, EVENTS, PART, REST, UNITS
from orchestration.publish.curves import EarlierCurve, Group
from orchestration.publish.disclosure import INCIDENCE, is_small, turn
from orchestration.publish.ledger import COUNTS


@dataclass(frozen=True)
class Earlier:
    """A count that an earlier release has shown."""

    release: str
    subject: str
    measure: str
    month: int
    until: date | None
    count: int


def load_earlier(con: duckdb.DuckDBPyConnection, ledger: Path) -> list[Earlier]:
    """Make `earlier_counts`, what earlier releases have counted, each release by itself; returns its rows."""
    con.execute("""
        create temp table earlier_counts
        (release varchar, subject varchar, measure varchar, month integer, until date, count bigint)
    """)
    if any((ledger / COUNTS).glob("*.parquet")):
        con.execute(f"""
            insert into earlier_counts
            select filename, subject, measure, month, until, count
            from read_parquet('{ledger / COUNTS}/*.parquet', filename = true)
        """)
    return [Earlier(*row) for row in con.execute("from earlier_counts order by all").fetchall()]


def write_grown(con: duckdb.DuckDBPyConnection, limit: int) -> None:
    """Make `grown_rows`, and by which measures: few away from what an earlier release said of the same, or of a part.

    Who had the event up to a month has had it up to all later ones, and who is at risk at a month was so at all earlier
    ones. Where few more than before had it between two horizons, the row whose turn is later has grown. The months of
    curves are not among them: they are chosen in `curves`, together.
    """
    con.execute(f"""
        create temp table grown_rows as
        with few_away as (
            select counts.table_name, counts.named,
                case when earlier.month = counts.month then measure else '{PART}' end as measure
            from counts
            inner join earlier_counts as earlier using (subject, measure)
            where counts.table_name not in ('metrics.survival_curves', '{INCIDENCE}') and measure <> '{EVENTS}'
                and {is_small("abs(counts.count - earlier.count)", limit)}
                and (earlier.until is null or earlier.until is distinct from counts.until)
                and (earlier.month = counts.month or (measure = '{AT_RISK}' and earlier.month > counts.month))
        ),
        events as (
            select * from counts where table_name = 'metrics.results' and measure = '{EVENTS}'
        ),
        bounds as (
            select subject, month, count, {turn("month")} as turn
            from events
            where named in (select named from followed where not is_small)
            union all
            select distinct subject, -1, 0, 0 from events
        ),
        earlier_bounds as (
            select release, subject, month, count from earlier_counts where measure = '{EVENTS}'
            union all
            select distinct release, subject, -1, 0 from earlier_counts where measure = '{EVENTS}'
        ),
        few_between as (
            select one.table_name, one.named,
                case
                    when since.month = least(one.month, other.month) and up_to.month = greatest(one.month, other.month)
                        then '{EVENTS}'
                    else '{PART}'
                end as measure
            from events as one
            inner join bounds as other using (subject)
            inner join earlier_bounds as since
                on one.subject = since.subject and since.month >= least(one.month, other.month)
            inner join earlier_bounds as up_to
                on since.release = up_to.release and since.subject = up_to.subject and since.month < up_to.month
                and up_to.month <= greatest(one.month, other.month)
            where other.turn < {turn("one.month")}
                and {is_small("abs(abs(one.count - other.count) - (up_to.count - since.count))", limit)}
        )
        select table_name, named, list(distinct measure order by measure) as measures
        from (from few_away union all from few_between)
        group by table_name, named
    """)


def write_least(con: duckdb.DuckDBPyConnection) -> None:
    """Make `least_counts`: of each row of metrics.results the most that an earlier release counted, as it must expect.

    Nobody who was counted is lost again, but for corrections; who was excluded may be counted later, and who had no
    event yet may have one. A count above today's was corrected, and is left out.
    """
    measures = ", ".join(
        f"coalesce(max(earlier.count) filter (measure = '{name}'), 0) as {name}"
        for name in (COHORT, UNITS, COUNTED, REST)
    )
    con.execute(f"""
        create temp table least_counts as
        select counts.named, {measures}
        from counts
        inner join earlier_counts as earlier using (subject, measure, month)
        where counts.table_name = 'metrics.results' and earlier.count <= counts.count
        group by all
    """)


def grown(table: str) -> str:
    """SQL of the rows of a table that have grown by few."""
    return f"select named from grown_rows where table_name = '{table}'"


def earlier_curves(earlier: Sequence[Earlier]) -> dict[Group, list[EarlierCurve]]:
    """By curve and category, what each release that showed it said; the same said twice stands once."""
    found: dict[tuple[str, str], dict[str, dict[int, int]]] = defaultdict(lambda: {AT_RISK: {}, EVENTS: {}, DIED: {}})
    for one in earlier:
        if one.measure in (AT_RISK, EVENTS, DIED):
            found[one.release, one.subject][one.measure][one.month] = one.count
    curves: dict[Group, list[EarlierCurve]] = defaultdict(list)
    for (_, subject), then in found.items():
        curve, category = subject.split(" ", 1)
        said = EarlierCurve(then[AT_RISK], then[EVENTS], then[DIED])
        if said not in curves[curve, category]:
            curves[curve, category].append(said)
    return curves
