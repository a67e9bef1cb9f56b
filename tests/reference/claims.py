"""Every claim of the outcome contracts before limits: who, which line, on which day, how much; asked day by day."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from reference.cohort import Followed
from reference.days import covers, months_after
from reference.outcomes import METRIC_OUTCOMES
from reference.terms import Period, Row, Terms, Version, holding

Savings = Mapping[tuple[str, str, int], Decimal]
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Claim:
    """One claim; `claim_id` only orders claims of one line and day."""

    tariff_id: str
    tariff_valid_from: date
    contract_id: str
    kind: str
    outcome: str | None
    household_id: str | None
    achieved_on: date
    period: Period
    quantity: Decimal
    unit_price: Decimal | None
    share: Decimal | None
    amount: Decimal
    claim_id: str = ""


@dataclass(frozen=True)
class Programme:
    """All that claims rest on: the programme's households, what else was attested or saved, and the terms."""

    cohort: Mapping[str, Followed]
    events: Sequence[Row]
    savings: Savings
    terms: Terms
    as_of: date

    def periods(self) -> list[Period]:
        return list(self.terms.periods(self.as_of + timedelta(days=1)))


def euros(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def housed_on(one: Followed) -> date | None:
    """The first day in a tenancy of the programme on or after enrolment."""
    days = (day for day, state in one.state.items() if state == "programme_tenancy" and day >= one.enrolled_on)
    return min(days, default=None)


def placed_for(one: Followed, line: Version) -> date | None:
    """The day from which the line may pay: the tenancy of the programme, or any placement if it asks for no more."""
    return one.placed_on if line.row.get("requires") == "enrolment" else housed_on(one)


def is_eligible(one: Followed, line: Version, day: date) -> bool:
    """Whether the line pays for an outcome of this household on this day."""
    if line.row.get("requires") != "enrolment":
        housed = housed_on(one)
        if housed is None or housed > day:
            return False
    if one.died_on is not None and day > one.died_on:
        return False
    after_exit = timedelta(days=int(line.row.get("pays_after_exit_days") or 0))
    return any(
        each.arm == "programme"
        and each.enrolled_on <= day
        and (each.exited_on is None or day <= each.exited_on + after_exit)
        for each in one.household.enrolments
    )


def counts_day(one: Followed, line: Version, day: date) -> bool:
    """Whether a stable day lies in an enrolment, or in the days after exit that the line still pays."""
    after_exit = timedelta(days=int(line.row.get("pays_after_exit_days") or 0))
    return one.is_stable(day) and any(
        each.arm == "programme"
        and covers(each.enrolled_on, each.exited_on and each.exited_on + after_exit, day)
        for each in one.household.enrolments
    )  # fmt: skip


def claims(programme: Programme) -> list[Claim]:
    """All claims, in no order; a window that is full on the day after `as_of` is due on a day that is not seen yet."""
    periods = programme.periods()
    found: list[Claim] = []
    for _, versions in programme.terms.lines():
        found += KINDS[versions[0].row["kind"]](programme, versions, periods)
    return [claim for claim in found if claim.achieved_on <= programme.as_of]


def made(line: Version, period: Period, day: date, who: str, quantity: Decimal, amount: Decimal) -> Claim:
    row = line.row
    return Claim(
        tariff_id=line.tariff_id,
        tariff_valid_from=line.start,
        contract_id=line.contract_id,
        kind=row["kind"],
        outcome=row["outcome"],
        household_id=who,
        achieved_on=day,
        period=period,
        quantity=quantity,
        unit_price=None if row["unit_price_eur"] is None else Decimal(row["unit_price_eur"]),
        share=None if row["share"] is None else Decimal(row["share"]),
        amount=amount,
    )


def for_outcomes(programme: Programme, versions: Sequence[Version], periods: Sequence[Period]) -> Iterator[Claim]:
    shown: set[tuple[str, str]] = set()
    for outcome in {each.row["outcome"] for each in versions}:
        for who, day, quantity, evidence in sorted(achieved(programme, outcome), key=lambda each: (each[1], each[3])):
            line = programme.terms.on(versions[0].tariff_id, day)
            if line is None or line.row["outcome"] != outcome or not is_eligible(programme.cohort[who], line, day):
                continue
            if evidence:
                if (who, evidence[1]) in shown:
                    continue
                shown.add((who, evidence[1]))
            amount = euros(quantity * Decimal(line.row["unit_price_eur"]))
            yield made(line, holding(periods, day), day, who, quantity, amount)


def achieved(programme: Programme, outcome: str) -> Iterator[tuple[str, date, Decimal, tuple[str, str] | tuple[()]]]:
    """Who achieved an outcome, when, how much of it, and the event and document that show it."""
    terms = programme.terms
    if outcome in METRIC_OUTCOMES:
        for who, one in programme.cohort.items():
            for day, quantity in METRIC_OUTCOMES[outcome](one, outcome, terms):
                if terms.metric_version(outcome, day) is not None:
                    yield who, day, quantity, ()
        return
    for event in programme.events:
        day, who = event["achieved_on"], event["household_id"]
        codes = (terms.parameter("outcome_codes", day) or "").split(";")
        if event["outcome_code"] == outcome in codes and who in programme.cohort and day <= programme.as_of:
            yield who, day, Decimal(1), (event["event_id"], event["evidence_ref"])


def for_days(programme: Programme, versions: Sequence[Version], periods: Sequence[Period]) -> Iterator[Claim]:
    """The stable days of each version that fall due in each period."""
    for who, one in programme.cohort.items():
        for line in versions:
            due: dict[Period, list[date]] = {}
            since, number = placed_for(one, line), 0
            enough = int(line.row["qualifying_days"])
            reached: date | None = None
            waiting: list[date] = []
            for day in sorted(one.state) if since else ():
                if since is None or day < since or not counts_day(one, line, day):
                    continue
                number += 1
                reached = day if reached is None and number >= enough else reached
                is_paid = line.row["pays_from"] == "start" or number > enough
                if is_paid and programme.terms.binds(line, day):
                    waiting.append(day)
                if reached:
                    for each in waiting:
                        on = max(each, reached)
                        if programme.terms.on(line.tariff_id, on) is None:
                            continue
                        due.setdefault(holding(periods, on), []).append(on)
                    waiting.clear()
            for period, days in due.items():
                quantity = Decimal(len(days))
                amount = euros(quantity * Decimal(line.row["unit_price_eur"]))
                yield made(line, period, max(days), who, quantity, amount)


def for_savings(programme: Programme, versions: Sequence[Version], periods: Sequence[Period]) -> Iterator[Claim]:
    """A share of what was saved in complete windows: for each household, or what the sum to date grew by."""
    ended = []
    for who, one in programme.cohort.items():
        for months in {int(each.row["window_months"]) for each in versions}:
            end = months_after(one.enrolled_on, months)
            line = programme.terms.on(versions[0].tariff_id, end)
            if line and int(line.row["window_months"]) == months and end <= one.ends_on and is_eligible(one, line, end):
                method = line.row["savings_method"] or programme.terms.parameter("payable_savings_method", end)
                saving = programme.savings.get((who, str(method), months))
                if saving is not None:
                    ended.append((end, who, line, saving))
    total, paid = Decimal(0), Decimal(0)
    for end, who, line, saving in sorted(ended, key=lambda each: each[:2]):
        part = Decimal(line.row["share"]) * saving
        if line.row["scope"] == "total":
            total += part
            to_date = euros(max(total, Decimal(0)))
            amount, paid = to_date - paid, to_date
        else:
            amount = euros(max(part, Decimal(0)))
        yield made(line, holding(periods, end), end, who, saving, amount)


KINDS = {"per_outcome": for_outcomes, "per_day": for_days, "share_of_savings": for_savings}
