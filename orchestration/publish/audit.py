"""What an attacker can work out of a release: the judge of what `suppress` chose, with which it shares no line.

It takes from the candidate what is shown, from the build what the rows stand for, and states for itself what adds up.
For every count that was withheld because it is small it computes by linear programming the range that remains open,
over all that is shown, now and in earlier releases. Fewer than three possible values, and nothing is published.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import combinations

import duckdb
import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array

from expectations.gate import CheckResult
from orchestration.publish.ledger import Known

CHECK = "withheld_counts_stay_unknown"
DESCRIPTION = "No count that is withheld can be worked out from what this release and the earlier ones show."
POSSIBLE_VALUES = 3
SLACK = 1e-6
DRAWS = 8
NAMED = 10
APART = "each "
SUM = "sum"
OUTSIDE = {"other", SUM}
LEGAL_FLOOR = 3
COUNTED = {"households", "people", "homes", "dwellings", "adults", "evictions"}
SHARES = {"rate", "survival", "median_survival"}
DIVISIONS = {"cohort_quarter", "pathway", "economic_capacity", "household_size_band", "district"}
SHOWN_FIELDS = ("numerator", "denominator", "excluded", "value", "ci_low", "ci_high", "interval_method")

Name = tuple[str, ...]


@dataclass(frozen=True)
class Cell:
    """A row of metrics.results: what it truly counts, and whether this release or an earlier one shows it."""

    metric: str
    kind: str
    start: date
    end: date
    breakdown: str
    category: str
    same_units: int
    counts: dict[str, float]
    is_small: bool
    is_withheld: bool
    is_old: bool = False

    @property
    def name(self) -> str:
        """As a person would look it up."""
        return f"{self.metric}, {self.kind} from {self.start}, {self.breakdown} {self.category}"


@dataclass
class Sheet:
    """What an attacker writes down of one metric: unknowns with their least, and sums that are known."""

    number: dict[Name, int] = field(default_factory=dict)
    least: list[float] = field(default_factory=list)
    entries: list[tuple[int, int, float]] = field(default_factory=list)
    known: list[float] = field(default_factory=list)

    def unknown(self, name: Name, least: float = 0.0) -> int:
        """The column of an unknown, made when it is first named."""
        if name not in self.number:
            self.number[name] = len(self.least)
            self.least.append(least)
        return self.number[name]

    def equals(self, terms: Iterable[tuple[int, float]], value: float) -> None:
        """A sum is known."""
        self.entries += [(len(self.known), column, factor) for column, factor in terms]
        self.known.append(value)

    @cached_property
    def sums(self) -> csr_array:
        """All sums as one matrix; made when everything is written down."""
        lines, columns, factors = (np.array(each) for each in zip(*self.entries, strict=True))
        return csr_array(coo_array((factors, (lines, columns)), shape=(len(self.known), len(self.least))))

    def extreme(self, goal: np.ndarray) -> np.ndarray | None:
        """The values at which a goal is least; none if it has no end.

        Raises:
            ArithmeticError: what is shown contradicts itself, or the solver gave up: nothing may be taken for safe.
        """
        bounds = np.column_stack([self.least, np.full(len(self.least), np.inf)])
        answer = linprog(goal, A_eq=self.sums, b_eq=np.array(self.known), bounds=bounds, method="highs")
        if answer.status == 3:
            return None
        if answer.status != 0:
            raise ArithmeticError(answer.message)
        return answer.x


def audit(con: duckdb.DuckDBPyConnection, threshold: int, known: Sequence[Known] = ()) -> CheckResult:
    """Judge the candidate attached as `release` to its build; a failure names the cells, never a value.

    Args:
        known: what earlier releases have shown and is still true.
    """
    limit = max(threshold, LEGAL_FLOOR)
    found = cells(con, limit)
    told = (
        exposed(found, limit, old_cells(con, known)) + exposed_by_curves(con, limit) + exposed_by_horizons(found, limit)
    )
    told += exposed_by_payments(con, limit)
    more = f" and {len(told) - NAMED} more" if len(told) > NAMED else ""
    return CheckResult(
        name=CHECK,
        description=f"{DESCRIPTION} These can: {'; '.join(told[:NAMED])}{more}." if told else DESCRIPTION,
        severity="error",
        passed=not told,
        rows=len(found),
        failed=len(told),
        lines=(),
        columns=(),
        broken=False,
    )


def exposed_by_curves(con: duckdb.DuckDBPyConnection, threshold: int) -> list[str]:
    """The months of the survival curves since whose predecessor few had the event, or few were followed no longer."""
    return [
        f"{curve} {category}, month {months}"
        for curve, category, months, events, censored, at_risk in con.execute("""
            with together as (
                select curve, category, truth.months, shown.at_risk, shown.survival,
                    sum(truth.events) over upward as events, sum(truth.censored) over upward as censored
                from metrics.survival_curves as truth
                inner join release.metrics.survival_curves as shown using (curve, category, months)
                window upward as (partition by curve, category order by truth.months)
            )
            select curve, category, months,
                events - lag(events, 1, 0::hugeint) over shown_before,
                censored - lag(censored, 1, 0::hugeint) over shown_before, at_risk
            from together
            where at_risk is not null or survival is not null
            window shown_before as (partition by curve, category order by months)
            order by all
        """).fetchall()
        if any(is_small(count, threshold) for count in (events, censored, at_risk))
    ]


def exposed_by_payments(con: duckdb.DuckDBPyConnection, threshold: int) -> list[str]:
    """Totals of payments, and lines before and after their limits, that tell of a part with few claims."""
    hidden_parts = """
        select 'lines of ' || truth.period, truth.claims
        from payments.lines as truth
        inner join release.payments.lines as shown
            on truth.tariff_id = shown.tariff_id and truth.tariff_valid_from = shown.tariff_valid_from
            and truth.period = shown.period and truth.unit_price_eur is not distinct from shown.unit_price_eur
            and truth.share is not distinct from shown.share
        where shown.amount_eur is null
            and truth.period_start in (
                select period_start from release.payments.statements where claims_eur is not null
            )
        union all
        select 'adjustments of ' || truth.statement_id, truth.claims
        from payments.adjustments as truth
        inner join release.payments.adjustments as shown
            using (statement_id, tariff_id, adjusted_period, reason, caused_by)
        where shown.difference_eur is null
            and truth.statement_id in (
                select statement_id from release.payments.statements where adjustments_eur is not null
            )
        union all
        select 'limits of ' || truth.tariff_id || ' in ' || truth.period, truth.claims
        from payments.limits_applied as truth
        inner join release.payments.limits_applied as shown using (tariff_id, period, step)
        where shown.amount_cut_eur is null
            and (truth.tariff_id, truth.period) in (
                select tariff_id, period from release.payments.lines where amount_before_limits_eur is not null
            )
    """
    sums = con.execute(
        f"with parts (name, claims) as ({hidden_parts}) select name, sum(claims) from parts group by all"
    )
    return sorted(name for name, claims in sums.fetchall() if is_small(claims, threshold))


def exposed_by_horizons(rows: Sequence[Cell], threshold: int) -> list[str]:
    """Survival to two horizons of the very same households, by few events apart."""
    events: dict[tuple[int, str, date, str], list[Cell]] = defaultdict(list)
    for row in rows:
        if not row.is_withheld and row.metric.startswith("housing_survival_"):
            events[row.same_units, row.kind, row.start, row.breakdown].append(row)
    return [
        one.name
        for same in events.values()
        for one, other in combinations(same, 2)
        if one.category == other.category and is_small(one.counts["in"] - other.counts["in"], threshold)
    ]


def cells(con: duckdb.DuckDBPyConnection, threshold: int) -> list[Cell]:
    """Every row of the build that the candidate names; withheld is one of which every figure is empty.

    Counts of units of a metric that is put together anew for every period do not add up over time, its sums do: such a
    metric is there twice, once with its counts and once with its sum.
    """
    blank = " and ".join(f'shown."{name}" is null' for name in SHOWN_FIELDS)
    rows = con.execute(f"""
        select truth.metric_id || ' version ' || truth.metric_version, truth.period_type, truth.period_start,
            truth.period_end, truth.breakdown, truth.category, truth.units_key, {blank},
            truth.metric_id in (select metric_id from metrics.metric_totals where period_type is not null),
            definitions.unit, definitions.formula, truth.units::double, truth.excluded::double,
            truth.numerator::double, truth.denominator::double
        from metrics.results as truth
        inner join release.metrics.results as shown
            using (metric_id, metric_version, period_type, period_start, breakdown, category)
        left join metrics.definitions as definitions
            on truth.metric_id = definitions.metric_id and truth.metric_version = definitions.version
        order by all
    """).fetchall()
    found = []
    for metric, kind, start, end, breakdown, category, key, is_withheld, is_apart, *facts in rows:
        counts = counts_of(*facts)
        small = any(is_small(count, threshold) for count in (facts[2], *counts.values()))
        place = (start, end, breakdown, category, key)
        found.append(Cell(metric, f"{APART}{kind}" if is_apart else kind, *place, counts, small, is_withheld))
        if is_apart:
            found.append(Cell(f"{metric}, sums", kind, *place, {SUM: facts[4]}, small, is_withheld))
    return found


def old_cells(con: duckdb.DuckDBPyConnection, known: Sequence[Known]) -> list[Cell]:
    """What earlier releases have shown, as cells that are shown still."""
    meaning = {
        (metric_id, version): (unit, formula)
        for metric_id, version, unit, formula in con.execute(
            "select metric_id, version, unit, formula from metrics.definitions "
            "where metric_id not in (select metric_id from metrics.metric_totals where period_type is not null)"
        ).fetchall()
    }
    return [
        Cell(
            f"{one.metric_id} version {one.version}", one.period_type, one.start, one.until,
            one.breakdown, one.category, one.units_key,
            counts_of(*said, one.units, one.excluded, one.numerator, one.denominator),
            is_small=False, is_withheld=False, is_old=True,
        )
        for one in known
        if (said := meaning.get((one.metric_id, one.version)))
    ]  # fmt: skip


def counts_of(
    unit: str, formula: str, units: float, excluded: float, numerator: float, denominator: float
) -> dict[str, float]:
    """The counts of persons or things in a row: those that are parts of its cohort, and another if it counts one."""
    if formula in SHARES or formula == "count":
        return {"in": numerator, "out": denominator - numerator, "excluded": excluded}
    parts = {"in": units, "excluded": excluded}
    return parts | {"other": numerator} if unit in COUNTED else parts


def is_small(count: float, threshold: int) -> bool:
    """Whether a count must be withheld."""
    return 0 < abs(count) < threshold


def exposed(rows: Sequence[Cell], threshold: int, earlier: Sequence[Cell] = ()) -> list[str]:
    """The names of the cells whose small counts are shown, or can be worked out."""
    told = [f"{row.name} (shown)" for row in rows if row.is_small and not row.is_withheld]
    by_metric: dict[str, list[Cell]] = defaultdict(list)
    for row in [*rows, *earlier]:
        by_metric[row.metric].append(row)
    sizes = {row.same_units: units_of(row) for row in rows if not row.is_withheld and SUM not in row.counts}
    for metric in sorted(by_metric):
        told += [each.name for each in exposed_of_metric(by_metric[metric], threshold, sizes)]
    return told


def units_of(row: Cell) -> float:
    """The size of a cell's cohort."""
    return sum(count for name, count in row.counts.items() if name not in OUTSIDE)


