"""What earlier releases have shown of metrics.results, for good: whoever kept the files can still subtract.

One file a release, never changed, written before the release is published. A figure counts as long as it is still true
of the very same units; what has grown or was corrected since then is weighed in `growth`, by the counts that are kept
beside. What follows from it is in `suppress` and `audit`.
"""

import shutil
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from orchestration.durable import settle
from orchestration.errors import GateRefused

EARLIER = "earlier"
COUNTS = "counts"
# Up to which day a row had seen its period.
UNTIL = "least(period_end, (select as_of from provenance.build) + 1)"
COUNTED = "numerator, denominator, excluded, units"
FACTS = f"units_key, {COUNTED}"
# How units are recognised: in which function their key is computed. Releases that do not say it used another one.
KEYED_BY = "md5"


@dataclass(frozen=True)
class Known:
    """A figure that an earlier release showed and that is still true, up to the day that it had seen."""

    metric_id: str
    version: int
    period_type: str
    start: date
    until: date
    breakdown: str
    category: str
    units_key: int
    numerator: float
    denominator: float
    excluded: float
    units: float


def write_shown(con: duckdb.DuckDBPyConnection, file: Path) -> None:
    """Put down what the candidate attached as `release` shows, with what identifies its units in the build.

    The table `fingerprints` says of each metric version what the choice of its rows rests on.
    """
    con.execute(f"""
        copy (
            select '{KEYED_BY}' as keyed_by,
                truth.metric_id, truth.metric_version, truth.period_type, truth.period_start,
                {UNTIL.replace("period_end", "truth.period_end")} as until, truth.breakdown, truth.category,
                {", ".join(f"truth.{name}" for name in FACTS.split(", "))}, fingerprints.fingerprint
            from metrics.results as truth
            inner join fingerprints using (metric_id, metric_version)
            inner join release.metrics.results as shown
                using (metric_id, metric_version, period_type, period_start, breakdown, category)
            where shown.denominator is not null
            order by all
        ) to '{file}' (format parquet)
    """)


def shown_file(candidate: Path) -> Path:
    """What a candidate shows, beside it, until it is published."""
    return candidate.with_name("shown.parquet")


def counts_file(candidate: Path) -> Path:
    """The counts that a candidate shows (see `counts`), beside it, until it is published."""
    return candidate.with_name("counts.parquet")


def keep_shown(candidate: Path, folder: Path, sha256: str) -> None:
    """Put what a candidate shows on the ledger, for good; a release that is already there stays as it is.

    Args:
        sha256: of the candidate, by which the release is known.

    Raises:
        GateRefused: what the candidate shows was not put down beside it.
    """
    for file, kept in (
        (counts_file(candidate), folder / COUNTS / f"{sha256}.parquet"),
        (shown_file(candidate), folder / f"{sha256}.parquet"),
    ):
        if not kept.exists():
            if not file.exists():
                raise GateRefused(
                    f"{file.name} is missing beside the candidate: another version of this software made it. "
                    "Nothing was published. Start the whole nightly job."
                )
            kept.parent.mkdir(parents=True, exist_ok=True)
            partial = kept.with_name(f".{kept.name}.partial")
            partial.unlink(missing_ok=True)
            shutil.copyfile(file, partial)
            settle(partial, kept)


def chosen(con: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, set[tuple[str, int, str, date, str, str]]]:
    """By fingerprint, the rows that releases of it have shown."""
    found: dict[str, set[tuple[str, int, str, date, str, str]]] = defaultdict(set)
    if any(folder.glob("*.parquet")):
        for fingerprint, *row in con.execute(f"""
            select fingerprint, metric_id, metric_version, period_type, period_start, breakdown, category
            from ({_shown(folder)})
        """).fetchall():
            found[fingerprint].add(tuple(row))
    return found


def recognised_by_counts(con: duckdb.DuckDBPyConnection, folder: Path) -> int:
    """How many releases have keys of units that can no longer be compared: their counts alone are."""
    if not any(folder.glob("*.parquet")):
        return 0
    query = f"select count(distinct filename) from ({_shown(folder)}) where keyed_by is distinct from '{KEYED_BY}'"
    return int(con.execute(query).fetchall()[0][0])


def _shown(folder: Path) -> str:
    """SQL of what all releases have shown; `keyed_by` is null of those that did not say it yet."""
    return f"""
        select null::varchar as keyed_by where false
        union all by name
        from read_parquet('{folder}/*.parquet', union_by_name = true, filename = true)
    """


def still_true(con: duckdb.DuckDBPyConnection, folder: Path) -> list[Known]:
    """The figures of earlier releases that hold for the attached build, the same rows first, each once.

    Of a release whose keys cannot be compared, a figure is taken for true if all of its counts are: what is the same
    cannot hide anything, whoever is counted.
    """
    if not any(folder.glob("*.parquet")):
        return []
    place = "metric_id, metric_version, breakdown, category"
    return [
        Known(*row)
        for row in con.execute(f"""
            with shown as (
                select distinct * exclude (fingerprint, keyed_by, filename)
                    replace (case when keyed_by = '{KEYED_BY}' then units_key end as units_key)
                from ({_shown(folder)})
            ),
            now as (select *, {UNTIL} as until from metrics.results),
            same as (
                select shown.* replace (now.units_key as units_key)
                from shown
                inner join now using ({place}, period_type, period_start, until, {COUNTED})
                where coalesce(shown.units_key, now.units_key) = now.units_key
            ),
            cut_off as (
                select distinct * replace ('{EARLIER}' as period_type) from shown
                where (metric_id, period_start, until) not in (select (metric_id, period_start, until) from now)
            ),
            -- The same days summed again. Survival is read off life tables and has no such sums.
            again as (
                select {place}, cut_off.period_start, cut_off.until, bit_xor(totals.units_key) as units_key,
                    sum(totals.numerator)::decimal(18, 4) as numerator,
                    sum(totals.denominator)::decimal(18, 4) as denominator,
                    sum(totals.excluded)::bigint as excluded, sum(totals.units)::bigint as units
                from (select distinct {place}, period_start, until from cut_off) as cut_off
                inner join metrics.metric_totals as totals using ({place})
                inner join metrics.definitions as definitions
                    on totals.metric_id = definitions.metric_id and totals.metric_version = definitions.version
                where totals.period_type is null and not totals.is_at_wave
                    and totals.counted_on >= cut_off.period_start and totals.counted_on < cut_off.until
                    and definitions.formula not in ('survival', 'median_survival')
                group by {place}, cut_off.period_start, cut_off.until
            )
            select metric_id, metric_version, period_type, period_start, until, breakdown, category, units_key,
                numerator::double, denominator::double, excluded::double, units::double
            from same
            union
            select metric_id, metric_version, period_type, period_start, until, breakdown, category, again.units_key,
                numerator::double, denominator::double, excluded::double, units::double
            from cut_off inner join again using ({place}, period_start, until, {COUNTED})
            where coalesce(cut_off.units_key, again.units_key) = again.units_key
            order by all
        """).fetchall()
    ]
