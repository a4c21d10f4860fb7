"""A real web server and a real browser."""

from collections.abc import Iterator
from threading import Thread

import pytest
from allauth.account.models import EmailAddress
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections
from playwright.sync_api import Browser, BrowserContext

from tests.browser import open_chromium
from tests.world import World


class QuietHandler(WSGIRequestHandler):
    """Answers without a line of log for each file."""

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def site(world: World) -> Iterator[str]:
    """The whole site on a port of its own, under the web role; its address."""
    for person in world.people.values():
        EmailAddress.objects.get_or_create(user=person, email=person.email, primary=True, verified=True)
    connections.close_all()
    server = ThreadedWSGIServer(("localhost", 0), QuietHandler, ipv6=False)
    server.daemon_threads = True
    server.set_app(get_wsgi_application())
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the tests of a file."""
    with open_chromium() as browser:
        yield browser


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A fresh Dutch browser."""
    context = chromium.new_context(locale="nl-NL", viewport={"width": 1440, "height": 900})
    yield context
    context.close()
