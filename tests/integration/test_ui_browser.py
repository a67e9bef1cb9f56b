"""Catches: a UI that does not open, shows no chart, hides a failed check, or cannot start a night that succeeds.

A real browser looks at the real UI. `make fault-tools` installs it on Debian; where there is none this is skipped.
"""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import City
from playwright.sync_api import Browser, Page, expect, sync_playwright
from serving import free_port, serving, wait_until_up

from orchestration.council.kept import is_kept
from orchestration.durable import file_sha256
from orchestration.runner import process_environment, run_nightly

CHROMIUM = shutil.which("chromium")
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
NIGHT_WITHIN = 300  # seconds, on a machine with other work

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed; on Debian `make fault-tools` installs it"),
]


@pytest.fixture(scope="module")
def ui_city(published_city: City, tmp_path_factory: pytest.TempPathFactory) -> City:
    """The published city after a night that was refused for a file that nobody knows; its landing is empty again."""
    city = published_city.copied_to(tmp_path_factory.mktemp("ui"))
    shutil.rmtree(city.settings.landing_dir)
    city.settings.landing_dir.mkdir()
    stranger = city.settings.landing_dir / "households.txt"
    stranger.write_text("nobody knows this file")
    assert run_nightly(city.settings).refusals
    stranger.unlink()
    return city


@pytest.fixture(scope="module")
def address(ui_city: City) -> Iterator[str]:
    """The UI as an operator starts it, on a free port."""
    port, log = free_port(), ui_city.settings.data / "ui.log"
    command = [str(Path(sys.executable).with_name("homes4all")), "ui", "--port", str(port)]
    with serving(command, process_environment(ui_city.settings), log) as started:
        wait_until_up(port, started, log)
        yield f"http://127.0.0.1:{port}"


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


def test_the_graph_shows_every_layer(page: Page, address: str) -> None:
    page.goto(f"{address}/asset-groups")
    for layer in ("deliveries", "raw", "staging", "metrics", "savings", "payments", "published"):
        expect(page.get_by_text(layer, exact=True).first).to_be_visible()


def test_a_published_table_shows_its_charts_in_both_languages(page: Page, address: str) -> None:
    page.goto(f"{address}/assets/published/metrics/results")
    expect(page.get_by_text("Promesso e risultato · Promised, and what came out")).to_be_visible()
    page.get_by_text("[Show Markdown]").first.click()
    pictures = page.locator('img[src^="data:image/png;base64,"]')
    expect(pictures).to_have_count(2)
    for picture in pictures.all():
        expect(picture).to_be_visible()
        assert picture.evaluate("drawn => drawn.complete && drawn.naturalWidth") > 400
        assert picture.get_attribute("alt")
    for text in ("Attesa media", "Mean waiting time"):
        expect(page.get_by_role("cell", name=text)).to_be_visible()


def test_a_check_that_failed_says_what_failed(page: Page, address: str) -> None:
    page.goto(f"{address}/assets/deliveries/register?view=checks")
    expect(page.get_by_text("every_file_recognised").first).to_be_visible()
    expect(page.get_by_text("Failed").first).to_be_visible()
    expect(page.get_by_text("notes.txt was refused: the name is not EXTRACT_YYYY-MM-DD").first).to_be_visible()


def test_a_night_that_is_started_here_succeeds(page: Page, address: str, ui_city: City) -> None:
    before = file_sha256(ui_city.settings.published_file)
    page.goto(f"{address}/locations/__repository__@orchestration.definitions/jobs/nightly")
    page.get_by_role("button", name="Materialize all").click()
    page.get_by_text("View", exact=True).first.click()  # what the message of the launch leads to
    expect(page.get_by_text("Success", exact=True).first).to_be_visible(timeout=NIGHT_WITHIN * 1000)
    assert file_sha256(ui_city.settings.published_file) != before
    assert is_kept(ui_city.settings)
