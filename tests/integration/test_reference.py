"""Catches: a metric or a spell that dbt computes otherwise than the measurement model says, on thousands of histories.

The reference in `tests/reference` is written from the text; both answer for the same households, in one build. A
mismatch names the metric and tells the shortest history on which the two differ: all of them are invented.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

import pytest
from reference.cohort import Followed, followed
from reference.days import DAY
from reference.dwelling_metrics import DWELLING_METRICS, dwelling_rows
from reference.histories import invented
from reference.history import Household
from reference.household_metrics import METRICS, SECOND_MAX_GAP_DAYS, SECOND_OVERBURDEN_SHARE
from reference.life_tables import CURVES, shares
from reference.spells import known_at, states
from reference.warehouse import (
    Computed,
    Rows,
    chamber_rows,
    computed,
    dwelling_id,
    household_id,
    register_rows,
    with_second_versions,
)

# A month's end, on which the 12 months of 28 and 29 February 2024 end, and the six of 28 to 31 August; 29 February; a
# quarter's end.
HISTORIES = {date(2025, 2, 28): 2_000, date(2024, 2, 29): 500, date(2024, 3, 31): 500}
SECOND_VERSIONS = {
    "housing_retention_12m": ("retention_max_gap_days", str(SECOND_MAX_GAP_DAYS)),
    "housing_cost_overburden_rate": ("overburden_share", str(SECOND_OVERBURDEN_SHARE)),
}


@dataclass(frozen=True)
class Compared:
    """What both say of each subject, a household or a dwelling, on one day, and the history that it stands in."""

    as_of: date
    histories: Mapping[str, Household]
    cohort: Mapping[str, Followed]
    computed: Computed
    expected: Rows
    found: Rows

    def difference(self, metric: tuple[str, int]) -> str | None:
        """What differs in one metric, told by its shortest history."""
        expected, found = self.expected[metric], self.found[metric]
        wrong = [each for each in expected.keys() | found.keys() if expected.get(each) != found.get(each)]
        if not wrong:
            return None
        subject = min(wrong, key=lambda each: (self.histories[each].size(), each))
        return (
            f"{metric}: {len(wrong)} of {len(expected)} differ; the shortest history, on {self.as_of}, of {subject}:\n"
            f"{self.histories[subject].told()}\nreference: {expected.get(subject)}\ndbt: {found.get(subject)}"
        )


def by_reference(histories: list[Household], cohort: Mapping[str, Followed], as_of: date) -> Rows:
    rows: Rows = {metric: {} for metric in METRICS | DWELLING_METRICS}
    for name, one in cohort.items():
        made = {metric: sorted(rows_of(one)) for metric, rows_of in METRICS.items()}
        for metric in filter(made.get, made):
            rows[metric][name] = made[metric]
    for number, history in enumerate(histories):
        for metric, rows_of in DWELLING_METRICS.items():
            for place, of_dwelling in dwelling_rows(history, rows_of, as_of).items():
                rows[metric][dwelling_id(number, place)] = sorted(of_dwelling)
    return rows


@pytest.fixture(scope="module", params=HISTORIES, ids=str)
def compared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Compared:
    as_of: date = request.param
    histories = invented(HISTORIES[as_of], as_of)
    chamber = with_second_versions(chamber_rows(), SECOND_VERSIONS)
    built = computed(tmp_path_factory.mktemp("reference"), as_of, register_rows(dict(enumerate(histories))) | chamber)
    by_subject = {household_id(number): history for number, history in enumerate(histories)}
    cohort = {name: one for name, history in by_subject.items() if (one := followed(history, as_of))}
    for number, history in enumerate(histories):
        by_subject |= {dwelling_id(number, place): history for place in range(len(history.dwellings))}
    return Compared(as_of, by_subject, cohort, built, by_reference(histories, cohort, as_of), built.rows())


def test_there_are_enough_different_histories(compared: Compared) -> None:
    assert len(set(compared.histories.values())) >= HISTORIES[compared.as_of]


def test_every_model_is_built_and_every_dbt_test_passes(compared: Compared) -> None:
    assert compared.computed.failed() == []


def test_the_reference_knows_every_metric_that_is_computed(compared: Compared) -> None:
    assert set(compared.found) == set(METRICS) | set(DWELLING_METRICS)


@pytest.mark.parametrize("metric", METRICS | DWELLING_METRICS, ids=lambda metric: f"{metric[0]} {metric[1]}")
def test_every_row_is_the_reference_s(compared: Compared, metric: tuple[str, int]) -> None:
    difference = compared.difference(metric)
    if difference:
        pytest.fail(difference, pytrace=False)


@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize("breakdown", ["all", "arm", "pathway"])
def test_every_step_of_a_curve_is_the_reference_s(compared: Compared, curve: str, breakdown: str) -> None:
    categories = defaultdict(list)
    for one in compared.cohort.values():
        category = {"all": "all", "arm": one.enrolment.arm, "pathway": one.enrolment.pathway}[breakdown]
        if breakdown == "arm" or one.enrolment.arm == "programme":
            categories[category].append(one)
    found: dict[str, dict[Decimal, tuple[Decimal, Decimal]]] = defaultdict(dict)
    for category, duration, *estimates in compared.computed.query(f"""
        select category, duration, 1 - survival, incidence
        from intermediate.int_survival_steps
        where curve = '{curve}' and breakdown = '{breakdown}' and period_type = 'programme_to_date'
    """):
        found[category][duration] = (estimates[0], estimates[1])
    assert set(found) == set(categories)
    ends = set()
    for category, cohort in categories.items():
        times = [time for one in cohort if (time := CURVES[curve](one))]
        ends |= {time.end for time in times}
        censored = shares(times, lost_sight_of=("unknown", "death"))
        competing = shares(times, lost_sight_of=("unknown",))
        tenth_decimal = Decimal("0.0000000001")
        assert found[category].keys() == censored.keys()
        for duration, estimates in found[category].items():
            for estimate, exact in zip(estimates, (censored[duration], competing[duration]), strict=True):
                assert abs(Fraction(estimate) - exact) < tenth_decimal, (category, duration)
    assert ends >= {"event", "unknown"}
    assert "death" in ends or compared.as_of != max(HISTORIES), "no death was drawn"


def test_every_state_of_every_day_is_the_reference_s(compared: Compared) -> None:
    found: dict[str, list[tuple[str, date, date]]] = defaultdict(list)
    for name, state, start, end in compared.computed.query(
        "select household_id, state, started_on, ended_on from core.household_spells order by household_id, started_on"
    ):
        found[name].append((state, start, end))
    wrong = []
    for name, history in compared.histories.items():
        if not name.startswith("h_"):
            continue
        days = states(known_at(history, compared.as_of), compared.as_of).items()
        runs = [(state, [day for day, _ in run]) for state, run in groupby(days, key=lambda each: each[1])]
        expected = [(state, run[0], run[-1] + DAY) for state, run in runs]
        if expected != found.get(name, []):
            wrong.append((history.size(), name, expected))
    if wrong:
        _, name, expected = min(wrong)
        pytest.fail(
            f"{len(wrong)} households differ; the shortest history, as of {compared.as_of}:\n"
            f"{compared.histories[name].told()}\n"
            f"reference: {expected}\ndbt: {found.get(name)}",
            pytrace=False,
        )
