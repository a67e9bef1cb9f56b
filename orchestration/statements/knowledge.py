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


def staging_views(con: duckdb.DuckDBPyConnection) -> dict[Extract, str]:
    """The SQL of the staging view of every extract in a build."""
    views = con.execute("""
        select view_name, sql from duckdb_views()
        where database_name = 'homes4all' and schema_name = 'staging' and view_name like 'stg_%' order by view_name
    """).fetchall()
    named = ((name.removeprefix("stg_").split("__", 1), sql) for name, sql in views)
    return {(source, extract): sql for (source, extract), sql in named}


def differences(
    archive: Archive, views: Mapping[Extract, str], before: Knowledge, now: Knowledge
) -> tuple[Difference, ...]:
    """Where the deliveries of `now` say something else of the day `before.as_of` than those of `before`, by extract.

    Raises:
        ArchiveDamaged: an archived file is missing or not what was written.
    """
    shared = [key for key in views if key in before.deliveries and key in now.deliveries]
    moved = [key for key in shared if before.deliveries[key].parquet_sha256 != now.deliveries[key].parquet_sha256]
    if not moved:
        return ()
    links = [key for key in shared if all(name in views[key] for name in ABOUT[:2])]
    with duckdb.connect() as con:
        for side, known, other in (("old_side", before, now), ("new_side", now, before)):
            files = {key: _files(archive, key, known, other) for key in {*moved, *links}}
            _load(con, side, files, views, before.as_of)
        found = [(key, _about(con, key, links)) for key in moved]
    return tuple(Difference(*key, now.deliveries[key].delivery_id, frozenset(about)) for key, about in found if about)


def _files(archive: Archive, key: Extract, *sides: Knowledge) -> tuple[str, ...]:
    return tuple(str(archive.parquet(side.deliveries[key])) for side in sides)


def _load(
    con: duckdb.DuckDBPyConnection,
    side: str,
    files: Mapping[Extract, tuple[str, ...]],
    views: Mapping[Extract, str],
    as_of: date,
) -> None:
    """Tables of what the staging views show of some files on a day, in the schema `side`.

    With each file comes the other side's: a column that only that one has is empty here.
    """
    con.execute("attach ':memory:' as homes4all")
    con.execute("create schema homes4all.staging")
    con.execute("create schema homes4all.provenance")
    con.execute("create table homes4all.provenance.build as select $as_of::date as as_of", {"as_of": as_of})
    con.execute(f"create schema {side}")
    for (source, extract), (own, other) in sorted(files.items()):
        raw = f"homes4all.raw_{source}.{extract}"
        con.execute(f"create schema if not exists homes4all.raw_{source}")
        con.execute(f"create table {raw} as select * from read_parquet($file)", {"file": own})
        for name, *_ in con.execute("describe from read_parquet($file)", {"file": other}).fetchall():
            con.execute(f'alter table {raw} add column if not exists "{name}" varchar')
        con.execute("use homes4all")
        con.execute(views[source, extract])
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
