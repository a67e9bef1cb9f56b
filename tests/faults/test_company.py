"""Catches: runs, the UI, readers and a partner who is still writing that get in each other's way."""

import json
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest
from listening import webhook
from serving import free_port, serving, wait_until_up

from faults.nights import BIN, TODAY, City, Eve
from orchestration.errors import RunLocked
from orchestration.resources import exclusive, is_held

Tally = Callable[[str, str], None]
LOCKED = 4
UI_LOG = "ui.log"
LAUNCH = """
mutation Launch($config: RunConfigData!) {
  launchRun(executionParams: {
    selector: {
      repositoryLocationName: "orchestration.definitions", repositoryName: "__repository__", jobName: "nightly"
    },
    runConfigData: $config
  }) { __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } }
}
"""
STATUS = "query Status($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"


def test_two_runs_at_once(eve: Eve, tmp_path: Path, tally: Tally) -> None:
    city = eve.city.copied_to(tmp_path)
    runs = [city.start(), city.start()]
    said = [run.communicate()[0] for run in runs]
    codes = sorted(run.returncode for run in runs)
    assert codes == [0, LOCKED], said
    eve.check_after(city, 0, "")
    assert city.run()[0] == 0
    tally(f"two runs at once: exits {codes}", "today's")


def test_readers_hold_the_published_file(eve: Eve, tmp_path: Path, tally: Tally) -> None:
    city = eve.city.copied_to(tmp_path)
    seen, failed, done = [], [], threading.Event()

    def read() -> None:
        held = duckdb.connect(str(city.settings.published_file), read_only=True)
        while not done.is_set():
            try:
                script = f"import sys; sys.path.insert(0, {str(Path(__file__).parents[1])!r}); "
                script += "from pathlib import Path; from faults.nights import City; "
                script += f"import json; print(json.dumps(City(Path({str(city.folder)!r})).values()))"
                seen.append(json.loads(subprocess.check_output([str(BIN / "python"), "-c", script], text=True)))
                held.execute("select count(*) from metrics.results").fetchone()
            except (duckdb.Error, subprocess.CalledProcessError) as error:
                failed.append(type(error).__name__)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    code, said = city.run()
    done.set()
    for reader in readers:
        reader.join()
    eve.check_after(city, code, said)
    assert failed == []
    assert [each for each in seen if each not in (eve.before, eve.after)] == []
    assert len(seen) > 5
    tally(f"readers during the run: {len(seen)} reads", "one or the other")


def test_a_partner_is_still_writing(eve: Eve, tmp_path: Path, tally: Tally) -> None:
    city = eve.city.copied_to(tmp_path)
    whole = city.settings.landing_dir / f"temporary_stays_{TODAY}.csv"
    content, done = whole.read_bytes(), threading.Event()
    part = city.settings.landing_dir / f"evictions_{TODAY}.csv.part"
    part.with_suffix("").rename(part)
    whole.write_bytes(content[:1000])

    def write() -> None:
        with whole.open("ab", buffering=0) as file:
            while not done.is_set():
                file.write(b" ")
                time.sleep(0.0002)

    partner = threading.Thread(target=write)
    partner.start()
    code, said = city.run()
    done.set()
    partner.join()
    assert code in (0, 3), said
    found = city.deliveries()
    assert ("temporary_stays", TODAY) not in found
    assert ("evictions", TODAY) not in found
    tally(f"a partner is still writing: exit {code}", eve_or_other(eve, city))
    whole.write_bytes(content)
    part.rename(part.with_suffix(""))
    eve.check_after(city, *city.run())


def eve_or_other(eve: Eve, city: City) -> str:
    """What readers have: as long as an extract is missing the day does not advance, and yesterday's figures stand."""
    return "yesterday's" if city.values() == eve.before else "yesterday's figures, with newer deliveries listed"


@contextmanager
def nothing_delivered(city: City) -> Iterator[None]:
    """An empty landing for a while, so that the sensor of the UI begins no run of its own."""
    landing, aside = city.settings.landing_dir, city.folder / "aside"
    landing.rename(aside)
    landing.mkdir()
    yield
    landing.rmdir()
    aside.rename(landing)


