"""What two sets of deliveries say differently about the same day: the ground on which an adjustment names its cause.

The staging views of the build say what of a delivery was known on a day; here they are asked of both sets, with the
day of the earlier one, so that a row that only tells of later days makes no difference. Both are read under the keys
that households have now: a new key is no difference in whatever else was delivered, only the link is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import duckdb

from orchestration.intake.archive import Archive, ArchiveDamaged, Delivery, newest
from orchestration.intake.links import LINKS
from orchestration.intake.load import HISTORY

Extract = tuple[str, str]
# The first of these that an extract has says whom or what a row is about; without any, a row is about all.
ABOUT = ("household_id", "dwelling_id", "tariff_id", "metric_id")
ALL = ""
KEYS, DESCRIBED = "int_household_keys", "int_households_described"
# What the views of an extract rest on besides its own rows.
RESTS_ON: Mapping[Extract, tuple[Extract, ...]] = {HISTORY: (("provider", "enrolments"),)}
# Where a row came from, and words that no figure rests on.
NO_FACTS = ("_delivery_id", "_row", "title_it", "title_en", "description_it", "description_en", "note", "source")
DIFFERENT = """
    with gone as (select {facts} from old_side.{table} except all select {facts} from new_side.{table}),
    come as (select {facts} from new_side.{table} except all select {facts} from old_side.{table})
    select distinct coalesce(cast({about} as varchar), '') from (from gone union all from come)
