"""Invented outcome contracts, one or several, one after the other or side by side; their terms change by the day."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from reference.days import DAY, months_after
from reference.history import Household
from reference.outcomes import METRIC_OUTCOMES
from reference.terms import Terms

FIRST_DAY = date(2020, 1, 1)
CODES = ("training_completed", "residence_registered", "debt_plan_agreed")
PAYABLE = tuple(sorted(set(METRIC_OUTCOMES) - {"employment_gain"}))
RHYTHMS = ("month", "quarter", "year")
TERMS = (
    "outcome", "unit_price_eur", "share", "savings_method", "scope", "window_months", "qualifying_days", "pays_from",
    "band_from_percent", "band_to_percent", "price_per_point_eur", "measured_over", "follow_up_months",
    "max_claims_per_household", "limit_household_line_eur", "limit_line_eur", "limit_eur", "valid_to", "contract_id",
    "requires", "pays_after_exit_days",
)  # fmt: skip


@dataclass
class Inventor:
    """Draws the terms of contracts; the same seed draws the same."""

    seed: int
    as_of: date
    rows: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)

    def day(self) -> date:
        """A day on which terms may change: any, the first of a month, a leap day, the last day that is known."""
        edges = (date(2023, 7, 1), date(2024, 1, 1), date(2024, 2, 29), date(2024, 4, 1), self.as_of, self.as_of + DAY)
        free = date(2022, 1, 1) + timedelta(days=self.random.randrange(1100))
        return self.random.choice((*edges, free, free, free.replace(day=1)))

    def contracts(self) -> Terms:
        """Some contracts, their lines and limits, and parameters and definitions that change while they run."""
        starts = [(FIRST_DAY, None)]
        match self.random.choice(("one", "sequential", "parallel", "both")):
            case "sequential":
                turn = self.day()
                starts = [(FIRST_DAY, turn), (turn, None)]
            case "parallel":
                starts = [(FIRST_DAY, None), (self.day(), None)]
            case "both":
                turn = self.day()
                starts = [(FIRST_DAY, turn), (turn, None), (months_after(turn, -6), months_after(turn, 6))]
        for number, (start, end) in enumerate(starts):
            self._contract("" if len(starts) == 1 else f"K{number}", start, end)
        return Terms(self.rows, self._parameters(), self._definitions())

    def _contract(self, contract_id: str, start: date, end: date | None) -> None:
        fixed = {"contract_id": contract_id or None, "valid_from": start, "valid_to": end}
        name = contract_id or "D"
        if contract_id and self.random.random() < 0.6:
            self._row(f"{name}-ALL", "contract", **fixed)
            fixed |= {"valid_from": FIRST_DAY, "valid_to": None}  # the contract's own row bounds its lines
        for number in range(self.random.randint(2, 4)):
            self._line(f"{name}-P{number}", fixed)
        for scope in ("household", "period", "contract"):
            if self.random.random() < 0.6:
                amount = {"household": 4000, "period": 12000, "contract": 60000}[scope]
                self._changing(
                    f"{name}-L{scope[0].upper()}", "limit", fixed,
                    lambda scope=scope, amount=amount: {
                        "scope": scope, "limit_eur": round(amount * self.random.uniform(0.1, 1.5), 2)
                    },
                )  # fmt: skip

    def _line(self, tariff_id: str, fixed: dict[str, Any]) -> None:
        kind = self.random.choice(("per_outcome", "per_outcome", "per_day", "share_of_savings"))
        constant: dict[str, Any] = {
            "requires": self.random.choice((None, "placement", "enrolment")),
            "pays_after_exit_days": self.random.choice((None, 0, 1, 30, 400)),
        }
        if kind == "per_outcome":
            constant["outcome"] = self.random.choice(CODES + PAYABLE)
        elif kind == "per_day":
            constant |= {"outcome": "stable_days", "pays_from": self.random.choice(("start", "threshold"))}
        else:
            constant |= {"scope": self.random.choice(("household", "total")), "window_months": 12}

        def terms() -> dict[str, Any]:
            drawn: dict[str, Any] = {
                "unit_price_eur": str(round(self.random.uniform(1, 3 if kind == "per_day" else 2000), 4))
            }
            if kind == "per_day":
                drawn["qualifying_days"] = self.random.choice((0, 1, 90, 180))
            if kind == "share_of_savings":
                method = self.random.choice((None, None, "pre_post"))
                drawn = {"share": str(self.random.choice((0.1, 0.25, 0.333333))), "savings_method": method}
            if kind == "per_outcome":
                drawn["max_claims_per_household"] = self.random.choice((None, 1, 2))
            for limit, amount in (("limit_household_line_eur", 1500), ("limit_line_eur", 9000)):
                drawn[limit] = self.random.choice((None, round(amount * self.random.uniform(0.1, 1.5), 2)))
            return constant | drawn

        self._changing(tariff_id, kind, fixed, terms)

    def _changing(self, tariff_id: str, kind: str, fixed: dict[str, Any], terms: Any) -> None:
        """Up to three versions: each ends where the next begins, or leaves some days without one."""
        turns = sorted({self.day() for _ in range(self.random.choice((0, 0, 1, 2)))})
        starts = [fixed["valid_from"], *(t for t in turns if fixed["valid_from"] < t)]
        if fixed["valid_to"]:
            starts = [each for each in starts if each < fixed["valid_to"]]
        for number, start in enumerate(starts):
            following = starts[number + 1] if number + 1 < len(starts) else None
            end = fixed["valid_to"] if following is None else following
            if following and self.random.random() < 0.15:
                end = max(start + DAY, months_after(following, -1))
            self._row(tariff_id, kind, **(terms() | fixed | {"valid_from": start, "valid_to": end}))

    def _row(self, tariff_id: str, kind: str, **terms: Any) -> None:
        told = {"title_it": tariff_id, "title_en": tariff_id, "currency": "EUR", "illustrative": False}
        self.rows.append(dict.fromkeys(TERMS) | told | {"tariff_id": tariff_id, "kind": kind} | terms)

    def _parameters(self) -> list[dict[str, Any]]:
        made: list[dict[str, Any]] = []

        def add(
            name: str, value: object, since: date = FIRST_DAY, metric: str | None = None, version: int | None = None
        ) -> None:
            row = {"metric_id": metric, "metric_version": version, "unit": "", "note": ""}
            made.append({"name": name, "value": str(value), "valid_from": since} | row)

        def changes(name: str, values: Sequence[object], number: int, metric: str | None = None) -> None:
            for since in sorted({self.day() for _ in range(number)}):
                add(name, self.random.choice(values), since, metric)

        add("outcome_codes", ";".join(CODES))
        changes("outcome_codes", [";".join(CODES[1:]), ";".join(CODES), CODES[0]], self.random.choice((0, 1, 2)))
        add("payment_period", self.random.choice(RHYTHMS))
        changes("payment_period", RHYTHMS, self.random.choice((0, 0, 1, 2, 3)))
        add("retention_max_gap_days", 0)
        changes("retention_max_gap_days", (0, 2, 30), self.random.choice((0, 1)))
        changes("retention_max_gap_days", (1, 10), self.random.choice((0, 1)), "housing_retention_12m")
        for metric in ("housing_retention_6m", "housing_retention_12m"):
            add("retention_max_gap_days", 40, FIRST_DAY, metric, 2)
        add("overburden_share", "0.40")
        changes("overburden_share", ("0.30", "0.5"), self.random.choice((0, 1)))
        add("payable_savings_method", "contract_baseline")
        changes("payable_savings_method", ("contract_baseline", "pre_post"), self.random.choice((0, 1, 2)))
        return made

    def _definitions(self) -> list[dict[str, Any]]:
        """A second version of some metrics: after the first or beside it."""
        made = []
        for metric in PAYABLE:
            turn = self.day() if self.random.random() < 0.3 else None
            end = turn if turn and self.random.random() < 0.5 else None
            made.append({"metric_id": metric, "version": 1, "valid_from": FIRST_DAY, "valid_to": end})
            if turn:
                made.append({"metric_id": metric, "version": 2, "valid_from": turn, "valid_to": None})
        return made


def invented_events(seed: int, histories: dict[str, Household], as_of: date) -> list[dict[str, Any]]:
    """Evidence of outcomes, on or beside the days of a history; now and then one document twice, or a code retired."""
    random, made = Random(seed), []
    for who, one in histories.items():
        days = [each.enrolled_on for each in one.enrolments] + [each.started_on for each in one.tenancies]
        days += [each.exited_on for each in one.enrolments if each.exited_on] + [as_of]
        for number in range(random.choice((0, 1, 2, 4))):
            on = random.choice(days) + timedelta(days=random.choice((-1, 0, 0, 1, 30, 400)))
            document = f"doc-{who}-{number}"
            if number and random.random() < 0.15:
                on, document = made[-1]["achieved_on"], made[-1]["evidence_ref"]
            made.append(
                {
                    "event_id": f"v-{who}-{number}",
                    "household_id": who,
                    "outcome_code": random.choice((*CODES, "unheard_of")),
                    "achieved_on": on,
                    "evidence_ref": document,
                }
            )
    return made
