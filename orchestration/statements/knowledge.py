"""What two sets of deliveries say differently about the same day: the ground on which an adjustment names its cause.

The staging views of the build say what of a delivery was known on a day; here they are asked of both sets, with the
day of the earlier one, so that a row that only tells of later days makes no difference.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import duckdb

from orchestration.intake.archive import Archive, ArchiveDamaged, Delivery

Extract = tuple[str, str]
# The first of these that an extract has says whom or what a row is about; without any, a row is about all.
ABOUT = ("household_id", "dwelling_id", "tariff_id", "metric_id")
ALL = ""
# Where a row came from, and words that no figure rests on.
NO_FACTS = ("_delivery_id", "_row", "title_it", "title_en", "description_it", "description_en", "note", "source")
DIFFERENT = """
    with gone as (select {facts} from old_side.{table} except all select {facts} from new_side.{table}),
    come as (select {facts} from new_side.{table} except all select {facts} from old_side.{table})
    select distinct coalesce(cast({about} as varchar), '') from (from gone union all from come)
"""


@dataclass(frozen=True)
class Knowledge:
    """What a computation rested on: the deliveries, the day, and the software."""

    deliveries: Mapping[Extract, Delivery]
    as_of: date
    code_version: str


@dataclass(frozen=True)
class Staging:
    """How a build stages an extract: the SQL of the view, and the columns of the raw table that it reads."""

    sql: str
    raw_columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Difference:
    """The newer delivery of an extract, and whom or what (ids of `ABOUT`, or ALL) it knows differently."""

    source: str
    extract: str
    delivery_id: str
    about: frozenset[str]


def recorded(archive: Archive, delivery_ids: Iterable[str]) -> dict[Extract, Delivery]:
    """The deliveries of the archive that were recorded, by extract.

    Raises:
        ArchiveDamaged: one is no longer in the archive's register.
    """
    known = {delivery.delivery_id: delivery for delivery in archive.deliveries()}
    wanted = list(delivery_ids)
    if lost := sorted(set(wanted) - set(known)):
        raise ArchiveDamaged(
            f"The archive's register lacks the deliveries {', '.join(lost)}; restore it from a backup."
        )
    return {(known[each].source, known[each].extract): known[each] for each in wanted}


def staging_views(con: duckdb.DuckDBPyConnection) -> dict[Extract, Staging]:
    """How every extract is staged in a build."""
    views = con.execute("""
        select view_name, sql from duckdb_views()
        where database_name = 'homes4all' and schema_name = 'staging' and view_name like 'stg_%' order by view_name
    """).fetchall()
    found = {}
    for name, sql in views:
        source, extract = name.removeprefix("stg_").split("__", 1)
        raw = con.execute(f"describe homes4all.raw_{source}.{extract}").fetchall()
        found[source, extract] = Staging(sql, tuple((column, dtype) for column, dtype, *_ in raw))
    return found


def differences(
    archive: Archive, views: Mapping[Extract, Staging], before: Knowledge, now: Knowledge
) -> tuple[Difference, ...]:
    """Where the deliveries of `now` say something else of the day `before.as_of` than those of `before`, by extract.

    Raises:
        ArchiveDamaged: an archived file is missing or not what was written.
    """
    known = [key for key in views if key in now.deliveries]
    moved = [key for key in known if _rows_of(before, key) != _rows_of(now, key)]
    if not moved:
        return ()
    links = [key for key in known if all(name in views[key].sql for name in ABOUT[:2])]
    with duckdb.connect() as con:
        for side, own in (("old_side", before), ("new_side", now)):
            files = {key: _file(archive, key, own) for key in {*moved, *links}}
            _load(con, side, files, views, before.as_of)
        found = [(key, _about(con, key, links)) for key in moved]
    return tuple(Difference(*key, now.deliveries[key].delivery_id, frozenset(about)) for key, about in found if about)


def _rows_of(side: Knowledge, key: Extract) -> str | None:
    """What tells the rows of an extract from others; none where an optional extract was not delivered yet."""
    return side.deliveries[key].parquet_sha256 if key in side.deliveries else None


def _file(archive: Archive, key: Extract, side: Knowledge) -> str | None:
    return str(archive.parquet(side.deliveries[key])) if key in side.deliveries else None


def _load(
    con: duckdb.DuckDBPyConnection,
    side: str,
    files: Mapping[Extract, str | None],
    views: Mapping[Extract, Staging],
    as_of: date,
) -> None:
    """Tables of what the staging views show of some files on a day, in the schema `side`.

    A column that a file does not have, and an extract without a file, are empty.
    """
    con.execute("attach ':memory:' as homes4all")
    con.execute("create schema homes4all.staging")
    con.execute("create schema homes4all.provenance")
    con.execute("create table homes4all.provenance.build as select $as_of::date as as_of", {"as_of": as_of})
    con.execute(f"create schema {side}")
    for (source, extract), file in sorted(files.items()):
        raw, staging = f"homes4all.raw_{source}.{extract}", views[source, extract]
        con.execute(f"create schema if not exists homes4all.raw_{source}")
        columns = ", ".join(f'"{name}" {dtype}' for name, dtype in staging.raw_columns)
        con.execute(f"create table {raw} ({columns})")
        if file:
            known = {name for name, *_ in con.execute("describe from read_parquet($file)", {"file": file}).fetchall()}
            listed = ", ".join(f'"{name}"' for name, _ in staging.raw_columns if name in known)
            con.execute(f"insert into {raw} ({listed}) select {listed} from read_parquet($file)", {"file": file})
        con.execute("use homes4all")
        con.execute(staging.sql)
        con.execute("use memory")
        con.execute(f"create table {side}.{extract} as from homes4all.staging.stg_{source}__{extract}")
    con.execute("detach homes4all")


def _about(con: duckdb.DuckDBPyConnection, key: Extract, links: Iterable[Extract]) -> set[str]:
    """Whom or what the rows that differ are about; a dwelling is also about the households that live in it."""
    _, extract = key
    columns = [name for name, *_ in con.execute(f"describe new_side.{extract}").fetchall()]
    about = next((name for name in ABOUT if name in columns), "''")
    facts = ", ".join(f'"{name}"' for name in columns if name not in NO_FACTS)
    found = {text for (text,) in con.execute(DIFFERENT.format(facts=facts, table=extract, about=about)).fetchall()}
    if about == "dwelling_id":
        for _, link in links:
            for side in ("old_side", "new_side"):
                lived = con.execute(f"select dwelling_id, household_id from {side}.{link}").fetchall()
                found |= {household for dwelling, household in lived if dwelling in found}
    return found
