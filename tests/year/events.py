"""What ordinarily happens between two deliveries: registers are corrected, rows come late, the Chamber changes terms.

Each kind changes the town from the next delivery on and says so; it does nothing where there is nothing to change.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd
from reference.days import DAY, months_after

from orchestration.synthetic.simulate import EXTRACTS
from year.contract import contract, is_open
from year.town import Town


@dataclass(frozen=True)
class Turn:
    """Two deliveries, between which something happens."""

    town: Town
    before: date
    today: date

    def later(self) -> date:
        """A day from which new terms bind: soon, in the middle of a month or on its first."""
        free = self.today + timedelta(days=self.town.random.randint(1, 75))
        return self.town.random.choice((free, months_after(self.today.replace(day=1), self.town.random.randint(1, 3))))

    def row(self, extract: str, *, ended: str | None = None, of_programme: bool = True) -> int | None:
        """A row that was delivered before, ended by then where it is asked for; of the programme where there is one."""
        frame = self.town.frames[extract]
        places = self.town.rows_known(extract, self.before)
        if ended:
            places = [place for place in places if value(frame, place, ended) <= pd.Timestamp(self.before)]
        if of_programme:
            enrolled = set(self.town.frames["enrolments"]["household_id"])
            places = [place for place in places if value(frame, place, "household_id") in enrolled] or places
        return self.town.random.choice(places) if places else None


def value(frame: pd.DataFrame, place: int, column: str) -> Any:
    return frame.at[place, column]


def write(frame: pd.DataFrame, place: int, column: str, written: Any) -> None:
    frame.at[place, column] = written


Kind = Callable[[Turn], bool]


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


def a_household_grows(turn: Turn) -> bool:
    """A child is born: what was so at enrolment stays so."""
    frame = turn.town.frames["households"]
    enrolments = turn.town.frames["enrolments"]
    known = enrolments[enrolments["enrolled_on"] <= pd.Timestamp(turn.before)]["household_id"]
    places = list(frame.index[frame["household_id"].isin(known)])
    if not places:
        return False
    place = turn.town.random.choice(places)
    write(frame, place, "members", value(frame, place, "members") + 1)
    write(frame, place, "minors", value(frame, place, "minors") + 1)
    return True


def _amended(turn: Turn, row: dict[str, Any], **terms: Any) -> None:
    """A new version of a line or limit from a later day on; the one before ends there."""
    since = turn.later()
    turn.town.chamber["outcome_tariffs"].append(row | {"valid_from": since, "valid_to": row["valid_to"]} | terms)
    row["valid_to"] = since


def _open(turn: Turn, *columns: str) -> list[tuple[dict[str, Any], str]]:
    """The lines and limits whose newest version is open and says something in one of the columns."""
    rows = turn.town.chamber["outcome_tariffs"]
    return [
        (row, column)
        for row in rows
        for column in columns
        if row.get(column) is not None and row["valid_to"] is None and is_open(row, turn.today)
    ]


def a_price_changes(turn: Turn) -> bool:
    found = _open(turn, "unit_price_eur", "share")
    if not found:
        return False
    row, column = turn.town.random.choice(found)
    places = Decimal("0.0001") if column == "unit_price_eur" else Decimal("0.000001")
    _amended(turn, row, **{column: (row[column] * Decimal("1.1")).quantize(places)})
    return True


def a_limit_changes(turn: Turn) -> bool:
    found = _open(turn, "limit_eur", "limit_line_eur", "limit_household_line_eur")
    if not found:
        return False
    row, column = turn.town.random.choice(found)
    part = Decimal(turn.town.random.choice(("0.4", "0.8", "1.5")))
    _amended(turn, row, **{column: (row[column] * part).quantize(Decimal("0.01"))})
    return True


def _set(turn: Turn, name: str, value: object, metric: str | None = None, version: int | None = None) -> bool:
    turn.town.chamber["measurement_parameters"].append(
        {"name": name, "metric_id": metric, "metric_version": version, "value": str(value), "unit": "text",
         "valid_from": turn.later(), "note": None}
    )  # fmt: skip
    return True


def the_payable_method_changes(turn: Turn) -> bool:
    return _set(turn, "payable_savings_method", turn.town.random.choice(("pre_post", "contract_baseline")))


def the_gap_changes(turn: Turn) -> bool:
    return _set(turn, "retention_max_gap_days", turn.town.random.choice((2, 10)))


def a_metric_has_a_new_version(turn: Turn) -> bool:
    rows = turn.town.chamber["metric_definitions"]
    row = next(row for row in rows if row["metric_id"] == "housing_retention_6m" and row["valid_to"] is None)
    since, version = turn.later(), int(row["version"]) + 1
    rows.append(row | {"version": version, "valid_from": since})
    row["valid_to"] = since
    turn.town.chamber["measurement_parameters"].append(
        {"name": "retention_max_gap_days", "metric_id": row["metric_id"], "metric_version": version, "value": "20",
         "unit": "days", "valid_from": since, "note": None}
    )  # fmt: skip
    return True


def an_outcome_code_is_retired(turn: Turn) -> bool:
    return _set(turn, "outcome_codes", "debt_plan_agreed;training_completed")


def the_payment_period_changes(turn: Turn) -> bool:
    return _set(turn, "payment_period", turn.town.random.choice(("month", "year", "month")))


def a_contract_follows(turn: Turn) -> bool:
    """The contract ends, and another with limits of its own begins."""
    since = turn.later()
    for row in turn.town.chamber["outcome_tariffs"]:
        if not row.get("contract_id") and row["valid_to"] is None and row["valid_from"] < since:
            row["valid_to"] = since
    turn.town.chamber["outcome_tariffs"] += contract("N", "next", since)
    return True


def a_contract_runs_beside(turn: Turn) -> bool:
    turn.town.chamber["outcome_tariffs"] += contract("B", "beside", turn.later(), part=6)
    return True


REGISTERS: tuple[Kind, ...] = (
    a_date_is_corrected, a_start_is_corrected, an_amount_is_corrected, a_stay_is_reopened, a_row_comes_late,
    a_row_is_deleted, a_household_grows,
)  # fmt: skip
CHAMBER: tuple[Kind, ...] = (
    a_price_changes, a_limit_changes, the_payable_method_changes, the_gap_changes, a_metric_has_a_new_version,
    an_outcome_code_is_retired, the_payment_period_changes, a_contract_follows, a_contract_runs_beside,
)  # fmt: skip


def drawn(turn: Turn, left: list[Kind]) -> list[str]:
    """Between none and four corrections of different kinds, and now and then a change of terms, each once a year."""
    random = turn.town.random
    kinds: list[Kind] = random.sample(REGISTERS, random.randint(0, 4))
    if left and random.random() < 0.75:
        kinds.append(left.pop(random.randrange(len(left))))
    return [kind.__name__ for kind in kinds if kind(turn)]
