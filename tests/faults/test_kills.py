"""Catches: a run that was killed and left half a file, a lost or doubled delivery, or a next run that needs a hand."""

import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

import pytest

from faults.nights import City, Eve

STAGES = ("deliveries:", "raw:", "models:", "release:", "published:", "restricted:")
NIGHTS = 16
STEPS = 121  # on disk in an unbroken night with nineteen new deliveries; a test holds the number
SECONDS = 20.0
SEED = 20241231


@dataclass(frozen=True)
class Moment:
    """When a run is killed: at a stage's line, at a step on disk, or so many seconds after its start."""

    kind: str
    at: str | int | float
    when: str = "after"

    def __str__(self) -> str:
        return f"{self.kind} {self.at if self.kind == 'stage' else ''}".strip()


def nights() -> list[list[Moment]]:
    """A night begins with a kill at a step on disk, while its deliveries are still to be accepted; others follow."""
    chance = random.Random(SEED)
    publishing = range(STEPS - 8, STEPS + 1)
    steps = [*publishing, *chance.sample(range(1, STEPS - 8), NIGHTS - len(publishing))]
    others = [Moment("stage", stage) for stage in STAGES for _ in range(2)]
    others += [Moment("second", round(chance.uniform(0.2, SECONDS), 2)) for _ in range(80)]
    chance.shuffle(others)
    return [
        [Moment("step", step, chance.choice(["before", "after"])), *others[number::NIGHTS]]
        for number, step in enumerate(steps)
    ]


def killed(city: City, moment: Moment) -> Popen[str]:
    """A run, killed at a moment; one that ended before it is left as it ended."""
    if moment.kind == "step":
        script = str(Path(__file__).with_name("killed.py"))
        run = city.start(program=[sys.executable, script, str(moment.at), moment.when])
    else:
        run = city.start()
    if moment.kind == "second":
        time.sleep(float(moment.at))
        run.kill()
    elif moment.kind == "stage" and run.stdout:
        for line in run.stdout:
            if str(moment.at) in line:
                run.kill()
                break
    run.communicate()
    return run


def test_there_are_a_hundred_kills() -> None:
    assert sum(map(len, nights())) >= 100


def test_a_night_takes_as_many_steps_as_are_broken(eve: Eve, tmp_path: Path) -> None:
    city = eve.city.copied_to(tmp_path)
    run = city.start(program=[sys.executable, str(Path(__file__).with_name("killed.py")), "0", "after"])
    said, _ = run.communicate()
    eve.check_after(city, run.returncode, said)
    assert int(said.rsplit("steps: ", 1)[1]) == STEPS


@pytest.mark.parametrize("night", nights(), ids=range(NIGHTS))
def test_a_night_with_kills(eve: Eve, tmp_path: Path, night: list[Moment], tally: Callable[[str, str], None]) -> None:
    city = eve.city.copied_to(tmp_path)
    for moment in night:
        run = killed(city, moment)
        readers_had = eve.check_between(city)
        ended = (
            "killed" if run.returncode == -9 else "ended before" if run.returncode == 0 else f"exit {run.returncode}"
        )
        assert run.returncode in (-9, 0), f"{moment}: the run ended by itself with {run.returncode}"
        tally(f"{moment}, {ended}", readers_had)
    eve.check_after(city, *city.run())
    tally("the next run", "succeeded")
