"""A real mail server for who asks."""

from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller
from django.test import override_settings

from omloop.config.mail import from_url
from tests.notifications.mailbox import Mailbox, knows
from tests.running import free_port


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A server on a port of its own, and Omloop told of it as an operator tells it."""
    box, port = Mailbox(), free_port()
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=port,
        authenticator=knows,
        auth_required=True,
        auth_require_tls=False,
    )
    controller.start()
    url = f"smtp://omloop:p%40ss%3Aw%2Frd@127.0.0.1:{port}?tls=none&from=Omloop%20<post@omloop.example>"
    with override_settings(**from_url(url, host="omloop.example")):
        yield box
    controller.stop()
