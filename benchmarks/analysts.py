"""What people would otherwise write: the same extracts to the same spells and two metrics, in pandas and in SQLite.

As a competent analyst does: merge, groupby and window functions, no loop over rows. Measured in `workloads`, where the
answers are held against those of the pipeline's models.
"""

import sqlite3
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.measure import ROOT

FIRST_DATES = {
    "households": "registered_on", "waiting_list": "applied_on", "temporary_stays": "checked_in_on",
    "evictions": "ordered_on", "enrolments": "enrolled_on", "tenancies": "started_on",
    "support_activities": "performed_on", "assessments": "assessed_on", "outcome_events": "achieved_on",
}  # fmt: skip
OTHERS = {
    "waiting_list": ["status", "closed_on"], "temporary_stays": ["stay_id", "checked_out_on"],
    "evictions": ["outcome", "outcome_on"],
    "enrolments": ["enrolment_id", "arm", "exited_on", "exit_reason", "exit_destination"],
    "tenancies": ["ended_on", "end_reason"],
}  # fmt: skip
KINDS = ["temporary", "tenancy", "stable_elsewhere", "eviction", "programme", "application"]
PERMANENT = ["public_housing", "private_lease", "family_permanent", "owned"]
Frames = dict[str, pd.DataFrame]


def frames_of(paths: Mapping[tuple[str, str], Path]) -> Frames:
    """The columns that are needed of every extract about households, dates as dates."""
    frames: Frames = {}
    for (_, extract), path in paths.items():
        if extract in FIRST_DATES:
            columns = ["household_id", FIRST_DATES[extract], *OTHERS.get(extract, [])]
            frame = pd.read_parquet(path, columns=columns)
            for column in columns:
                if column.endswith("_on"):
                    frame[column] = pd.to_datetime(frame[column], format="%Y-%m-%d")
            frames[extract] = frame
    return frames


def in_pandas(frames: Frames, as_of: str) -> Frames:
    """Spells, stable days and nights around enrolment; the extracts hold nothing after `as_of`."""
    day = pd.Timestamp(as_of)
    follow_up = _follow_up(frames, day)
    stays = _merged_stays(frames["temporary_stays"], day)
    spells = _spells(_intervals(frames, stays, day), follow_up)
    households = _enrolled(frames, spells, follow_up)
    return {"spells": spells, "stable_days": _stable_days(households, spells), "nights": _nights(households, stays)}


def _follow_up(frames: Frames, day: pd.Timestamp) -> pd.DataFrame:
    contacts = pd.concat([frames[name][["household_id", on]].set_axis(["household_id", "first"], axis=1)
                          for name, on in FIRST_DATES.items()])  # fmt: skip
    enrolments, tenancies = frames["enrolments"], frames["tenancies"]
    left = enrolments[enrolments["exit_reason"] == "deceased"].rename(columns={"exited_on": "died"})
    ended = tenancies[tenancies["end_reason"] == "deceased"].rename(columns={"ended_on": "died"})
    deaths = pd.concat([left[["household_id", "died"]], ended[["household_id", "died"]]])
    found = contacts.groupby("household_id")["first"].min().to_frame()
    found["died"] = deaths.groupby("household_id")["died"].min()
    found["until"] = found["died"].fillna(day).clip(upper=day)
    return found.reset_index()