"""


@dataclass(frozen=True)
class Knowledge:
    """What a computation rested on: the deliveries, the day, and the software.

    Of an extract whose history is asked there are several deliveries, else one.
    """

    used: tuple[Delivery, ...]
    as_of: date
    code_version: str

    @property
    def deliveries(self) -> dict[Extract, Delivery]:
        """The newest delivery of each extract."""
        return newest(self.used)

    def of(self, key: Extract) -> tuple[Delivery, ...]:
        """The deliveries of an extract, in the order of their days; none of an optional one that did not come yet."""
        return tuple(each for each in self.used if (each.source, each.extract) == key)


@dataclass(frozen=True)
class Reading:
    """How a build reads what was delivered: its raw tables with their columns, and its views by name, in their order.

    `inclusive_ends` are the columns whose contract says that they are the last day (source, extract, column). A build
    that was made for a statement alone has no view of what no statement needs.
    """

    raw: Mapping[Extract, tuple[tuple[str, str], ...]]
    views: Mapping[str, str]
    inclusive_ends: tuple[tuple[str, str, str], ...] = ()

    @property
    def extracts(self) -> list[Extract]:
        """The extracts that are staged."""
        return [key for key in self.raw if _staged(key) in self.views]


@dataclass(frozen=True)
class Difference:
    """The newer delivery of an extract, and whom or what (ids of `ABOUT`, or ALL) it knows differently."""

    source: str
    extract: str
    delivery_id: str
    about: frozenset[str]


def _staged(key: Extract) -> str:
    """The name of the staging view of an extract."""
    return f"stg_{key[0]}__{key[1]}"


def recorded(archive: Archive, delivery_ids: Iterable[str]) -> tuple[Delivery, ...]:
    """The deliveries of the archive that were recorded, by extract and day.

    Raises:
        ArchiveDamaged: one is no longer in the archive's register.
    """
    wanted = {*delivery_ids}
    found = tuple(each for each in archive.deliveries() if each.delivery_id in wanted)
    if lost := sorted(wanted - {each.delivery_id for each in found}):
        raise ArchiveDamaged(
            f"The archive's register lacks the deliveries {', '.join(lost)}; restore it from a backup."
        )
    return found


def reading_of(con: duckdb.DuckDBPyConnection) -> Reading:
    """How the build that is attached as `homes4all` reads what was delivered."""
    columns = con.execute("""
        select schema_name, table_name, column_name, data_type from duckdb_columns()
        where database_name = 'homes4all' and schema_name like 'raw_%' order by table_name, column_index
    """).fetchall()
    raw: dict[Extract, tuple[tuple[str, str], ...]] = {}
    for schema, table, name, dtype in columns:
        key = (schema.removeprefix("raw_"), table)
        raw[key] = (*raw.get(key, ()), (name, dtype))
    views = con.execute(f"""
        select view_name, sql from duckdb_views()
        where database_name = 'homes4all' and (view_name like 'stg_%' or view_name in ('{KEYS}', '{DESCRIBED}'))
        order by view_name <> '{_staged(LINKS)}', view_name <> '{KEYS}', view_name = '{DESCRIBED}', view_name
    """).fetchall()
    inclusive = con.execute("from homes4all.provenance.inclusive_ends order by all").fetchall()
    return Reading(raw, dict(views), tuple(inclusive))


def differences(archive: Archive, reading: Reading, before: Knowledge, now: Knowledge) -> tuple[Difference, ...]:
    """Where the deliveries of `now` say something else of the day `before.as_of` than those of `before`.

    Raises:
        ArchiveDamaged: an archived file is missing or not what was written.
    """
    keys = [key for key in reading.extracts if now.of(key)]
    moved = [key for key in keys if _rows_of(before, key) != _rows_of(now, key)]
    if not moved:
        return ()
    lets = [key for key in keys if {*ABOUT[:2]} <= {name for name, _ in reading.raw[key]}]
    needed = {*moved, *lets, *(other for key in moved for other in RESTS_ON.get(key, ()))}
    found: list[Difference] = []
    with duckdb.connect() as con:
        for side, own in (("old_side", before), ("new_side", now)):
            files = {key: [(each, str(archive.parquet(each))) for each in own.of(key)] for key in needed}
            links = [str(archive.parquet(each)) for each in now.of(LINKS)]
            _load(con, side, reading, files, links, before.as_of)
        for key in moved:
            if key == LINKS:
                about = _linked(con, archive, before, now)
                found.append(Difference(*key, now.deliveries[key].delivery_id, frozenset(about)))
            elif key == HISTORY:
                found += [Difference(*key, each, frozenset(about)) for each, about in _described(con).items()]
            else:
                found.append(Difference(*key, now.deliveries[key].delivery_id, frozenset(_about(con, key, lets))))
    return tuple(each for each in found if each.about)


def _rows_of(side: Knowledge, key: Extract) -> list[str]:
    """What tells the rows of an extract from others."""
    return [each.parquet_sha256 for each in side.of(key)]


def _load(
    con: duckdb.DuckDBPyConnection,
    side: str,
    reading: Reading,
    files: Mapping[Extract, list[tuple[Delivery, str]]],
    links: list[str],
    as_of: date,
) -> None:
    """Tables of what the views show of some files on a day, in the schema `side`.

    A column that a file does not have, and an extract without a file, are empty.
    """
    con.execute("attach ':memory:' as homes4all")
    for schema in ("staging", "intermediate", "provenance"):
        con.execute(f"create schema homes4all.{schema}")
    con.execute("create table homes4all.provenance.build as select $as_of::date as as_of", {"as_of": as_of})
    con.execute(
        "create table homes4all.provenance.inclusive_ends (source varchar, extract varchar, column_name varchar)"
    )
    for each in reading.inclusive_ends:
        con.execute("insert into homes4all.provenance.inclusive_ends values (?, ?, ?)", each)
    con.execute(f"create schema {side}")
    for (source, extract), columns in reading.raw.items():
        con.execute(f"create schema if not exists homes4all.raw_{source}")
        listed = ", ".join(f'"{name}" {dtype}' for name, dtype in columns)
        con.execute(f"create table homes4all.raw_{source}.{extract} ({listed})")
    for key, deliveries in files.items():
        if deliveries and key != LINKS:
            _fill(con, reading, key, deliveries[-1][1])
        for delivery, file in deliveries if key == HISTORY else ():
            _fill(con, reading, (key[0], f"{key[1]}_history"), file, delivery.reference_date)
    for file in links:
        _fill(con, reading, LINKS, file)
    con.execute("use homes4all")
    for sql in reading.views.values():
        con.execute(sql)
    con.execute("use memory")
    for source, extract in files:
        view = f"intermediate.{DESCRIBED}" if (source, extract) == HISTORY else f"staging.{_staged((source, extract))}"
        con.execute(f"create table {side}.{extract} as from homes4all.{view}")
    con.execute(f"create table {side}.{KEYS} as from homes4all.intermediate.{KEYS}")
    con.execute("detach homes4all")


def _fill(con: duckdb.DuckDBPyConnection, reading: Reading, key: Extract, file: str, day: date | None = None) -> None:
    """Rows of a file into a raw table; a reference date where the table tells it."""
    there = {*con.read_parquet(file).columns}
    names = ", ".join(f'"{name}"' for name, _ in reading.raw[key] if name in there)
    dated = ", $day::date as _reference_date" if day else ""
    con.execute(
        f"insert into homes4all.raw_{key[0]}.{key[1]} by name select {names}{dated} from read_parquet($file)",
        {"file": file} | ({"day": day} if day else {}),
    )


def _about(con: duckdb.DuckDBPyConnection, key: Extract, lets: Iterable[Extract]) -> set[str]:
    """Whom or what the rows that differ are about; a dwelling is also about the households that live in it."""
    _, extract = key
    columns = [name for name, *_ in con.execute(f"describe new_side.{extract}").fetchall()]
    about = next((name for name in ABOUT if name in columns), "''")
    facts = ", ".join(f'"{name}"' for name in columns if name not in NO_FACTS)
    found = {text for (text,) in con.execute(DIFFERENT.format(facts=facts, table=extract, about=about)).fetchall()}
    if about == "dwelling_id":
        for _, let in lets:
            for side in ("old_side", "new_side"):
                lived = con.execute(f"select dwelling_id, household_id from {side}.{let}").fetchall()
                found |= {household for dwelling, household in lived if dwelling in found}
    return found


def _described(con: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """The households that are described differently, by the delivery that describes them now."""
    households = _about(con, HISTORY, ())
    found: dict[str, set[str]] = {}
    rows = con.execute(f"select distinct household_id, _delivery_id from new_side.{HISTORY[1]}").fetchall()
    for household, delivery in rows:
        if household in households:
            found.setdefault(delivery, set()).add(household)
    return found


def _linked(con: duckdb.DuckDBPyConnection, archive: Archive, before: Knowledge, now: Knowledge) -> set[str]:
    """The households that are linked differently, under every key that they have or had, whenever it happened."""
    sides = [{*_links(con, [str(archive.parquet(each)) for each in side.of(LINKS)])} for side in (before, now)]
    keys = {key for one, other, *_ in sides[0] ^ sides[1] for key in (one, other)}
    known = con.execute(f"select delivered_id, household_id from new_side.{KEYS}").fetchall()
    return keys | {household for delivered, household in known if delivered in keys}


def _links(con: duckdb.DuckDBPyConnection, files: list[str]) -> list[tuple[str, ...]]:
    sql = "select from_household_id, to_household_id, linked_on, kind from read_parquet($files)"
    return con.execute(sql, {"files": files}).fetchall() if files else []
