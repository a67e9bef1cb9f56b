"""From a line of a statement to the rows behind it: claims, and each household's rows in the recorded deliveries.

Read from the archive as the deliveries came, with file and line, so that each can be found at its source.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import duckdb

from orchestration.errors import UsageError
from orchestration.intake.archive import Archive, newest
from orchestration.intake.links import LINKS, same_household
from orchestration.statements.knowledge import Extract, recorded
from orchestration.statements.record import Statement

# The registers that a claim is followed to, with the day that puts their rows in order.
REGISTERS: dict[Extract, str] = {
    ("provider", "enrolments"): "enrolled_on",
    ("provider", "tenancies"): "started_on",
    ("municipality", "temporary_stays"): "checked_in_on",
    ("municipality", "evictions"): "ordered_on",
    ("support", "outcome_events"): "achieved_on",
}
COLUMNS = ("entry", "tariff_id", "claim_id", "household_id", "dwelling_id", "facts", "register", "day", "row_facts",
           "file", "line")  # fmt: skip
NO_FACTS = ("household_id", "_delivery_id", "_row")
CLAIMS = """
    select claim_id, household_id, dwelling_id, tariff_id, 'certified' as entry,
        concat_ws(', ', 'achieved on ' || achieved_on, 'quantity ' || quantity, 'price ' || unit_price_eur || ' €',
            'share ' || share, 'before limits ' || amount_before_limits_eur || ' €', 'due ' || amount_eur || ' €',
            case when illustrative then 'ILLUSTRATIVE' end, 'evidence ' || evidence) as facts
    from read_parquet($claims)
    where tariff_id = $line or claim_id = $line
    union all
    select claim_id, household_id, dwelling_id, tariff_id, 'adjusted' as entry,
        concat_ws(', ', 'claim of ' || period, 'quantity ' || old_quantity || ' → ' || new_quantity,
            'amount ' || old_amount_eur || ' € → ' || new_amount_eur || ' €', 'difference ' || difference_eur || ' €',
            'certified by ' || previous_statement, 'reason ' || reason, 'caused by ' || caused_by_files,
            case when illustrative then 'ILLUSTRATIVE' end) as facts
    from read_parquet($adjustments)
    where tariff_id = $line or claim_id = $line
    order by tariff_id, entry desc, household_id, claim_id
"""


@dataclass(frozen=True)
class Trace:
    """A row for each claim and register row behind it; a claim without a household has one row of its own."""

    heading: str
    rows: tuple[tuple[Any, ...], ...]

    def lines(self) -> Iterator[str]:
        """The trace for people."""
        yield self.heading
        for (entry, tariff, claim, household, dwelling, facts), rows in groupby(self.rows, key=lambda row: row[:6]):
            yield f"\n{tariff}  {claim}  {household or dwelling or 'no single household'}, {entry}"
            yield f"  {facts}"
            for *_, register, day, row_facts, file, line in rows:
                if register:
                    yield f"    {day}  {register}: {row_facts}  ({file}, line {line})"


def trace(archive: Archive, statement: Statement, line: str) -> Trace:
    """Follow a tariff line or a single claim of a statement to the registers.

    Raises:
        UsageError: the statement has no such line or claim.
        ArchiveDamaged: a delivery is missing or damaged.
    """
    with duckdb.connect() as con:
        files = {name: str(statement.table(name)) for name in ("claims", "adjustments")}
        claims = con.execute(CLAIMS, {**files, "line": line}).fetchall()
        if not claims:
            sql = "select distinct tariff_id from (from read_parquet($claims) select tariff_id union all " \
                  "from read_parquet($adjustments) select tariff_id) order by 1"  # fmt: skip
            known = ", ".join(each for (each,) in con.execute(sql, files).fetchall()) or "none"
            raise UsageError(f"Statement {statement.statement_id} has no line or claim `{line}`. Lines: {known}.")
        behind = _registers(con, archive, statement, {claim[1] for claim in claims if claim[1]})
    rows: list[tuple[Any, ...]] = []
    for claim_id, household, dwelling, tariff, entry, facts in claims:
        found = behind.get(household, [(None,) * 5])
        rows += [(entry, tariff, claim_id, household, dwelling, facts, *each) for each in found]
    heading = (
        f"Statement {statement.statement_id}, {line}: {len(claims)} entries, by registers complete up to "
        f"{statement.as_of}, certified {statement.certified_at:%Y-%m-%d}."
    )
    return Trace(heading, tuple(rows))


def _registers(
    con: duckdb.DuckDBPyConnection, archive: Archive, statement: Statement, households: set[str]
) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of each household in the recorded deliveries, by day: register, day, facts, file, line."""
    known = newest(recorded(archive, [each.delivery_id for each in statement.deliveries]))
    keys = same_household(archive.parquet(known[LINKS]) if LINKS in known else None, statement.as_of)
    named = {keys.get(household, household): household for household in households}
    wanted = {key: named[one] for key, one in keys.items() if one in named} | {each: each for each in households}
    found: dict[str, list[tuple[Any, ...]]] = {}
    for key, day in REGISTERS.items():
        if key not in known:
            continue
        path = str(archive.parquet(known[key]))
        names = [name for name, *_ in con.execute("describe from read_parquet($file)", {"file": path}).fetchall()]
        facts = ", ".join(
            f"'{name} ' || {name}" for name in names if name not in ("household_id", "_delivery_id", "_row")
        )
        rows = con.execute(
            f"select household_id, {day}, concat_ws(', ', {facts}), _row from read_parquet($file) "
            f"where list_contains($households, household_id) and {day} <= $as_of order by household_id, {day}, _row",
            {"file": path, "households": sorted(wanted), "as_of": statement.as_of.isoformat()},
        ).fetchall()
        for household, when, text, number in rows:
            found.setdefault(wanted[household], []).append((key[1], when, text, known[key].file_name, number))
    return {household: sorted(rows, key=lambda row: (row[1], row[0], row[4])) for household, rows in found.items()}