def exposed_of_metric(rows: Sequence[Cell], threshold: int, sizes: Mapping[int, float]) -> list[Cell]:
    """The cells of one metric whose small counts can be worked out."""
    sheet = Sheet()
    measures = list(rows[0].counts)
    regions = {id(row): region(row, rows) for row in rows}
    for measure in measures:
        _write(sheet, measure, rows, regions)
    for number, row in enumerate(rows):
        parts = [(sheet.number[m, *atom], 1.0) for m in measures if m not in OUTSIDE for atom in regions[id(row)]]
        if row.is_withheld and parts:
            size = sheet.unknown(("size", str(number)), 1.0)
            sheet.equals([*parts, (size, -1.0)], 0.0)
            if row.same_units in sizes:
                sheet.equals([(size, 1.0)], sizes[row.same_units])
    shown_before = {row.name for row in rows if row.is_old}
    wanted = [
        (row, [sheet.number[measure, *atom] for atom in regions[id(row)]], row.counts[measure])
        for row in rows
        for measure in measures
        if row.is_withheld
        and row.is_small
        and row.name not in shown_before
        and (measure == SUM or is_small(row.counts[measure], threshold))
    ]
    return open_ranges(sheet, wanted)


def _write(sheet: Sheet, measure: str, rows: Sequence[Cell], regions: dict[int, list[Name]]) -> None:
    """What one measure's shown cells, divisions and twins say."""
    falls = measure == SUM or (measure in OUTSIDE and any(row.counts[measure] < 0 for row in rows))
    for row in rows:
        columns = [sheet.unknown((measure, *atom), -np.inf if falls else 0.0) for atom in regions[id(row)]]
        if not row.is_withheld:
            sheet.equals([(column, 1.0) for column in columns], row.counts[measure])
    twin: dict[int, Cell] = {}
    for row in rows:
        other = twin.setdefault(row.same_units, row)
        if regions[id(other)] != regions[id(row)]:
            here = [(sheet.number[measure, *atom], 1.0) for atom in regions[id(row)]]
            there = [(sheet.number[measure, *atom], -1.0) for atom in regions[id(other)]]
            sheet.equals([*here, *there], 0.0)
    for division in sorted(DIVISIONS & {row.breakdown for row in rows}):
        _divide(sheet, measure, division, rows, regions)


