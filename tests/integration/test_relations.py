"""Catches: results that depend on the order of rows, on the calendar year or on other households, or do not add up.

No right answer is known here, only how answers to related questions must agree. Histories are invented ones.
"""

import random
import re
from collections import defaultdict
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations
from typing import Any

import jinja2
import pytest
from reference.days import DAY, months_after
from reference.histories import invented
from reference.history import Household, Stay
from reference.rows import decimal
from reference.warehouse import Computed, Rows, Tables, chamber_rows, computed, dwelling_id, household_id, register_rows

from orchestration.settings import PROJECT_ROOT

AS_OF = date(2025, 2, 28)
HOUSEHOLDS, STRANGERS = 500, 100
# Four years of the calendar: every date keeps its month and day, every month its length.
SHIFT = timedelta(days=1461)
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
CURVE = ["curve", "period_type", "period_start", "breakdown", "category"]
ADDITIVE = ("cohort_quarter", "pathway", "economic_capacity", "household_size_band", "district")


def split(stay: Stay, exits: set[date | None]) -> tuple[Stay, ...]:
    """Two stays that touch, of the same nights; whole if the second would begin on an exit, of which it would tell."""
    middle = stay.checked_in_on + DAY
    if (stay.checked_out_on is not None and stay.checked_out_on < middle) or middle in exits:
        return (stay,)
    return Stay(stay.checked_in_on, middle), Stay(middle, stay.checked_out_on)


def shifted(value: Any) -> Any:
    """The same facts four years later."""
    if isinstance(value, date):
        return value + SHIFT
    if isinstance(value, tuple):
        return tuple(map(shifted, value))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{each.name: shifted(getattr(value, each.name)) for each in fields(value)})
    return value


def shifted_text(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: str(shifted(date.fromisoformat(text))) if isinstance(text, str) and ISO_DATE.fullmatch(text) else text
        for name, text in row.items()
    }


def in_disorder(tables: Tables) -> Tables:
    order = random.Random(7)
    return {name: order.sample(rows, len(rows)) for name, rows in tables.items()}


@dataclass(frozen=True)
class Related:
    """The same households built as they are, among strangers and in disorder, and four years later."""

    households: list[Household]
    plain: Computed
    disordered: Computed
    later: Computed


@pytest.fixture(scope="module")
def related(tmp_path_factory: pytest.TempPathFactory) -> Related:
    data = tmp_path_factory.mktemp("relations")
    both = invented(HOUSEHOLDS + STRANGERS, AS_OF)
    known, strangers = both[:HOUSEHOLDS], both[HOUSEHOLDS:]
    households: dict[Any, Household] = dict(enumerate(known))
    split_up = {
        f"split{number}": replace(history, stays=tuple(part for stay in history.stays for part in split(stay, exits)))
        for number, history in households.items()
        for exits in [{each.exited_on for each in history.enrolments}]
    }
    chamber = chamber_rows()
    plain = computed(data, AS_OF, register_rows(households | split_up) | chamber)
    among = households | split_up | {f"stranger{n}": history for n, history in enumerate(strangers)}
    disordered = computed(data, AS_OF, in_disorder(register_rows(among) | chamber))
    later_chamber = {name: list(map(shifted_text, rows)) for name, rows in chamber.items()}
    four_years_on = {name: shifted(history) for name, history in (households | split_up).items()}
    later = computed(data, AS_OF + SHIFT, register_rows(four_years_on) | later_chamber)
    return Related(known, plain, disordered, later)


def test_every_model_is_built_and_every_dbt_test_passes(related: Related) -> None:
    assert [built.failed() for built in (related.plain, related.disordered, related.later)] == [[], [], []]


def test_neither_the_order_of_rows_nor_another_household_changes_a_row(related: Related) -> None:
    found = related.disordered.rows()
    assert {
        metric: sorted(subject for subject, rows in by_subject.items() if rows != found[metric].get(subject))
        for metric, by_subject in related.plain.rows().items()
    } == {metric: [] for metric in found}


def test_a_stay_split_into_two_that_touch_changes_nothing(related: Related) -> None:
    rows = related.plain.rows()
    for number, history in enumerate(related.households):
        pairs = [(household_id(number), household_id(f"split{number}"))]
        pairs += [
            (dwelling_id(number, place), dwelling_id(f"split{number}", place))
            for place in range(len(history.dwellings))
        ]
        for one, other in pairs:
            changed = [metric for metric, found in rows.items() if found.get(one) != found.get(other)]
            assert changed == [], history.told()


def test_four_years_later_every_row_is_the_same_but_for_the_date(related: Related) -> None:
    expected: Rows = {
        metric: {
            subject: [row._replace(counted_on=row.counted_on + SHIFT) for row in rows]
            for subject, rows in by_subject.items()
        }
        for metric, by_subject in related.plain.rows().items()
    }
    found = related.later.rows()
    assert set(found) == set(expected)
    for metric in expected:
        assert [s for s, rows in expected[metric].items() if rows != found[metric].get(s)] == [], metric


def test_four_years_later_every_result_is_the_same(related: Related) -> None:
    question = """
        select metric_id, metric_version, period_type, period_start, period_end, breakdown, category, numerator,
            denominator, excluded, value, ci_low, ci_high, status
        from metrics.results
        where breakdown <> 'cohort_quarter'
    """
    expected = [(*row[:3], row[3] + SHIFT, row[4] + SHIFT, *row[5:]) for row in related.plain.query(question)]
    assert len(expected) > 1_000
    assert sorted(expected, key=str) == sorted(related.later.query(question), key=str)


