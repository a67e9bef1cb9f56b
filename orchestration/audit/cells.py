"""What the auditor reads: the rows that the candidate names, what each stands for in the build, and which are shown."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import duckdb

from orchestration.audit.earlier import Said, is_few_away, least_of
from orchestration.publish.ledger import Known

APART = "each "
BESIDE = "beside the phases"
SUM = "sum"
SIZE = "size"
OUTSIDE = {"other", SUM}
COUNTED = {"households", "people", "homes", "dwellings", "adults", "evictions"}
SHARES = {"rate", "survival", "median_survival"}
# The month at which the ledger keeps how many are followed in all.
BEFORE = -1
# The month up to which a median of waiting counts: all of the curve.
WHOLE_CURVE = 9999
CURVE_OF = {"survival": "housing_survival", "median_survival": "waiting"}
# Kind, first day, day after the last.
Period = tuple[str, date, date]
SHOWN_FIELDS = ("numerator", "denominator", "excluded", "value", "ci_low", "ci_high", "interval_method")


@dataclass(frozen=True)
class Cell:
    """A row of metrics.results: what it truly counts, and whether this release or an earlier one shows it.

    What an earlier release counted, or how many units it had, is the least that a reader expects today.

    Attributes:
        grown: the counts that are few away from what an earlier release said: small, whatever they are.
        curve: on which its events are those up to the horizon, and on which as many are followed as it is of.
    """

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
    grown: frozenset[str] = frozenset()
    least: dict[str, float] = field(default_factory=dict)
    curve: str = ""
    horizon: int = 0

    @property
    def name(self) -> str:
        """As a person would look it up."""
        return f"{self.metric}, {self.kind} from {self.start}, {self.breakdown} {self.category}"


def reporting_periods(con: duckdb.DuckDBPyConnection) -> list[Period]:
    """All periods that are reported on, whether anybody is counted in them or not."""
    return con.execute("select period_type, period_start, period_end from core.reporting_periods").fetchall()


def cells(con: duckdb.DuckDBPyConnection, threshold: int, said: Said) -> list[Cell]:
    """Every row of the build that the candidate names; withheld is one of which every figure is empty.

    Counts of units of a metric that is put together anew for every period do not add up over time, its sums do: such a
    metric is there twice, once with its counts and once with its sum.
    """
    blank = " and ".join(f'shown."{name}" is null' for name in SHOWN_FIELDS)
    rows = con.execute(f"""
        select truth.metric_id || ' version ' || truth.metric_version, truth.period_type, truth.period_start,
            truth.period_end, truth.breakdown, truth.category, truth.units_key, {blank},
            truth.metric_id in (select metric_id from metrics.metric_totals where period_type is not null),
            concat_ws(
                ' ', truth.metric_id, truth.metric_version, truth.period_type, truth.period_start, truth.breakdown,
                truth.category
            ),
            case when truth.period_type <> 'programme_to_date' then least(truth.period_end, truth.as_of + 1) end,
            definitions.unit, definitions.formula, truth.units::double, truth.excluded::double,
            truth.numerator::double, truth.denominator::double
        from metrics.results as truth
        inner join release.metrics.results as shown
            using (metric_id, metric_version, period_type, period_start, breakdown, category)
        left join metrics.definitions as definitions
            on truth.metric_id = definitions.metric_id and truth.metric_version = definitions.version
        order by all
    """).fetchall()
    windows = [window for (window,) in con.execute("select distinct window_months from savings.by_method").fetchall()]
    found = []
    for metric, kind, start, end, breakdown, category, key, is_withheld, is_apart, subject, until, *facts in rows:
        counts = counts_of(*facts)
        place = (start, end, breakdown, category, key)
        small = any(is_small(count, threshold) for count in (facts[2], *counts.values()))
        measures = {
            each[1]
            for each in weighed(windows, subject, until, *facts)
            # What is small by itself is a few away from others of the same release.
            if is_few_away(said, threshold, *each, until=until, of_parts=not small)
        }
        grown, small = grown_counts(measures, counts, facts[1]), small or bool(measures)
        least = {
            name: least_of(said, subject, measure_of(name, facts[1]), count)
            for name, count in counts.items()
            if name not in may_fall(facts[1])
        } | {SIZE: least_of(said, subject, "cohort", sum(counts[name] for name in counts if name not in OUTSIDE))}
        own = f"{APART}{kind}" if is_apart else kind
        curve, horizon = curve_of(subject, facts[1]) or ("", 0)
        cell = Cell(metric, own, *place, counts, small, is_withheld, grown=grown, curve=curve, horizon=horizon)
        found.append(replace(cell, least=least))
        if is_apart:
            found.append(Cell(f"{metric}, sums", kind, *place, {SUM: facts[4]}, small, is_withheld))
    found = few_apart(found, threshold)
    return [*found, *beside_phases(found, threshold)]


def beside_phases(rows: Sequence[Cell], threshold: int) -> list[Cell]:
    """The cells of what lies in no phase: nobody names them, yet all less the phases tells them.

    Those who are many stay out, and so does a sum that is nothing.
    """
    in_phases: dict[tuple[str, str, str], list[Cell]] = defaultdict(list)
    for row in rows:
        if row.kind == "phase":
            in_phases[row.metric, row.breakdown, row.category].append(row)
    by_phase = {(metric, breakdown) for metric, breakdown, _ in in_phases}
    found = []
    for whole in rows:
        if whole.kind != "programme_to_date" or (whole.metric, whole.breakdown) not in by_phase:
            continue
        counts, same_units = dict(whole.counts), whole.same_units
        for phase in in_phases[whole.metric, whole.breakdown, whole.category]:
            counts = {name: round(count - phase.counts[name], 4) for name, count in counts.items()}
            same_units ^= phase.same_units
        if any(count if name == SUM else is_small(count, threshold) for name, count in counts.items()):
            found.append(
                Cell(whole.metric, BESIDE, whole.start, whole.end, whole.breakdown, whole.category, same_units, counts,
                     is_small=True, is_withheld=True)
            )  # fmt: skip
    return found


def few_apart(rows: Sequence[Cell], threshold: int) -> list[Cell]:
    """The rows, those withheld as small whose events are few away from a shown horizon of the very same households."""
    shown: dict[tuple[int, str, date, str, str], list[float]] = defaultdict(list)
    for row in rows:
        if row.metric.startswith("housing_survival_") and not row.is_withheld:
            shown[row.same_units, row.kind, row.start, row.breakdown, row.category].append(row.counts["in"])
    return [
        replace(row, is_small=True, grown=row.grown | {"in"})
        if row.metric.startswith("housing_survival_") and row.is_withheld
        and any(is_small(row.counts["in"] - other, threshold)
                for other in shown[row.same_units, row.kind, row.start, row.breakdown, row.category])
        else row
        for row in rows
    ]  # fmt: skip


def weighed(
    windows: Iterable[int], subject: str, until: date | None, unit: str, formula: str, units: float, excluded: float,
    numerator: float, denominator: float,
) -> Iterator[tuple[str, str, float, int]]:  # fmt: skip
    """What is compared with earlier releases: of whom, which measure, how many, and at which month of a curve.

    Args:
        windows: of the savings, whose groups are parts of all who are enrolled.
    """
    is_share = formula in SHARES or formula == "count"
    whole = denominator if is_share else units
    yield subject, "cohort", whole + excluded, 0
    yield subject, "units", whole, 0
    yield subject, "excluded", excluded, 0
    if is_share or unit in COUNTED:
        yield subject, "counted", numerator, 0
    if is_share:
        yield subject, "rest", denominator - numerator, 0
    if subject.startswith("households_enrolled ") and until is None and subject.endswith(" all all"):
        yield from ((f"savings {window}", "households", numerator, 0) for window in windows)
    if curve := curve_of(subject, formula):
        yield curve[0], "at_risk", denominator, BEFORE
        yield curve[0], "events", numerator, curve[1]


def curve_of(subject: str, formula: str) -> tuple[str, int] | None:
    """On which curve a row of the programme to date counts its events, and up to which month."""
    metric_id, _, kind, _, breakdown, category = subject.split(" ", 5)
    if formula not in CURVE_OF or kind != "programme_to_date":
        return None
    months = metric_id.rsplit("_", 1)[1].removesuffix("m")
    if formula == "survival" and not months.isdecimal():
        return None
    horizon = int(months) if formula == "survival" else WHOLE_CURVE
    return f"{CURVE_OF[formula]} {'all' if breakdown == 'all' else f'{breakdown}:{category}'}", horizon


def grown_counts(measures: set[str], counts: Collection[str], formula: str) -> frozenset[str]:
    """Which counts have grown by few, or make up a sum that has while none of them does by itself."""
    own = {name for name in counts if measure_of(name, formula) in measures}
    if "in" in counts and "events" in measures:
        own.add("in")
    inside = {"in", "out"} & set(counts)
    if measures & {"units", "at_risk", "households"} and not own & inside:
        own |= inside
    if "cohort" in measures and not own:
        own = inside | {"excluded"}
    return frozenset(own)


def may_fall(formula: str) -> set[str]:
    """The counts that a later release may find fewer: who was excluded is counted, who had no event has one."""
    return {"excluded", "out"} if formula in CURVE_OF else {"excluded"}


def measure_of(count: str, formula: str) -> str:
    """By which measure the ledger keeps a count of a cell."""
    is_share = formula in SHARES or formula == "count"
    return {"in": "counted" if is_share else "units", "out": "rest", "other": "counted"}.get(count, count)


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


def units_of(row: Cell) -> float:
    """The size of a cell's cohort."""
    return sum(count for name, count in row.counts.items() if name not in OUTSIDE)
