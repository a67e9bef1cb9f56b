"""The registers of a whole city, as delivered, read as the reference wants them: a history for each household."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd

from reference.claims import Programme
from reference.cohort import Followed, followed
from reference.description import households
from reference.history import Application, Assessment, Enrolment, Eviction, Household, Stay, Tenancy
from reference.keys import Keys
from reference.savings import City, Registers
from reference.savings_cities import rows
from reference.terms import Terms

Extracts = Mapping[str, pd.DataFrame]
Deliveries = Sequence[tuple[date, pd.DataFrame]]
Records = list[dict[str, Any]]
BEGINS_ON = {
    "temporary_stays": "checked_in_on",
    "waiting_list": "applied_on",
    "evictions": "ordered_on",
    "enrolments": "enrolled_on",
    "tenancies": "started_on",
    "assessments": "assessed_on",
    "outcome_events": "achieved_on",
}


def histories(read: Mapping[str, Records]) -> dict[str, Household]:
    """Each household's rows; whether a home is a dwelling of the programme is kept, which one is not."""
    of = {name: _by_household(read[name]) for name in BEGINS_ON}
    return {
        (who := row["household_id"]): Household(
            registered_on=row["registered_on"],
            members=int(row["members"]),
            minors=int(row["minors"]),
            members_with_disability=int(row["members_with_disability"]),
            economic_capacity=row["economic_capacity"],
            district=int(row["district"]),
            stays=tuple(Stay(each["checked_in_on"], each["checked_out_on"]) for each in of["temporary_stays"][who]),
            applications=tuple(Application(each["applied_on"], each["closed_on"]) for each in of["waiting_list"][who]),
            evictions=tuple(_made(Eviction, each) for each in of["evictions"][who]),
            enrolments=tuple(_made(Enrolment, each) for each in of["enrolments"][who]),
            tenancies=tuple(
                _made(Tenancy, each | {"dwelling": None if each["dwelling_id"] is None else 0})
                for each in of["tenancies"][who]
            ),
            assessments=tuple(_made(Assessment, each) for each in of["assessments"][who]),
        )
        for row in read["households"]
    }


def terms(extracts: Extracts) -> Terms:
    return Terms(
        rows(extracts["outcome_tariffs"]),
        rows(extracts["measurement_parameters"]),
        rows(extracts["metric_definitions"]),
    )


def programme(extracts: Extracts, as_of: date, described: Deliveries = ()) -> Programme:
    """All that claims rest on, as of a day.

    Args:
        described: every delivery of the households, each with its reference date; the one of `extracts` unless given.
    """
    read = _by_first_key(extracts, as_of, described or [(as_of, extracts["households"])])
    found: dict[str, Followed] = {}
    for who, history in histories(read).items():
        if any(each.arm == "programme" for each in history.enrolments) and (one := followed(history, as_of)):
            found[who] = one
    cohort = {who: one for who, one in found.items() if one.enrolment.arm == "programme"}
    savings = _savings(read, extracts, as_of)
    return Programme(cohort, read["outcome_events"], savings, terms(extracts), as_of)


def _by_first_key(extracts: Extracts, as_of: date, described: Deliveries) -> dict[str, Records]:
    """The registers' rows, each under the first key of its household, and each household as it was at enrolment."""
    keys = Keys(rows(extracts["household_links"]) if "household_links" in extracts else [], as_of)
    read = {
        name: [
            row | {"household_id": keys.household(row["household_id"]), "is_own": keys.goes_on(row["household_id"])}
            for row in rows(extracts[name])
            if keys.counts(row["household_id"], row[begins_on])
        ]
        for name, begins_on in BEGINS_ON.items()
    }
    enrolments = [row for row in read["enrolments"] if row["enrolled_on"] <= as_of]
    read["assessments"] = _once_a_wave(row for row in read["assessments"] if row["assessed_on"] <= as_of)
    deliveries = [(day, rows(frame)) for day, frame in described]
    return read | {"enrolments": enrolments, "households": households(deliveries, enrolments, keys)}


def _once_a_wave(assessments: Iterable[dict[str, Any]]) -> Records:
    """The assessment of the household that goes on before that of one that was merged into it; else the later one."""
    told = sorted(assessments, key=lambda row: (row["is_own"], row["assessed_on"]))
    return [*{(row["household_id"], row["wave"]): row for row in told}.values()]


def _savings(read: Mapping[str, Records], extracts: Extracts, as_of: date) -> dict[tuple[str, str, int], Decimal]:
    """What each household saved by each method and window; nobody is saved for before enrolling."""
    index = {row["month"]: Fraction(row["index_value"]) for row in rows(extracts["price_index"])}
    registers = Registers(
        as_of, read["households"], read["temporary_stays"], read["waiting_list"], read["evictions"],
        read["enrolments"], read["tenancies"], rows(extracts["savings_baselines"]), rows(extracts["unit_costs"]), index,
    )  # fmt: skip
    return {key: amounts[3] for key, amounts in City(registers).rows()}


def _made(kind: type[Any], row: dict[str, Any]) -> Any:
    decimals = [name for name in row if name.endswith("_eur") or "_eur_" in name or name == "wellbeing_score"]
    values = row | {name: Decimal(str(row[name])) for name in decimals if row[name] is not None}
    return kind(**{name: values[name] for name in kind.__dataclass_fields__})


def _by_household(records: Records) -> dict[str, Records]:
    found: dict[str, Records] = defaultdict(list)
    for row in records:
        found[row["household_id"]].append(row)
    return found
