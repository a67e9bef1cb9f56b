"""The registers of a whole city, as delivered, read as the reference wants them: a history for each household."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd

from reference.claims import Programme
from reference.cohort import Followed, followed
from reference.history import Application, Assessment, Enrolment, Eviction, Household, Stay, Tenancy
from reference.savings import City, Registers
from reference.savings_cities import rows
from reference.terms import Terms

Extracts = Mapping[str, pd.DataFrame]
Records = list[dict[str, Any]]


def histories(extracts: Extracts) -> dict[str, Household]:
    """Each household's rows; whether a home is a dwelling of the programme is kept, which one is not."""
    of: dict[str, dict[str, Records]] = {
        name: _by_household(rows(extracts[name]))
        for name in ("temporary_stays", "waiting_list", "evictions", "enrolments", "tenancies", "assessments")
    }
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
        for row in rows(extracts["households"])
    }


def terms(extracts: Extracts) -> Terms:
    return Terms(
        rows(extracts["outcome_tariffs"]),
        rows(extracts["measurement_parameters"]),
        rows(extracts["metric_definitions"]),
    )


def programme(extracts: Extracts, as_of: date) -> Programme:
    """All that claims rest on, as of a day."""
    found: dict[str, Followed] = {}
    for who, history in histories(extracts).items():
        if any(each.arm == "programme" for each in history.enrolments) and (one := followed(history, as_of)):
            found[who] = one
    cohort = {who: one for who, one in found.items() if one.enrolment.arm == "programme"}
    return Programme(cohort, rows(extracts["outcome_events"]), _savings(extracts, as_of), terms(extracts), as_of)


def _savings(extracts: Extracts, as_of: date) -> dict[tuple[str, str, int], Decimal]:
    """What each household saved by each method and window; nobody is saved for before enrolling."""
    read = {
        name: rows(extracts[name])
        for name in ("households", "temporary_stays", "waiting_list", "evictions", "enrolments", "tenancies",
                     "savings_baselines", "unit_costs", "price_index")
    }  # fmt: skip
    read["enrolments"] = [row for row in read["enrolments"] if row["enrolled_on"] <= as_of]
    index = {row["month"]: Fraction(row["index_value"]) for row in read.pop("price_index")}
    registers = Registers(
        as_of, read["households"], read["temporary_stays"], read["waiting_list"], read["evictions"],
        read["enrolments"], read["tenancies"], read["savings_baselines"], read["unit_costs"], index,
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