def _divide(sheet: Sheet, measure: str, division: str, rows: Sequence[Cell], regions: dict[int, list[Name]]) -> None:
    """All are the sum of the categories, wherever every category is told apart and nobody is without one."""
    wholes = [row for row in rows if row.breakdown == "all" and not row.is_old]
    for whole in wholes:
        parts = [
            row
            for row in rows
            if row.breakdown == division and (row.kind, row.start) == (whole.kind, whole.start) and not row.is_old
        ]
        if parts and sum(units_of(row) for row in parts) == units_of(whole):
            terms = [(sheet.number[measure, *atom], 1.0) for row in parts for atom in regions[id(row)]]
            terms += [(sheet.number[measure, *atom], -1.0) for atom in regions[id(whole)]]
            sheet.equals(terms, 0.0)


def region(row: Cell, rows: Sequence[Cell]) -> list[Name]:
    """The atoms a cell sums: its category in every stretch of time between the bounds of periods it is shown by.

    Where a kind of period by which the breakdown is shown has no row for the category, everyone sees that it is empty.
    """
    if row.kind.startswith(APART):
        return [(row.breakdown, row.category, row.kind, str(row.start))]
    own = [each for each in rows if (each.breakdown, each.category) == (row.breakdown, row.category)]
    kinds = {each.kind for each in rows if each.breakdown == row.breakdown and not each.is_old}
    first, last = extent(rows)
    days = sorted({min(max(day, first), last) for each in own for day in (each.start, each.end)})
    inside = [day for day in days if max(row.start, first) <= day < min(row.end, last)]
    return [
        (row.breakdown, row.category, str(day))
        for day in inside
        if kinds <= {each.kind for each in own if each.start <= day < each.end}
    ]


