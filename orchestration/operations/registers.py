"""Whether the registers come in time, and why the day of the figures stands where it does: who holds it back.

The day moves only when every register has moved. What else there is to know of an installation is found in `status`.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from expectations.changes import LATE
from expectations.model import Contract
from orchestration.intake.archive import Delivery
from orchestration.intake.changes import lateness
from orchestration.intake.load import holding_back, is_register
from orchestration.operations.facts import Extract, HeldBack, Problem

Contracts = Mapping[tuple[str, str], Contract]


def punctuality(contract: Contract, newest: Delivery | None, today: date) -> Extract:
    """Whether an extract has a delivery, and is in time by the `late` rule of its contract."""
    if newest is None:
        owed = not contract.optional
        return Extract(contract.source, contract.extract, "missing" if owed else "in_time", blocks=owed)
    rule = next((each for each in contract.changes if each.kind == LATE), None)
    overdue = [each for each in lateness(contract, newest.reference_date, today) if not each.passed]
    return Extract(
        source=contract.source,
        extract=contract.extract,
        punctuality="late" if overdue else "in_time",
        blocks=any(each.severity == "error" for each in overdue),
        due_on=newest.reference_date + timedelta(days=int(rule.limits["days"])) if rule else None,
        delivery_id=newest.delivery_id,
        reference_date=newest.reference_date,
        file_name=newest.file_name,
        rows=newest.rows,
        passed_rules=newest.passed_rules,
    )


def delivery_problems(extracts: Sequence[Extract]) -> Iterator[Problem]:
    """One sentence for the extracts that never came, one for those whose next delivery is overdue."""
    missing = [f"{each.source}/{each.extract}" for each in extracts if each.punctuality == "missing"]
    if missing:
        yield Problem("delivery_missing", f"Never delivered, and no run publishes without: {', '.join(missing)}.")
    late = [f"{each.source}/{each.extract} (due {each.due_on})" for each in extracts if each.punctuality == "late"]
    if late:
        yield Problem("delivery_late", f"The next delivery is late: {', '.join(late)}. Ask the partner.")


def held_back_by(
    latest: Mapping[tuple[str, str], Delivery], extracts: Sequence[Extract], contracts: Contracts
) -> tuple[HeldBack, ...]:
    """The registers that hold the day back, in the order of the contracts; none if no register has delivered."""
    holders, _ = holding_back(latest, contracts)
    names = {(each.source, each.extract) for each in holders}
    return tuple(
        HeldBack(
            each.source,
            each.extract,
            contracts[each.source, each.extract].delivered_by,
            each.reference_date,
            each.due_on,
            each.punctuality == "late",
        )
        for each in extracts
        if (each.source, each.extract) in names and each.reference_date
    )


def others_since(accepted: Sequence[Delivery], held: Sequence[HeldBack], contracts: Contracts) -> datetime | None:
    """When a register first went beyond the day at which the others stand."""
    beyond = [
        each.received_at
        for each in accepted
        if held and each.reference_date > held[0].reference_date and is_register(contracts[each.source, each.extract])
    ]
    return min(beyond, default=None)


def day_problem(held: Sequence[HeldBack], registers: int, since: datetime | None) -> tuple[Problem | None, bool]:
    """That the day stands, in words, and whether a person is needed.

    One is needed once a register that holds the day back is overdue by its contract, or most registers have gone beyond
    that day. As long as the first ones have, it is worth a look; if none has, the day is where it should be.
    """
    late = [each for each in held if each.is_late]
    ahead = registers - len(held) if since else 0
    if not held or not (late or ahead):
        return None, False
    text = f"The figures stand at {held[0].reference_date}. "
    if ahead and since:
        text += f"Registers with a later day: {ahead} of {registers}, the first since {since:%Y-%m-%d}. "
    text += f"Nothing later has come of {_listed(held)}."
    if late:
        text += f" The next delivery was due by {_first_due(late)}."
    who = ", ".join(dict.fromkeys(each.delivered_by for each in late or held))
    return Problem("day_stands", f"{text} Ask {who}."), bool(late) or ahead > len(held)


def _listed(held: Sequence[HeldBack]) -> str:
    return ", ".join(f"{each.source}/{each.extract}" for each in held)


def _first_due(late: Sequence[HeldBack]) -> date | None:
    return min((each.due_on for each in late if each.due_on), default=None)