def test_the_categories_of_a_breakdown_add_up_to_the_whole(related: Related) -> None:
    sums: dict[tuple[Any, ...], dict[str, list[Any]]] = defaultdict(dict)
    for *key, breakdown, numerator, denominator, excluded in related.plain.query("""
        select metric_id, metric_version, period_type, period_start, breakdown,
            sum(numerator), sum(denominator), sum(excluded)
        from metrics.results
        group by all
    """):
        sums[tuple(key)][breakdown] = [numerator, denominator, excluded]
    compared: set[tuple[str, str]] = set()
    for key, by_breakdown in sums.items():
        for breakdown in by_breakdown.keys() & set(ADDITIVE):
            assert by_breakdown[breakdown] == by_breakdown["all"], (key, breakdown)
            compared.add((key[0], breakdown))
    metrics = {metric for (metric, *_), by_breakdown in sums.items() if "all" in by_breakdown}
    of_dwellings = {"dwellings_mobilised", "vacancy_to_let_days_mean", "occupancy_rate"}
    assert compared == {(m, b) for m in metrics for b in ADDITIVE if m not in of_dwellings or b == "district"}


@pytest.mark.parametrize(("family", "falls"), [
    ("housing_retention", True), ("housing_survival", True), ("return_to_temporary", False),
])  # fmt: skip
def test_stability_falls_and_returns_rise_with_the_months(related: Related, family: str, falls: bool) -> None:
    """Of the very same households: who is observed for longer is among those observed for less."""
    by_cell: dict[tuple[Any, ...], dict[int, tuple[Decimal, Decimal]]] = defaultdict(dict)
    for metric, value, denominator, *cell in related.plain.query(f"""
        select metric_id, value, denominator, period_type, period_start, breakdown, category
        from metrics.results
        where metric_id like '{family}_%' and value is not null
    """):
        assert 0 <= value <= 1
        by_cell[tuple(cell)][int(metric.removesuffix("m").rsplit("_", 1)[1])] = (denominator, value)
    compared = 0
    for cell, values in by_cell.items():
        for sooner, later in combinations(sorted(values), 2):
            (of, value), (later_of, later_value) = values[sooner], values[later]
            assert of >= later_of, cell
            if of == later_of:
                assert value >= later_value if falls else value <= later_value, cell
                compared += 1
    assert compared > 20


@pytest.mark.parametrize("months", [6, 12, 24])
def test_kaplan_meier_without_censoring_is_the_plain_share(related: Related, months: int) -> None:
    placed = related.plain.query(
        """
        select metrics.counted_on, households.follow_up_ends_on, metrics.in_numerator, households.placed_on
        from metrics.household_metrics as metrics
        inner join core.enrolled_households as households using (household_id)
        where households.arm = 'programme' and metrics.in_denominator and metrics.metric_id = 'housing_survival_6m'
    """.replace("6m", f"{months}m")
    )
    compared = 0
    for start, end, value in related.plain.query(f"""
        select period_start, period_end, value
        from metrics.results
        where breakdown = 'all' and metric_id = 'housing_survival_{months}m' and value is not null
    """):
        cohort = [row for row in placed if start <= row[0] < end]
        if all(months_after(row[3], months) <= row[1] for row in cohort):
            kept = sum(row[2] for row in cohort)
            assert value == decimal(Decimal(kept) / len(cohort)), (start, end)
            compared += 1
    assert compared >= 1


def test_incidence_where_nobody_died_is_the_rest_of_survival(related: Related) -> None:
    compared, wrong = related.plain.query(f"""
        with steps as (
            select *, sum(competing) over (partition by {", ".join(CURVE)}) as died
            from intermediate.int_survival_steps
        )
        select count(*), count(*) filter (where abs(incidence + survival - 1) > 0.0000000001)
        from steps
        where died = 0
    """)[0]
    assert compared > 1_000
    assert wrong == 0


def estimates(events: str, competing: str) -> str:
    """The life tables of the build with other counts as events and competing ones, by the very macro of the models."""
    counted = f"""(
        select {", ".join(CURVE)}, duration, entered, {events} as events, {competing} as competing,
            events + censored - ({events}) as censored
        from intermediate.int_survival_steps
    )"""
    macro = (PROJECT_ROOT / "dbt_project" / "macros" / "kaplan_meier.sql").read_text(encoding="utf-8")
    call = "{{ kaplan_meier(relation, curve_columns, 'duration') }}"
    return jinja2.Template(macro + call).render(relation=counted, curve_columns=CURVE)


def test_the_event_death_and_neither_add_up_to_one(related: Related) -> None:
    compared, died, wrong = related.plain.query(f"""
        with deaths as ({estimates("competing", "events")}),
        neither as ({estimates("events + competing", "0")})
        select count(*), count(*) filter (where deaths.incidence > 0),
            count(*) filter (where abs(steps.incidence + deaths.incidence + neither.survival - 1) > 0.0000000002)
        from intermediate.int_survival_steps as steps
        inner join deaths using ({", ".join(CURVE)}, duration)
        inner join neither using ({", ".join(CURVE)}, duration)
    """)[0]
    assert compared == related.plain.query("select count(*) from intermediate.int_survival_steps")[0][0]
    assert died > 500
    assert wrong == 0