def extent(rows: Sequence[Cell]) -> tuple[date, date]:
    """The days of the programme to date."""
    whole = [row for row in rows if row.kind == "programme_to_date"] or list(rows)
    return min(row.start for row in whole), max(row.end for row in whole)


def open_ranges(sheet: Sheet, wanted: Sequence[tuple[Cell, list[int], float]]) -> list[Cell]:
    """The cells of which too few values are possible."""
    if not wanted:
        return []
    goals = np.zeros((len(wanted), len(sheet.least)))
    for line, (_, columns, _) in enumerate(wanted):
        goals[line, columns] = 1.0
    # What is true is possible.
    low = np.array([truth for _, _, truth in wanted])
    high = low.copy()

    def reach(goal: np.ndarray) -> bool:
        """Go as low as a goal allows and note what every cell is there; whether there is an end to it."""
        point = sheet.extreme(goal)
        if point is not None:
            np.minimum(low, goals @ point, out=low)
            np.maximum(high, goals @ point, out=high)
        return point is not None

    draw = np.random.default_rng(1)
    for _ in range(DRAWS):
        reach(draw.normal(size=len(wanted)) @ goals)
    found: list[Cell] = []
    for line, (cell, _, _) in enumerate(wanted):
        is_open = any(
            high[line] - low[line] >= POSSIBLE_VALUES - 1 - SLACK or not reach(way * goals[line]) for way in (1, -1)
        )
        if not is_open and high[line] - low[line] < POSSIBLE_VALUES - 1 - SLACK and cell not in found:
            found.append(cell)
    return found
