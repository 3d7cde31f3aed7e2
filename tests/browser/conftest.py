"""Chromium on a NetBox that runs beside the tests, and a practice fabric for it to look at."""

import os
import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from practice.server import PracticeServer
from tests.live import LiveNetBox
from tests.pictures import PICTURES, shown_pictures

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
SECONDS = 20


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents and not CHROMIUM:
            item.add_marker(pytest.mark.skip(reason="no Chromium on the PATH; apt-get install chromium brings one"))


# Not for the session: while Playwright runs, so does an event loop, and Django's own tests refuse to run in one.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    expect.set_options(timeout=SECONDS * 1000)
    with sync_playwright() as playwright:
        # Chromium's sandbox does not work for root, which tests may be run as.
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, live_netbox: LiveNetBox) -> Iterator[Page]:
    """A page of an administrator who has logged in; a script error on it fails the test."""
    context = chromium.new_context(base_url=live_netbox.url, viewport={"width": 1440, "height": 900})
    made = context.new_page()
    errors: list[str] = []
    made.on("pageerror", lambda error: errors.append(str(error)))
    made.goto("/login/")
    made.fill("[name=username]", live_netbox.username)
    made.fill("[name=password]", live_netbox.password)
    made.click("button[type=submit]")
    yield made
    context.close()
    assert errors == []


@pytest.fixture
def practice() -> Iterator[PracticeServer]:
    """The sample fabric, alive: its agents report."""
    with PracticeServer(still=False) as server:
        yield server


@pytest.fixture(scope="module")
def module_practice() -> Iterator[PracticeServer]:
    """The same, one for all tests of a module."""
    with PracticeServer(still=False) as server:
        yield server


@pytest.fixture
def picture(page: Page):
    """Keep a picture of the page as NAME where HEDGEHOG_SCREENSHOTS names a directory; otherwise do nothing.

    With the documentation's directory (``make pictures``) only those are kept that the documentation shows.
    """
    directory = os.environ.get("HEDGEHOG_SCREENSHOTS")

    def take(name: str, dark: bool = False, width: int = 1440, height: int = 900) -> None:
        if not directory or (Path(directory).resolve() == PICTURES and name not in shown_pictures()):
            return
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate(
            "mode => document.documentElement.setAttribute('data-bs-theme', mode)", "dark" if dark else "light"
        )
        page.evaluate("document.querySelectorAll('.toast').forEach(toast => toast.remove())")
        page.wait_for_timeout(300)
        shot = Image.open(BytesIO(page.screenshot()))
        # A page has few colours: a palette keeps them and a third of the size.
        shot.quantize(256, method=Image.Quantize.MAXCOVERAGE).save(Path(directory) / f"{name}.png", optimize=True)
        page.set_viewport_size({"width": 1440, "height": 900})
        page.evaluate("document.documentElement.setAttribute('data-bs-theme', 'light')")

    return take
