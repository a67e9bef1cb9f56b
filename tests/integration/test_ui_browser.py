"""Catches: a UI that does not open, shows no chart, hides a failed check, or cannot start a night that succeeds.

A real browser looks at the real UI. `make browser` installs it on Debian; where there is none this is skipped.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from conftest import City
from playwright.sync_api import Browser, Page, expect, sync_playwright

from orchestration.runner import process_environment, run_nightly
from orchestration.settings import PROJECT_ROOT

CHROMIUM = shutil.which("chromium")
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
UP_WITHIN, NIGHT_WITHIN = 120, 300  # seconds, on a machine with other work

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed; on Debian `make browser` installs it"),
]


@pytest.fixture(scope="module")
def ui_city(published_city: City, tmp_path_factory: pytest.TempPathFactory) -> City:
    """The published city after a night that was refused for a file that nobody knows; its landing is empty again."""
    city = published_city.copied_to(tmp_path_factory.mktemp("ui"))
    shutil.rmtree(city.settings.landing_dir)
    city.settings.landing_dir.mkdir()
    stranger = city.settings.landing_dir / "notes.txt"
    stranger.write_text("nobody knows this file")
    assert run_nightly(city.settings).refusals
    stranger.unlink()
    return city


@pytest.fixture(scope="module")
def address(ui_city: City) -> Iterator[str]:
    """The UI as an operator starts it, on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("homes4all")), "ui", "--port", str(port)]
    server = subprocess.Popen(
        command, cwd=PROJECT_ROOT, env=process_environment(ui_city.settings), start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_until_up(f"http://127.0.0.1:{port}/server_info", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        for ending in (signal.SIGINT, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(server.pid, ending)
            with suppress(subprocess.TimeoutExpired):
                server.wait(timeout=20)


def wait_until_up(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(UP_WITHIN):
        assert server.poll() is None, "the UI ended by itself"
        with suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            urllib.request.urlopen(url, timeout=5).close()
            return
        time.sleep(1)
    raise AssertionError("the UI did not come up")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """A page as wide as an analyst's; what it showed last stays beside the test's files."""
    opened = browser.new_page(viewport={"width": 1600, "height": 1000})
    opened.set_default_timeout(60_000)
    expect.set_options(timeout=60_000)
    yield opened
    opened.screenshot(path=str(tmp_path / "last.png"))
    opened.close()
