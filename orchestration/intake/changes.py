"""What changed between a delivery and the one before, judged by the rules that the contract states.

Both are Parquet of canonical text: nothing is read from a partner's file here, and no value leaves the database. Which
delivery is compared, and what a failure means, is decided in `take`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from math import sqrt
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb

from expectations.changes import LATE
from expectations.gate import LINES_SHOWN, CheckResult
from expectations.model import ChangeRule, Contract
from expectations.quoting import identifier, literal

MEMORY = "1GB"
FACTORS = tuple(Decimal(10) ** power for power in (1, 2, 3, -1, -2, -3))
HOUSEHOLD = "household_id"
NO_KEYS: Mapping[str, str] = MappingProxyType({})
CHANCE = 3  # standard errors: a share of so many rows moves further by chance three times in a thousand


@dataclass(frozen=True)
class Seen:
    """What a rule saw: how many rows it compared, how many are not as they were, on which lines, and if that fails."""

    rows: int = 0
    failed: int = 0
    lines: tuple[int, ...] = ()
    fails: bool = False


@dataclass(frozen=True)
class Pair:
    """Two deliveries of an extract in one database, as the views `later` and `earlier`."""

    con: duckdb.DuckDBPyConnection
    contract: Contract

    @property
    def same_row(self) -> str:
        """Whether a row of each is the same row; parts of a key may be empty."""
        return " AND ".join(
            f"later.{identifier(name)} IS NOT DISTINCT FROM earlier.{identifier(name)}" for name in self.contract.key
        )

    def typed(self, side: str, name: str | None) -> str:
        """A column of `later` or `earlier` as a value of its type."""
        dtype = next(column.dtype for column in self.contract.columns if column.name == name)
        return f"try_cast({side}.{identifier(name or '')} AS {dtype})"

    def one(self, sql: str) -> tuple[Any, ...]:
        """The one row that a query answers."""
        return self.con.execute(sql).fetchone() or ()


def changes(
    contract: Contract,
    later: Path,
    earlier: Path | None,
    day: date,
    newest: date | None,
    keys: Mapping[str, str] = NO_KEYS,
) -> Iterator[CheckResult]:
    """Hold a delivery against the one before; a result for each rule of its contract, but for lateness.

    Args:
        contract: states the rules.
        later: the rows to judge.
        earlier: the rows of the accepted delivery with the greatest earlier reference date, if there is one.
        day: the reference date of the delivery.
        newest: the newest reference date that was accepted of this extract, if any.
        keys: one key of its household for each key that is linked to another (`links`): a household under another key
            is the same one.
    """
    with duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": str(later.parent / "spill")}) as con:
        con.execute(f"CREATE VIEW later AS SELECT * FROM read_parquet({literal(str(later))})")
        known: set[str] = set()
        if earlier:
            relation = con.read_parquet(str(earlier))
            known = set(relation.columns)
            con.execute(f"CREATE VIEW earlier AS SELECT * FROM read_parquet({literal(str(earlier))})")
            if keys and HOUSEHOLD in {column.name for column in contract.columns}:
                _follow_keys(con, keys, is_key=HOUSEHOLD in contract.key)
        for rule in contract.changes:
            if rule.kind == "reference_date":
                yield result(rule, Seen(fails=newest is not None and day < newest))
            elif rule.kind != LATE:
                comparable = {*contract.key, *rule.columns} <= known  # an older version of the contract may lack one
                yield result(rule, JUDGES[rule.kind](Pair(con, contract), rule) if comparable else Seen())


def _follow_keys(con: duckdb.DuckDBPyConnection, keys: Mapping[str, str], *, is_key: bool) -> None:
    """Let rows of a household under another key be those of the same household.

    In a register of households, the row of a key that is gone is the row of the key that is there for it.
    """
    con.execute("CREATE TABLE linked (delivered_id VARCHAR, household_id VARCHAR)")
    con.executemany("INSERT INTO linked VALUES (?, ?)", [*keys.items()])
    for side in ("later", "earlier"):
        con.execute(f"CREATE TABLE {side}_as_delivered AS FROM {side}")
    if is_key:
        con.execute(f"""
            CREATE OR REPLACE VIEW earlier AS
            SELECT * FROM earlier_as_delivered
            WHERE {HOUSEHOLD} IN (SELECT {HOUSEHOLD} FROM later_as_delivered) OR {HOUSEHOLD} NOT IN (
                SELECT one.delivered_id FROM linked AS one INNER JOIN linked AS other USING (household_id)
                WHERE other.delivered_id IN (SELECT {HOUSEHOLD} FROM later_as_delivered)
            )
        """)
        return
    for side in ("later", "earlier"):
        con.execute(f"""
            CREATE OR REPLACE VIEW {side} AS
            SELECT delivered.* REPLACE (coalesce(linked.household_id, delivered.{HOUSEHOLD}) AS {HOUSEHOLD})
            FROM {side}_as_delivered AS delivered LEFT JOIN linked ON delivered.{HOUSEHOLD} = linked.delivered_id
        """)


def lateness(contract: Contract, newest: date | None, today: date) -> Iterator[CheckResult]:
    """Whether the next delivery is overdue today; asked of the register, since there is no file to ask.

    The description says what is the case, not the rule: by when the next delivery is due, and that it is not there.
    """
    for rule in contract.changes:
        if rule.kind != LATE:
            continue
        if newest is None:
            yield result(rule, Seen())
            continue
        due = newest + timedelta(days=int(rule.limits["days"]))
        is_late = today > due
        text = f"The next delivery {'was' if is_late else 'is'} due by {due}{' and is not there' * is_late}."
        yield replace(result(rule, Seen(fails=is_late)), description=text)


def let_pass(found: Iterable[CheckResult], rules: Iterable[str]) -> tuple[CheckResult, ...]:
    """The same results; those that fail under rules that a person let pass warn instead, and say so."""
    known = {*rules}
    return tuple(
        replace(each, severity="warning", description=f"{each.description} Let pass by a named person.")
        if each.name in known and not each.passed
        else each
        for each in found
    )


def result(rule: ChangeRule, seen: Seen) -> CheckResult:
    """What a rule saw, as every other check tells it."""
    return CheckResult(
        rule.name, rule.description, rule.severity, not seen.fails, seen.rows, seen.failed, seen.lines, rule.columns,
        broken=False,
    )  # fmt: skip


def _beyond(rule: ChangeRule, rows: int, failed: int) -> bool:
    """Whether more rows are different than both thresholds let pass."""
    return failed > rule.limits["rows"] and failed * 100 > rule.limits["percent"] * rows


def _rows_vanished(pair: Pair, rule: ChangeRule) -> Seen:
    (rows,) = pair.one("SELECT count(*) FROM earlier")
    gone, lines = pair.one(
        f"SELECT count(*), min(_row, {LINES_SHOWN}) FROM earlier "
        f"WHERE NOT EXISTS (SELECT 1 FROM later WHERE {pair.same_row})"
    )
    return Seen(rows, gone, tuple(lines or ()), _beyond(rule, rows, gone))


def _different(pair: Pair, rule: ChangeRule, is_different: str) -> Seen:
    """Rows of both deliveries that had a value in a column, and those of them that are different now."""
    before, now = pair.typed("earlier", rule.column), pair.typed("later", rule.column)
    rows, failed, lines = pair.one(f"""
        SELECT count(*), count(*) FILTER (is_different), min(_row, {LINES_SHOWN}) FILTER (is_different)
        FROM (
            SELECT later._row, {is_different.format(before=before, now=now)} AS is_different
            FROM later INNER JOIN earlier ON {pair.same_row}
            WHERE {before} IS NOT NULL
        )
    """)
    return Seen(rows, failed, tuple(lines or ()), _beyond(rule, rows, failed))


def _identity_changed(pair: Pair, rule: ChangeRule) -> Seen:
    return _different(pair, rule, "{now} IS DISTINCT FROM {before}")


def _reopened(pair: Pair, rule: ChangeRule) -> Seen:
    return _different(pair, rule, "{now} IS NULL")


def _category_share(pair: Pair, rule: ChangeRule) -> Seen:
    """Shares are compared as those of two samples, so that a few rows more or less are no finding."""
    column = identifier(rule.column or "")
    counts = pair.con.execute(f"""
        SELECT count(*) FILTER (is_earlier), count(*) FILTER (NOT is_earlier)
        FROM (SELECT {column}, true AS is_earlier FROM earlier UNION ALL SELECT {column}, false FROM later)
        GROUP BY {column}
    """).fetchall()
    before, now = sum(was for was, _ in counts), sum(is_now for _, is_now in counts)
    if min(before, now) < rule.limits["from_rows"]:
        return Seen(now)
    moved = 0
    for was, is_now in counts:
        share = (was + is_now) / (before + now)
        chance = CHANCE * sqrt(share * (1 - share) * (1 / before + 1 / now))
        distance = abs(is_now / now - was / before)
        if distance > float(rule.limits["points"]) / 100 + chance:
            moved += max(1, round(distance * now))
    return Seen(now, moved, (), moved > 0)


def _factor_shift(pair: Pair, rule: ChangeRule) -> Seen:
    """Values that were corrected are compared with their own earlier ones, values of new rows with all earlier ones."""
    least = rule.limits["from_rows"]
    now, before = pair.typed("later", rule.column), pair.typed("earlier", rule.column)
    pair.con.execute(f"""
        CREATE OR REPLACE TEMP TABLE compared AS
        SELECT later._row, {now} AS value, nullif({before}, 0) AS value_before, earlier._row IS NULL AS is_new
        FROM later LEFT JOIN earlier ON {pair.same_row}
        WHERE {now} <> 0
    """)
    (rows,) = pair.one("SELECT count(*) FROM compared")
    bands = _bands(rule.limits["near"])
    near = " OR ".join(f"value / value_before BETWEEN {low!r} AND {high!r}" for low, high in bands)
    changed, ratio, shifted, lines = pair.one(f"""
        SELECT count(*), median(value / value_before), count(*) FILTER ({near}),
            min(_row, {LINES_SHOWN}) FILTER ({near})
        FROM compared WHERE value <> value_before
    """)
    if changed >= least and _is_near(ratio, bands):
        return Seen(rows, shifted, tuple(lines or ()), fails=True)
    added, median, lines = pair.one(
        f"SELECT count(*), median(abs(value)), min(_row, {LINES_SHOWN}) FROM compared WHERE is_new"
    )
    known, median_before = pair.one(f"SELECT count(*), median(abs({before})) FROM earlier WHERE {before} <> 0")
    if min(added, known) >= least and _is_near(float(median) / float(median_before), bands):
        return Seen(rows, added, tuple(lines or ()), fails=True)
    return Seen(rows)


def _bands(near: Decimal) -> tuple[tuple[float, float], ...]:
    """From where to where a ratio is near a power of ten; 1 is none of them."""
    return tuple((float(factor / near), float(factor * near)) for factor in FACTORS)


def _is_near(ratio: float, bands: tuple[tuple[float, float], ...]) -> bool:
    return any(low <= ratio <= high for low, high in bands)


JUDGES: dict[str, Callable[[Pair, ChangeRule], Seen]] = {
    "rows_vanished": _rows_vanished,
    "identity_changed": _identity_changed,
    "reopened": _reopened,
    "category_share": _category_share,
    "factor_shift": _factor_shift,
}
