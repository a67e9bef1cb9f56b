"""The pilot: 18 households that add up to the totals published on it, kept row by row in `pilot/*.csv`.

The rows are invented; only their totals are real (`data/sample/README.md` names the sources). What would have become
of them without the programme, `pilot/stays_without_programme.csv`, is as invented.
"""

from importlib.resources import files

import numpy as np
import pandas as pd

from orchestration.synthetic.spec import NEVER, PILOT_HOUSEHOLDS

_STAY_COLUMNS = {
    "accommodation_type": "kind",
    "ethos_code": "ethos",
    "checked_in_on": "start",
    "checked_out_on": "end",
    "nightly_cost_eur": "nightly",
    "household_copayment_eur": "copayment",
}


def pilot_rows(extract: str) -> pd.DataFrame:
    """The pilot's rows of one extract: canonical columns, dates as days, `number` for the household."""
    with (files("orchestration.synthetic") / "pilot" / f"{extract}.csv").open(encoding="utf-8") as file:
        rows = pd.read_csv(file, dtype={"ethos_code": "str", "isee_band": "str"})
    for column in rows.columns:
        if column.endswith(("_on", "_since", "_from")):
            days = pd.to_datetime(rows[column], format="%Y-%m-%d").to_numpy().astype("datetime64[D]")
            rows[column] = np.where(np.isnat(days), NEVER, days.astype(np.int64))
    return rows


def pilot_stays() -> pd.DataFrame:
    """One row per stay of a pilot household, with the programme."""
    return pilot_rows("temporary_stays").rename(columns=_STAY_COLUMNS)


def pilot_stays_without() -> pd.DataFrame:
    """One row per stay of a pilot household as it would be without the programme."""
    return pd.concat([pilot_stays(), pilot_rows("stays_without_programme").rename(columns=_STAY_COLUMNS)])


def pilot_courses() -> pd.DataFrame:
    """One row per pilot household: the same columns that follow-up and truth read of the simulated courses."""
    enrolments = pilot_rows("enrolments")
    homes = pilot_rows("tenancies").drop_duplicates("number", keep="first").set_index("number")
    courses = enrolments.rename(columns={"enrolled_on": "enrolled", "exited_on": "exited"})
    return courses.assign(
        placed=courses["number"].map(homes["started_on"]),
        end_reason=courses["number"].map(homes["end_reason"]),
        died=courses["exited"].where(courses["exit_reason"] == "deceased", NEVER),
        withdrew_on=NEVER,
    )


def put_pilot_first(pilot: pd.DataFrame, simulated: pd.DataFrame) -> pd.DataFrame:
    """The pilot's rows in place of what the simulation drew for their numbers."""
    others = simulated[simulated["number"] >= PILOT_HOUSEHOLDS]
    return pd.concat([pilot, others], ignore_index=True)