def _merged_stays(stays: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    rows = stays.rename(columns={"checked_in_on": "start"}).assign(end=stays["checked_out_on"].fillna(day))
    rows = rows[rows["start"] < rows["end"]].sort_values(["household_id", "start", "end", "stay_id"])
    before = rows.groupby("household_id")["end"].cummax().groupby(rows["household_id"]).shift()
    number = (~(rows["start"] <= before)).cumsum()
    return rows.groupby(["household_id", number.rename("number")], as_index=False).agg(
        start=("start", "min"), end=("end", "max")
    )


def _stable_elsewhere(frames: Frames, stays: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    enrolments, evictions = frames["enrolments"], frames["evictions"]
    exits = enrolments[enrolments["exited_on"].notna() & enrolments["exit_destination"].isin(PERMANENT)]
    exits = exits[["household_id", "exited_on"]].drop_duplicates()
    executed = evictions[evictions["outcome"] == "executed"]
    parts = [(stays, "start", stays["end"] - pd.Timedelta(days=1))]
    for frame, on in ((frames["waiting_list"], "applied_on"), (executed, "outcome_on"),
                      (frames["tenancies"], "started_on")):  # fmt: skip
        parts.append((frame, on, frame[on]))
    evidence = pd.concat(
        [pd.DataFrame({"household_id": f["household_id"], "on": f[on], "seen": seen}) for f, on, seen in parts]
    )
    pairs = exits.merge(evidence, on="household_id")
    pairs = pairs[pairs["seen"] >= pairs["exited_on"]]
    earliest = pairs.groupby(["household_id", "exited_on"], as_index=False)["on"].min()
    found = exits.merge(earliest, on=["household_id", "exited_on"], how="left").rename(columns={"exited_on": "start"})
    found["end"] = np.where(found["on"].isna(), day, found[["on", "start"]].max(axis=1))
    return found[found["start"] < found["end"]]


def _intervals(frames: Frames, stays: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    applications = frames["waiting_list"]
    closed = applications["closed_on"].where(
        applications["status"] == "waiting", applications["closed_on"].fillna(applications["applied_on"])
    )
    programme = frames["enrolments"][frames["enrolments"]["arm"] == "programme"]
    parts = {
        "temporary": (stays, "start", stays["end"]),
        "tenancy": (frames["tenancies"], "started_on", frames["tenancies"]["ended_on"]),
        "eviction": (frames["evictions"], "ordered_on", frames["evictions"]["outcome_on"]),
        "programme": (programme, "enrolled_on", programme["exited_on"]),
        "application": (applications, "applied_on", closed),
    }
    elsewhere = _stable_elsewhere(frames, stays, day)
    parts["stable_elsewhere"] = (elsewhere, "start", elsewhere["end"])
    return pd.concat(
        [
            pd.DataFrame({"household_id": frame["household_id"], "kind": kind, "start": frame[on], "end": end})
            for kind, (frame, on, end) in parts.items()
        ],
        ignore_index=True,
    )


def _spells(intervals: pd.DataFrame, follow_up: pd.DataFrame) -> pd.DataFrame:
    rows = intervals.merge(follow_up[["household_id", "until"]], on="household_id")
    rows["end"] = rows["end"].fillna(rows["until"]).where(lambda end: end < rows["until"], rows["until"])
    rows = rows[rows["start"] < rows["end"]]
    columns = ["household_id", "on", "kind"]
    events = pd.concat(
        [
            rows.rename(columns={"start": "on"})[columns].assign(change=1),
            rows.rename(columns={"end": "on"})[columns].assign(change=-1),
            follow_up.rename(columns={"first": "on"}).assign(kind=KINDS[0], change=0)[[*columns, "change"]],
        ]
    )
    changes = events.pivot_table(
        index=["household_id", "on"], columns="kind", values="change", aggfunc="sum", fill_value=0
    )
    is_open = changes.reindex(columns=KINDS, fill_value=0).groupby("household_id").cumsum() > 0
    state = np.select(
        [is_open["temporary"], is_open["tenancy"], is_open["stable_elsewhere"],
         is_open["eviction"] & ~is_open["programme"], is_open["application"]],
        ["temporary", "programme_tenancy", "stable_elsewhere", "insecure", "waiting"], "unknown",
    )  # fmt: skip
    found = is_open.index.to_frame(index=False).assign(state=state).rename(columns={"on": "started_on"})
    found = found.merge(follow_up[["household_id", "until"]], on="household_id")
    found = found[found["started_on"] < found["until"]].sort_values(["household_id", "started_on"])
    found = found[found["state"] != found.groupby("household_id")["state"].shift()]
    found["ended_on"] = found.groupby("household_id")["started_on"].shift(-1).fillna(found["until"])
    return found[["household_id", "state", "started_on", "ended_on"]]


def _enrolled(frames: Frames, spells: pd.DataFrame, follow_up: pd.DataFrame) -> pd.DataFrame:
    rows = frames["enrolments"].assign(other_arm=frames["enrolments"]["arm"] != "programme")
    rows = rows.sort_values(["household_id", "other_arm", "enrolled_on", "enrolment_id"]).drop_duplicates(
        "household_id"
    )
    rows = rows[rows["household_id"].isin(frames["households"]["household_id"])][["household_id", "enrolled_on"]]
    stable = spells[spells["state"].isin(["programme_tenancy", "stable_elsewhere"])].merge(rows, on="household_id")
    stable = stable[stable["enrolled_on"] < stable["ended_on"]]
    placed = stable[["started_on", "enrolled_on"]].max(axis=1).groupby(stable["household_id"]).min().rename("placed_on")
    return rows.merge(placed, left_on="household_id", right_index=True, how="left").merge(follow_up, on="household_id")


def _stable_days(households: pd.DataFrame, spells: pd.DataFrame) -> pd.DataFrame:
    stable = spells[spells["state"].isin(["programme_tenancy", "stable_elsewhere"])].merge(
        households, on="household_id"
    )
    stable = stable[stable["placed_on"] < stable["ended_on"]]
    days = (stable["ended_on"] - stable[["started_on", "placed_on"]].max(axis=1)).dt.days
    return days.groupby(stable["household_id"]).sum().rename("value").reset_index()


def _nights(households: pd.DataFrame, stays: pd.DataFrame) -> pd.DataFrame:
    year, enrolled = pd.DateOffset(months=12), households["enrolled_on"]
    observed = enrolled + year <= households["until"]
    parts = []
    around = {"before": (enrolled - year, enrolled), "after": (enrolled, enrolled + year)}
    for side, (start, end) in around.items():
        windows = pd.DataFrame({"household_id": households["household_id"], "from": start, "to": end})[observed]
        pairs = windows.merge(stays, on="household_id")
        nights = (pairs[["end", "to"]].min(axis=1) - pairs[["start", "from"]].max(axis=1)).dt.days.clip(lower=0)
        total = nights.groupby(pairs["household_id"]).sum()
        value = windows["household_id"].map(total).fillna(0).astype("int64")
        parts.append(
            pd.DataFrame(
                {"metric_id": f"temporary_nights_12m_{side}", "household_id": windows["household_id"], "value": value}
            )
        )
    return pd.concat(parts)


def in_sqlite(frames: Frames, as_of: str) -> Frames:
    """The same through `sqlite_*.sql`: tables of the extracts with dates as ISO text, an index on each key."""
    with sqlite3.connect(":memory:") as con:
        for name, frame in frames.items():
            texts = {c: frame[c].dt.strftime("%Y-%m-%d") for c in frame.columns if c.endswith("_on")}
            frame.assign(**texts).to_sql(name, con, index=False)
            con.execute(f"create index {name}_key on {name} (household_id)")
        con.execute("create table build as select ? as as_of", [as_of])
        for part in ("spells", "metrics"):
            con.executescript((ROOT / "benchmarks" / f"sqlite_{part}.sql").read_text(encoding="utf-8"))
        return {name: pd.read_sql(f"select * from {name}", con) for name in ("spells", "stable_days", "nights")}
