"""The demo as `omloop up --demo` shows it, and people with a browser before it."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

from tests.browser import open_chromium
from tests.e2e.installation import Installation
from tests.scratch import scratch

Visit = Callable[..., Page]


@pytest.fixture(scope="session")
def demo() -> Iterator[Installation]:
    """One demo for all that look at it."""
    folder = Path(tempfile.mkdtemp(prefix="omloop-test-", dir=scratch()))
    folder.chmod(0o711)
    installation = Installation(folder / "data", "--demo")
    yield installation
    installation.up.stop()
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with open_chromium() as browser:
        yield browser


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What the browser complained of in a test: scripts, the content policy, answers that failed."""
    heard: list[str] = []
    yield heard
    assert heard == []


@pytest.fixture
def visit(demo: Installation, chromium: Browser, complaints: list[str]) -> Iterator[Visit]:
    """Opens a browser of its own for somebody of the demo, signed in with one click; nobody is a stranger."""
    contexts: list[BrowserContext] = []

    def open_page(name: str = "", **options: object) -> Page:
        settings = {"locale": "nl-NL", "viewport": {"width": 1440, "height": 900}, "base_url": demo.address}
        contexts.append(chromium.new_context(**(settings | options)))  # type: ignore[arg-type]
        page = contexts[-1].new_page()
        listen(page, complaints)
        page.goto("/account/login/")
        if name:
            page.get_by_role("button", name=name).click()
            page.wait_for_url("/")
        return page

    yield open_page
    for context in contexts:
        context.close()


def listen(page: Page, complaints: list[str]) -> None:
    """Write down what goes wrong on a page."""

    def hear_answer(response: Response) -> None:
        if response.status >= 400:
            complaints.append(f"{response.status} {response.url}")

    def hear_failure(request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # Left for another page, or a download.
            complaints.append(f"{request.failure} {request.url}")

    def hear_console(said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            complaints.append(said.text)

    page.on("console", hear_console)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("response", hear_answer)
    page.on("requestfailed", hear_failure)
