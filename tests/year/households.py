"""Households that change: they grow, turn out to have been larger, get a new key, merge or split."""

from datetime import date
from typing import Any

import pandas as pd

from year.turn import Kind, Turn, value, write

OWN_ROWS = ("temporary_stays", "waiting_list", "outcome_events")  # what a household that split off may bring along


def _known(turn: Turn, *, enrolled: bool = True) -> list[int]:
    """The places of households that were delivered before, of those that were enrolled by then or of all."""
    places = turn.town.rows_known("households", turn.before)
    if not enrolled:
        return places
    enrolments = turn.town.frames["enrolments"]
    known = set(enrolments[enrolments["enrolled_on"] <= pd.Timestamp(turn.before)]["household_id"])
    return [place for place in places if value(turn.town.frames["households"], place, "household_id") in known]


def _grows(turn: Turn, place: int, by: int) -> None:
    frame = turn.town.frames["households"]
    for column in ("members", "minors"):
        write(frame, place, column, value(frame, place, column) + by)


def _link(turn: Turn, kind: str, origin: str, result: str) -> date:
    day = turn.between()
    row = {"from_household_id": origin, "to_household_id": result, "linked_on": pd.Timestamp(day), "kind": kind}
    turn.town.links.append(row)
    return day


def _new_key(turn: Turn) -> str:
    return f"h_{turn.town.random.getrandbits(96):024x}"


def _renamed(turn: Turn, old: str, new: str, *, but: str | None = None) -> None:
    """Registers go over to another key; a row that comes late was written under the old one."""
    for extract, frame in turn.town.frames.items():
        if "household_id" in frame and extract != but:
            frame.loc[frame["household_id"] == old, "household_id"] = new


def a_household_grows(turn: Turn) -> bool:
    """A child is born: what was so at enrolment stays so."""
    places = _known(turn)
    if not places:
        return False
    _grows(turn, turn.town.random.choice(places), 1)
    return True


def a_household_was_larger(turn: Turn) -> bool:
    """Its members are corrected, and the register says since when they hold: by its enrolment or after it."""
    places = _known(turn)
    if not places:
        return False
    place, frame = turn.town.random.choice(places), turn.town.frames["households"]
    enrolments = turn.town.frames["enrolments"]
    on = enrolments[enrolments["household_id"] == value(frame, place, "household_id")]["enrolled_on"].min()
    if "composition_valid_from" not in frame:
        frame["composition_valid_from"] = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[ns]")
    _grows(turn, place, turn.town.random.choice((1, 2)))
    write(frame, place, "composition_valid_from", on + pd.Timedelta(days=turn.town.random.choice((-30, 0, 1))))
    return True


def a_household_has_a_new_key(turn: Turn) -> bool:
    places = _known(turn)
    if not places:
        return False
    old, new = value(turn.town.frames["households"], turn.town.random.choice(places), "household_id"), _new_key(turn)
    _renamed(turn, old, new)
    _link(turn, "new_key", old, new)
    return True


def two_households_merge(turn: Turn) -> bool:
    """One that is enrolled goes on, and another is known under its key from now on.

    Not to those who assess: a key has one assessment a wave, and both households may have had theirs.
    """
    places = _known(turn)
    frame = turn.town.frames["households"]
    others = turn.town.random.choice((places, _known(turn, enrolled=False)))
    if not places or len(others) < 2:
        return False
    survivor = turn.town.random.choice(places)
    merged = turn.town.random.choice([place for place in others if place != survivor])
    goes_on, ends = (value(frame, place, "household_id") for place in (survivor, merged))
    for column in ("members", "minors"):
        write(frame, survivor, column, value(frame, survivor, column) + value(frame, merged, column))
    turn.town.frames["households"] = frame.drop(index=merged).reset_index(drop=True)
    _renamed(turn, ends, goes_on, but="assessments")
    _link(turn, "merge", ends, goes_on)
    return True


def a_household_splits(turn: Turn) -> bool:
    """Some of its members go on under a key of their own, which is enrolled, housed and told of what was before."""
    frame = turn.town.frames["households"]
    places = [place for place in _known(turn) if value(frame, place, "members") > 2]
    if not places:
        return False
    place, new = turn.town.random.choice(places), _new_key(turn)
    old = value(frame, place, "household_id")
    day = pd.Timestamp(_link(turn, "split", old, new))
    left = value(frame, place, "members") - 1
    for column, most in {"members": left, "minors": left - 1, "members_with_disability": left}.items():
        write(frame, place, column, min(value(frame, place, column), most))
    own = {"household_id": new, "registered_on": day, "members": 1, "minors": 0, "members_with_disability": 0}
    _copied(turn, "households", place, **own)
    for extract in OWN_ROWS:
        rows = turn.town.frames[extract]
        for each in list(rows.index[rows["household_id"] == old]):
            is_new = value(rows, each, turn.town.first(extract)) >= day
            if is_new and turn.town.random.random() < 0.5:
                write(turn.town.frames[extract], each, "household_id", new)
            elif not is_new and extract == "temporary_stays":
                _copied(turn, extract, each, household_id=new)  # history that both tell
    enrolments, tenancies = (turn.town.frames[name] for name in ("enrolments", "tenancies"))
    of_old = enrolments.index[enrolments["household_id"] == old]
    stays_in = {"enrolled_on": day, "exited_on": pd.NaT, "exit_reason": None, "exit_destination": None}
    _copied(turn, "enrolments", of_old[0], household_id=new, pathway="retained_home", **stays_in)
    if len(tenancies):
        home = {"dwelling_id": None, "started_on": day, "ended_on": pd.NaT, "end_reason": None}
        _copied(turn, "tenancies", tenancies.index[0], household_id=new, **home)
    return True


def _copied(turn: Turn, extract: str, place: int, **changed: Any) -> None:
    """A row more, like another one but for what is changed; its own key is new."""
    frame = turn.town.frames[extract]
    row = frame.loc[[place]].copy()
    key = turn.town.key(extract)
    for name, written in {key: f"{value(frame, place, key)}-{len(frame)}", **changed}.items():
        row[name] = pd.Series([written], index=row.index).astype(frame[name].dtype)
    turn.town.frames[extract] = pd.concat([frame, row], ignore_index=True)


HOUSEHOLDS: tuple[Kind, ...] = (
    a_household_grows, a_household_was_larger, a_household_has_a_new_key, two_households_merge, a_household_splits,
)  # fmt: skip