@contextmanager
def ui(city: City, port: int, *, deaf: bool = False, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    here = {"HOMES4ALL_DATA": str(city.settings.data), "HOMES4ALL_LANDING": str(city.settings.landing_dir)}
    command = city.command("ui", "--port", str(port))
    with serving(command, {**os.environ, **here, **environment}, city.folder / UI_LOG, deaf=deaf) as started:
        yield started


def asked(port: int, query: str, **variables: object) -> dict:
    body = json.dumps({"query": query, "variables": variables}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}/graphql", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read())["data"]


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_the_ui_ends_with_all_its_processes(eve: Eve, tmp_path: Path, tally: Tally, ending: signal.Signals) -> None:
    """Started as a shell starts it in the background: deaf to SIGINT, and only its own process is told to end."""
    city = eve.city.copied_to(tmp_path)
    port = free_port()
    with nothing_delivered(city), ui(city, port, deaf=True) as started:
        wait_until_up(port, started, city.folder / UI_LOG)
        started.send_signal(ending)
        assert started.wait(timeout=60) == 0
        for _ in range(30):
            if not members(started.pid):
                break
            time.sleep(1)
        assert members(started.pid) == []
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # closed connections may linger, no listener may
        again.bind(("127.0.0.1", port))
    with exclusive(city.settings.lock_file):
        tally(f"the UI is told to end: {ending.name}", "no process is left")


def test_a_run_of_the_ui_whose_process_dies_is_told(eve: Eve, tmp_path: Path, tally: Tally) -> None:
    city = eve.city.copied_to(tmp_path)
    port = free_port()
    with nothing_delivered(city), webhook() as heard, ui(city, port, HOMES4ALL_WEBHOOK=heard.address) as started:
        wait_until_up(port, started, city.folder / UI_LOG)
        before = {*members(started.pid)}
        launched = asked(port, LAUNCH, config={})["launchRun"]
        for _ in range(600):
            if is_held(city.settings.lock_file):
                break
            time.sleep(0.2)
        workers = {pid for pid, _ in {*members(started.pid)} - before}
        (worker,) = {pid for pid in workers if not {parent(pid)} & workers}
        os.kill(worker, signal.SIGKILL)
        for _ in range(120):
            if heard.told:
                break
            time.sleep(1)
    assert [(each["run_id"], each["step"], each["published"]) for each in heard.told] == [
        (launched["run"]["runId"], None, False)
    ]
    tally("the process of a run of the UI is killed: told", eve.check_between(city))
    eve.check_after(city, *city.run())


def members(session: int) -> list[tuple[int, str]]:
    """Number and command of all processes of a session."""
    listed = subprocess.run(["ps", "-o", "pid=,args=", "-s", str(session)], capture_output=True, text=True, check=False)
    lines = [line.split(maxsplit=1) for line in listed.stdout.splitlines() if "<defunct>" not in line]
    return [(int(pid), command) for pid, command in lines]


def parent(pid: int) -> int:
    return int(subprocess.check_output(["ps", "-o", "ppid=", "-p", str(pid)], text=True))


def test_the_ui_and_the_command_at_once(eve: Eve, tmp_path: Path, tally: Tally) -> None:
    city = eve.city.copied_to(tmp_path)
    shutil.rmtree(city.settings.dagster_home)  # both make it anew
    port = free_port()
    with ui(city, port):
        command = city.start()
        launched = None
        for _ in range(120):
            try:
                launched = asked(port, LAUNCH, config={})["launchRun"]
            except OSError:
                time.sleep(1)
            else:
                break
        assert launched, (city.folder / UI_LOG).read_text()
        assert launched["__typename"] == "LaunchRunSuccess", launched
        run_id = launched["run"]["runId"]
        said, _ = command.communicate()
        status = "STARTED"
        for _ in range(180):
            status = asked(port, STATUS, id=run_id)["runOrError"]["status"]
            if status in ("SUCCESS", "FAILURE"):
                break
            time.sleep(1)
    assert command.returncode in (0, LOCKED), said
    assert status in ("SUCCESS", "FAILURE")
    assert "SUCCESS" in (status, "SUCCESS" if command.returncode == 0 else ""), "both were refused"
    for _ in range(180):  # the sensor of the UI may have begun a run of its own
        try:
            with exclusive(city.settings.lock_file):
                break
        except RunLocked:
            time.sleep(1)
    tally(f"the UI and the command at once: exit {command.returncode}, {status}", eve.check_between(city))
    eve.check_after(city, *city.run())
