"""The year itself: deliver, run, certify, compare; month after month, or by the quarter."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pandas as pd
from reference import registers
from reference.claims import Programme
from reference.days import DAY
from reference.payments import paid
from reference.terms import Period

from orchestration.settings import Settings
from year import checks
from year.chamber import CHAMBER
from year.contract import contract
from year.events import drawn
from year.last_days import contracts_with_last_days
from year.nights import REFUSED, Installation, Records
from year.spoiled import SPOILED, Spoiled, spoil, strew
from year.town import FIRST_DAY, LINKS, Frames, Town, month_ends
from year.turn import Kind, Turn

CERTIFIED_FROM = date(2023, 7, 1)
AUDITOR = "No count that is withheld can be worked out"
MAY_BE_LATE = ("temporary_stays", "enrolments", "outcome_events", "programme_costs")


@dataclass
class Year:
    """One city and its installation; `wrong` tells every disagreement, `held_back` every night not published.

    Registers of every other city write the last day of stays and tenancies, those of the others the day after.
    """

    seed: int
    households: int
    folder: Path
    wrong: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    held_back: list[str] = field(default_factory=list)
    compared: int = 0
    nights: int = 0

    def __post_init__(self) -> None:
        writes_last_days = self.seed % 2 == 1
        contracts = contracts_with_last_days(self.folder / "contracts") if writes_last_days else Settings().contracts
        self.town = Town(self.seed, self.households, contracts)
        self.town.chamber["outcome_tariffs"] = contract()
        self.random = self.town.random
        self.at = Installation(self.folder, contracts=contracts)
        self.left: list[Kind] = list(CHAMBER)
        self.delivered: Frames = {}
        self.described: list[tuple[date, pd.DataFrame]] = []
        self.days: dict[str, date] = {}
        self.due_before: dict[str, Decimal] = {}

    @property
    def as_of(self) -> date:
        """The day up to which every register is complete; what the Chamber delivers, or is optional, does not count."""
        return min(day for extract, day in self.days.items() if extract not in (*self.town.chamber, LINKS))

    def story(self) -> str:
        """What happened, night by night, and what was wrong."""
        return "\n".join([*self.told, *(f"held back: {each}" for each in self.held_back), *self.wrong])

    def run(self, nights_on: Sequence[date], *, verify_each: bool) -> None:
        """The whole year, with a night on some of the days on which registers are delivered."""
        before = FIRST_DAY
        events: list[str] = []
        to_spoil = list(SPOILED)
        late = self.random.choice(list(month_ends())[2:-1])
        for today in month_ends():
            if today != FIRST_DAY:
                events += drawn(Turn(self.town, before, today), self.left)
            step = f"{today}"
            paths = self._deliver(today, leave_out=self.random.choice(MAY_BE_LATE) if today == late else None)
            if today == late:
                events.append("a_register_is_late")
            if today in nights_on:
                if today != FIRST_DAY and to_spoil and not self._refuses(paths, to_spoil, step):
                    return
                self.told.append(f"{step}: {', '.join(events) or 'nothing'}")
                if not self._night(f"{step}, seed {self.seed}, after {', '.join(events) or 'nothing'}", verify_each):
                    return
                events = []
            before = today
        periods = list(self.at.certified)
        self._end(periods if verify_each else periods[:1] + periods[-1:])

    def _deliver(self, today: date, leave_out: str | None) -> dict[str, Path]:
        known = self.town.known_on(today)
        known = {extract: frame for extract, frame in known.items() if extract != leave_out}
        self.delivered |= known
        self.described.append((today, known["households"]))
        self.days |= dict.fromkeys(known, today)
        if today == FIRST_DAY:
            self.at.landing.mkdir(parents=True)
        if today.month == 2:
            strew(self.at.landing)
        return self.town.deliver(known, self.at.landing, today)

    def _refuses(self, paths: dict[str, Path], to_spoil: list[Spoiled], step: str) -> bool:
        """A delivery comes spoiled, is refused for its reason, and comes again as it should."""
        how = self.random.choice(to_spoil)
        path = paths.get(how.extract)
        if path is None or len(self.delivered[how.extract]) < 2:
            return True
        to_spoil.remove(how)
        released, whole = self.at.released(), spoil(path, how)
        code, told = self.at.night()
        reasons = [line for line in told.splitlines() if path.name in line]
        if code != REFUSED or not any(all(word in line for word in how.told) for line in reasons):
            self.wrong.append(f"{how.name}, {step}: exit {code}, not refused for its reason: {reasons or told[-800:]}")
        if self.at.released() != released:
            self.wrong.append(f"{how.name}, {step}: the last release is not kept")
        path.write_bytes(whole)
        return not self.wrong

    def programme(self) -> Programme:
        return registers.programme(self.delivered, self.as_of, self.described)

    def ended(self, programme: Programme) -> list[Period]:
        """The payment periods that are over and not certified."""
        return [
            each
            for each in programme.periods()
            if each.start >= CERTIFIED_FROM and each.end <= self.as_of + DAY and each.name not in self.at.certified
        ]

    def _night(self, step: str, verify_each: bool) -> bool:
        code, told = self.at.night()
        self.nights += 1
        if not_published := is_held_back(code, told):
            self.held_back.append(step)
        elif code != 0:
            self.wrong.append(f"night, {step}: exit {code}: {told[-1500:]}")
            return False
        programme, computed = self.programme(), self.at.claims()
        self.compared += len(computed)
        found = checks.claims_disagree(programme, computed) + checks.outcomes_paid_twice(computed)
        if not found and not not_published:
            found = self._certified(programme, computed, verify_each)
        self.wrong += [f"{each} ({step})" for each in found]
        return not found

    def _certified(self, programme: Programme, computed: Records, verify_each: bool) -> list[str]:
        """Certify what has ended, one period after the other; what is wrong with it and with all statements so far."""
        found: list[str] = []
        claims, newest = paid(programme, computed), None
        for period in self.ended(programme):
            code, told = self.at.certify(period.name)
            if code != 0:
                return [f"certify {period.name}: exit {code}: {told[-600:]}"]
            newest = period.name
            due = checks.due(claims, self.at.certified)
            paid_now, adjusted = (self.at.statement(newest, table) for table in ("claims", "adjustments"))
            found += checks.adjusted_without_cause(due, self.due_before, paid_now, adjusted)
            self.due_before = due
        found += checks.overlapping(programme, self.at.certified)
        if newest:
            found += checks.statements_do_not_add_up(programme, self.at)
            found += self._verified(newest, self.at) if verify_each else []
        return found + [f"statements: {name} has moved" for name in self.at.moved()]

    def _verified(self, period: str, at: Installation) -> list[str]:
        code, told = at.command("verify", period)
        return [] if code == 0 and "Identical" in told else [f"verify {period}: exit {code}: {told[-600:]}"]

    def _end(self, periods: Sequence[str]) -> None:
        """Statements verify, here, and the newest from a restored backup."""
        for period in periods:
            self.wrong += self._verified(period, self.at)
        backup = self.folder / "backup"
        restored = Installation(self.folder / "restored", self.at.certified, self.at.contracts)
        code, told = self.at.command("backup", "--to", backup)
        if code == 0:
            code, told = restored.command("restore", "--from", backup)
        if code != 0:
            self.wrong.append(f"backup and restore: exit {code}: {told[-600:]}")
            return
        self.wrong += [f"restored: {name} has moved" for name in restored.moved()]
        if self.at.certified:
            self.wrong += self._verified([*self.at.certified][-1], restored)


def is_held_back(code: int, told: str) -> bool:
    """Whether the auditor of disclosure refuses the release, and nothing else: what is withheld could be worked out.

    A correction of a single household can do that. It costs the readers a night and is no matter of what is paid.
    """
    refused = [line for line in told.splitlines() if line.startswith("REFUSED")]
    return code == REFUSED and bool(refused) and all(AUDITOR in line for line in refused)


def quarter_ends() -> list[date]:
    return [day for day in month_ends() if (day + timedelta(days=1)).month % 3 == 1]
