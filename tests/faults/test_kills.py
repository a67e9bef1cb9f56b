"""Catches: a run that was killed and left half a file, a lost or doubled delivery, or a next run that needs a hand.

Kills come in a chain: the run after a kill is killed itself, and after each it is looked at what readers have. A chain
ends in the middle of publishing, and the run after that is left in peace: it must succeed without a hand's help.
"""

import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from subprocess import Popen

import pytest

from faults.nights import KILLED, City, Eve

Tally = Callable[[str, str], None]
PUBLISHING = 4  # steps on disk for each of the two files: its bytes, twice, its name, the folder
SETTLING = 3  # for each file of the archive, the rows of a delivery and its entry: its bytes, its name, the folder
AT_RANDOM = 64
SEED = 20241231


@dataclass(frozen=True)
class Moment:
    """When a run is killed: at a stage's line, at a step on disk in a folder, or at a share of the night's time.

    Args:
        share: of the steps in the folder, or of the time of an unbroken night; above 0, at most 1.
        when: before or after the step.
    """

    kind: str
    where: str = ""
    share: float = 1
    when: str = "before"

    def __str__(self) -> str:
        return f"{self.kind} {self.where}".strip()


def chains() -> list[list[Moment]]:
    """Each begins while there is something to accept, goes on at stages and at random, and ends while publishing."""
    chance = random.Random(SEED)
    ends = [Moment("stage", stage) for stage in ("release:", "published:", "restricted:") for _ in range(2)]
    for file in ("published", "restricted"):
        ends += [Moment("step", file, (number + 1) / PUBLISHING) for number in range(PUBLISHING)]
    ends.append(Moment("step", "restricted", when="after"))
    others = [Moment("stage", stage) for stage in ("deliveries:", "raw:", "models:") for _ in range(2)]
    # Early moments more often: they cost less of the night, and then deliveries are taken in.
    others += [Moment("second", share=round(chance.uniform(0.15, 0.99) ** 4, 3)) for _ in range(AT_RANDOM)]
    chance.shuffle(others)
    begins = [
        Moment("step", "archive", chance.uniform(0.01, 1), chance.choice(["before", "after"])) for _ in range(len(ends))
    ]
    return [
        [first, *others[number :: len(ends)], last]
        for number, (first, last) in enumerate(zip(begins, ends, strict=True))
    ]


def killed(city: City, moment: Moment, eve: Eve) -> Popen[str]:
    """A run, killed at a moment; one that ended before it is left as it ended."""
    if moment.kind == "step":
        number = max(1, round(moment.share * eve.steps[moment.where]))
        run = city.start(program=[sys.executable, str(KILLED), moment.where, str(number), moment.when])
    else:
        run = city.start()
    if moment.kind == "second":
        time.sleep(moment.share * eve.seconds)
        run.kill()
    elif moment.kind == "stage" and run.stdout:
        for line in run.stdout:
            if moment.where in line:
                run.kill()
                break
    run.communicate()
    return run


def test_there_are_a_hundred_kills() -> None:
    assert sum(map(len, chains())) >= 100


def test_publishing_takes_as_many_steps_as_are_broken(eve: Eve) -> None:
    assert (eve.steps["published"], eve.steps["restricted"]) == (PUBLISHING, PUBLISHING)
    assert eve.steps["archive"] >= 2 * SETTLING * 19


@pytest.mark.parametrize("number", range(len(chains())))
def test_a_night_with_kills(eve: Eve, tmp_path: Path, number: int, tally: Tally) -> None:
    nights, city = 1, eve.city.copied_to(tmp_path / "1")
    waiting = list(reversed(chains()[number]))
    while waiting:
        moment = waiting.pop()
        run = killed(city, moment, eve)
        readers_had = eve.check_between(city)
        if run.returncode == 0 and moment.kind == "second":
            waiting.append(replace(moment, share=moment.share * 0.7))  # it ended before its time came
        else:
            assert run.returncode == -9, f"{moment}: the run ended by itself with {run.returncode}"
            tally(f"killed at a {moment}", readers_had)
        if readers_had == "today's" and waiting:
            eve.check_after(city, *city.run())
            tally("the next run, left in peace", "succeeded")
            nights += 1
            city = eve.city.copied_to(tmp_path / str(nights))
    eve.check_after(city, *city.run())
    tally("the next run, left in peace", "succeeded")
