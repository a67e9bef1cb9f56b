"""What the faults share: one city on the eve of its night, and the tally that is printed at the end."""

import json
from collections import Counter
from pathlib import Path

import pytest

from faults.nights import Eve, prepared_eve

TALLY = "faults-tally.jsonl"


def tally_file(config: pytest.Config) -> Path:
    return Path(config.cache.mkdir("faults")) / TALLY


def pytest_sessionstart(session: pytest.Session) -> None:
    if not hasattr(session.config, "workerinput"):
        tally_file(session.config).unlink(missing_ok=True)


@pytest.fixture(scope="session")
def eve(tmp_path_factory: pytest.TempPathFactory) -> Eve:
    return prepared_eve(tmp_path_factory.mktemp("eve"))


@pytest.fixture
def tally(request: pytest.FixtureRequest):
    """Note what was broken and how it ended."""

    def note(broken: str, ended: str) -> None:
        with tally_file(request.config).open("a", encoding="utf-8") as file:
            file.write(json.dumps([broken, ended]) + "\n")

    return note


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    path = tally_file(config)
    if hasattr(config, "workerinput") or not path.exists():
        return
    counted = Counter(tuple(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines())
    terminalreporter.section("what was broken, and what readers had")
    for (broken, ended), times in sorted(counted.items()):
        terminalreporter.write_line(f"{times:5d}  {broken}: {ended}")
    terminalreporter.write_line(f"{sum(counted.values()):5d}  in all")
