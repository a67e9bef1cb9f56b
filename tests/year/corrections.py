"""Registers that are corrected: dates, amounts, rows that come late, are taken back or had not ended."""

import pandas as pd
from reference.days import DAY, months_after

from orchestration.synthetic.simulate import EXTRACTS
from year.turn import Kind, Turn, value, write


def shifted(turn: Turn, extract: str, column: str, *, not_before: str | None = None) -> bool:
    """A date was written down wrong by some days."""
    place = turn.row(extract, ended=column)
    if place is None:
        return False
    frame = turn.town.frames[extract]
    moved = value(frame, place, column) + pd.Timedelta(days=turn.town.random.choice((-9, -2, -1, 1, 3, 12)))
    if not_before and moved <= value(frame, place, not_before):
        return False
    write(frame, place, column, moved)
    return True


def a_date_is_corrected(turn: Turn) -> bool:
    extract, column, not_before = turn.town.random.choice((
        ("temporary_stays", "checked_out_on", "checked_in_on"),
        ("tenancies", "ended_on", "started_on"),
        ("enrolments", "exited_on", "enrolled_on"),
        ("outcome_events", "achieved_on", None),
        ("assessments", "assessed_on", None),
    ))  # fmt: skip
    return shifted(turn, extract, column, not_before=not_before)


def a_start_is_corrected(turn: Turn) -> bool:
    place = turn.row("tenancies")
    if place is None:
        return False
    frame = turn.town.frames["tenancies"]
    moved = value(frame, place, "started_on") + pd.Timedelta(days=turn.town.random.choice((1, 2, 10)))
    if moved > pd.Timestamp(turn.before) or moved >= value(frame, place, "ended_on"):
        return False
    write(frame, place, "started_on", moved)
    return True


def an_amount_is_corrected(turn: Turn) -> bool:
    place = turn.row("temporary_stays")
    if place is None:
        return False
    frame = turn.town.frames["temporary_stays"]
    write(frame, place, "nightly_cost_eur", round(float(value(frame, place, "nightly_cost_eur")) * 1.07 + 0.01, 2))
    return True


def a_stay_is_reopened(turn: Turn) -> bool:
    """It had not ended: the household is still there, for some weeks or for good."""
    place = turn.row("temporary_stays", ended="checked_out_on")
    if place is None:
        return False
    until = pd.Timestamp(turn.today) + pd.Timedelta(days=turn.town.random.choice((20, 50)))
    write(turn.town.frames["temporary_stays"], place, "checked_out_on", until)
    return True


def a_row_comes_late(turn: Turn) -> bool:
    """What should be in today's delivery comes with one of the next."""
    extract = turn.town.random.choice(("tenancies", "temporary_stays", "outcome_events", "assessments"))
    frame = turn.town.frames[extract]
    new = frame.index[frame[EXTRACTS[extract].first].between(pd.Timestamp(turn.before + DAY), pd.Timestamp(turn.today))]
    if not len(new):
        return False
    place = turn.town.random.choice(list(new))
    until = months_after(turn.today.replace(day=1), turn.town.random.choice((1, 2, 4)))
    turn.town.coming.append((until, extract, frame.loc[[place]]))
    turn.town.frames[extract] = frame.drop(index=place).reset_index(drop=True)
    return True


def a_row_is_deleted(turn: Turn) -> bool:
    extract = turn.town.random.choice(("temporary_stays", "outcome_events", "support_activities", "assessments"))
    place = turn.row(extract)
    if place is None:
        return False
    turn.town.frames[extract] = turn.town.frames[extract].drop(index=place).reset_index(drop=True)
    return True


CORRECTIONS: tuple[Kind, ...] = (
    a_date_is_corrected, a_start_is_corrected, an_amount_is_corrected, a_stay_is_reopened, a_row_comes_late,
    a_row_is_deleted,
)  # fmt: skip
