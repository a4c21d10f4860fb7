"""A mailbox that Zwaluw's invoices are sent to, on a real server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.mailbox.imap_server import Post, post_office

HERE = ("127.0.0.0/8", "::1/128")


@pytest.fixture
def post(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    """The server runs on this machine, which the operator allows."""
    with post_office(tmp_path) as found:
        monkeypatch.setattr(settings, "OWN_NETWORKS", HERE)
        monkeypatch.setattr(settings, "MAILBOX_CERTIFICATES", str(found.certificate))
        yield found
