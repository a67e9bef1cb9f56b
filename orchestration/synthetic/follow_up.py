"""What the support partner and the treasurer write down: assessments, activities, outcome events, costs, drawdowns.

Follows the courses of both arms; changes nothing in them.
"""

import numpy as np
import pandas as pd

from orchestration.synthetic.spec import NEVER, CitySpec, add_months, between, day, holes, pick

WAVES = {"baseline": (0, 0.95), "m6": (6, 0.85), "m12": (12, 0.8), "m24": (24, 0.7)}
ACTIVITIES = {"home_visit": 0.4, "budget_counselling": 0.2, "job_search": 0.2, "mediation": 0.1, "administrative": 0.1}
OUTCOMES = {"training_completed": 0.4, "debt_plan_agreed": 0.35, "residence_registered": 0.25}
COSTS = {
    ("staff", "grant"): 6200,
    ("staff", "city"): 1500,
    ("support", "grant"): 2600,
    ("fitting_out", "private"): 2900,
}


def assessments_frame(
    spec: CitySpec, courses: pd.DataFrame, population: pd.DataFrame, stays: pd.DataFrame, tenancies: pd.DataFrame
) -> pd.DataFrame:
    """support.assessments: one row per household and wave at which it was assessed."""
    rng = spec.rng("assessments")
    parts = []
    for wave, (months, share) in WAVES.items():
        on = add_months(courses["enrolled"].to_numpy(), months) + between(rng, -5, 20, len(courses))
        rows = courses.assign(wave=wave, assessed_on=on, months=months)
        parts.append(rows[(rng.random(len(rows)) < share) & (on < courses["died"]) & (on < courses["withdrew_on"])])
    rows = pd.concat(parts, ignore_index=True).reset_index(names="row")
    n = len(rows)
    of = population.iloc[rows["number"].to_numpy()]
    adults = (of["members"] - of["minors"]).to_numpy()
    housed = (rows["placed"] <= rows["assessed_on"]).to_numpy()
    employed = rng.binomial(adults, np.where(housed, 0.45, 0.33))
    income = np.round(rng.gamma(4, 150, n) + 380 * employed, 2)
    situation = _situation(rng, rows, stays, tenancies)
    return pd.DataFrame(
        {
            "number": rows["number"],
            "assessed_on": rows["assessed_on"],
            "wave": rows["wave"],
            "housing_situation": holes(rng, situation, spec.missing_share),
            "adults": adults,
            "adults_employed": employed,
            "adults_permanent_contract": holes(rng, rng.binomial(employed, 0.3), spec.missing_share),
            "monthly_income_eur": holes(rng, income, 1.5 * spec.missing_share),
            "monthly_housing_cost_eur": holes(rng, np.round(rng.normal(390, 60, n).clip(90), 2), spec.missing_share),
            "wellbeing_score": holes(
                rng, np.round((rng.normal(4.6, 1.3, n) + 1.2 * housed).clip(0, 10), 1), spec.missing_share
            ),
        }
    )


def _situation(
    rng: np.random.Generator, rows: pd.DataFrame, stays: pd.DataFrame, tenancies: pd.DataFrame
) -> np.ndarray:
    """Where the household lives on the day of each assessment, by the stays and tenancies themselves."""

    def on_that_day(spells: pd.DataFrame, start: str, end: str) -> np.ndarray:
        pairs = rows[["row", "number", "assessed_on"]].merge(spells[["number", start, end]], on="number")
        hit = (pairs[start] <= pairs["assessed_on"]) & (pairs["assessed_on"] < pairs[end])
        return rows["row"].isin(pairs.loc[hit, "row"]).to_numpy()

    left_for_good = (rows["exited"] <= rows["assessed_on"]) & (rows["end_reason"] == "moved_permanent")
    otherwise = pick(rng, {"with_others": 0.62, "independent": 0.2, "street": 0.1, "institution": 0.08}, len(rows))
    return np.select(
        [on_that_day(stays, "start", "end"), on_that_day(tenancies, "started_on", "ended_on"), left_for_good],
        ["temporary", "programme_home", "independent"],
        otherwise,
    )


def activities_frame(spec: CitySpec, courses: pd.DataFrame, end: int) -> pd.DataFrame:
    """support.support_activities: one row per activity, about one a month while enrolled in the programme."""
    rng = spec.rng("activities")
    rows = courses[courses["arm"] == "programme"]
    enrolled, exited = rows["enrolled"].to_numpy(), rows["exited"].to_numpy()
    days = np.maximum(np.minimum(exited, end + 1) - enrolled, 0)
    of = np.repeat(np.arange(len(rows)), rng.poisson(days / 32))
    return pd.DataFrame(
        {
            "number": rows["number"].to_numpy()[of],
            "performed_on": enrolled[of] + (rng.random(len(of)) * days[of]).astype(np.int64),
            "activity_type": pick(rng, ACTIVITIES, len(of)),
            "hours": between(rng, 2, 12, len(of)) / 4,
        }
    )


def outcomes_frame(spec: CitySpec, courses: pd.DataFrame) -> pd.DataFrame:
    """support.outcome_events: one row per evidenced outcome; some of the placed households have one."""
    rng = spec.rng("outcomes")
    rows = courses[(courses["placed"] < NEVER) & (rng.random(len(courses)) < 0.4)]
    rows = rows.assign(achieved_on=rows["placed"] + between(rng, 20, 330, len(rows)))
    rows = rows[rows["achieved_on"] < rows["exited"]]
    number = rows["number"].to_numpy()
    return pd.DataFrame(
        {
            "number": number,
            "outcome_code": pick(rng, OUTCOMES, len(rows)),
            "achieved_on": rows["achieved_on"],
            "evidence_ref": [f"VB-{code:06d}" for code in between(rng, 1, 999_999, len(rows))],
        }
    )


def costs_frame(spec: CitySpec, months: np.ndarray) -> pd.DataFrame:
    """finance.programme_costs: one row per month, category and funder; grows with the city."""
    rng, scale = spec.rng("costs"), max(1.0, spec.households / 600)
    parts = [
        pd.DataFrame(
            {
                "month": months,
                "category": category,
                "amount_eur": np.round(scale * amount * rng.uniform(0.8, 1.2, len(months)), 2),
                "funded_by": funder,
            }
        )
        for (category, funder), amount in COSTS.items()
    ]
    return pd.concat(parts, ignore_index=True)


def drawdowns_frame(spec: CitySpec, months: np.ndarray) -> pd.DataFrame:
    """finance.grant_drawdowns: one row per drawdown, a quarter apart, their sum below the ceiling."""
    rng, scale = spec.rng("drawdowns"), max(1.0, spec.households / 600)
    received = months[::3] + between(rng, 5, 20, len(months[::3]))
    received = received[received <= day(spec.reference_date)]
    amount = np.round(scale * 26_000 * rng.uniform(0.9, 1.1, len(received)), 2)
    ceiling = np.full(len(received), np.ceil(scale * 30) * 1000 * len(months[::3]))
    return pd.DataFrame({"received_on": received, "amount_eur": amount, "ceiling_eur": ceiling})
