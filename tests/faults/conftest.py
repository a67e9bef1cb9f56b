"""What the faults share: one city on the eve of its night, and the tally that is printed at the end."""

import json
from collections import Counter
from pathlib import Path

import pytest

from faults.nights import Eve, prepared_eve

TALLY = "faults-tally.jsonl"


def tally_file(config: pytest.Config) -> Path:
    return Path(config.cache.mkdir("faults")) / TALLY


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of this folder takes long."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.thorough)


def pytest_sessionstart(session: pytest.Session) -> None:
    if not hasattr(session.config, "workerinput"):
        tally_file(session.config).unlink(missing_ok=True)


@pytest.fixture(scope="session")
def eve(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Eve:
    own = tmp_path_factory.getbasetemp()
    return prepared_eve(own if worker_id == "master" else own.parent)


@pytest.fixture
def tally(request: pytest.FixtureRequest):
    """Note what was broken and how it ended."""

    def note(broken: str, ended: str, times: int = 1) -> None:
        with tally_file(request.config).open("a", encoding="utf-8") as file:
            file.write(json.dumps([broken, ended, times]) + "\n")

    return note


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    path = tally_file(config)
    if hasattr(config, "workerinput") or not path.exists():
        return
    counted: Counter[tuple[str, str]] = Counter()
    for line in path.read_text(encoding="utf-8").splitlines():
        broken, ended, times = json.loads(line)
        counted[broken, ended] += times
    terminalreporter.section("what was broken, and how it ended")
    for (broken, ended), times in sorted(counted.items()):
        terminalreporter.write_line(f"{times:6,d}  {broken}: {ended}")
    kills = sum(times for (broken, _), times in counted.items() if broken.startswith("killed "))
    terminalreporter.write_line(f"{sum(counted.values()):6,d}  in all, {kills} kills among them")
