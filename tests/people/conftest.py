"""Providers that listen on this machine, and an Omloop that may ask them."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.cache import cache

from tests.provider import Provider, running


@pytest.fixture(autouse=True)
def this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator allows this machine's own network; nobody was here a minute ago."""
    cache.clear()
    monkeypatch.setattr(settings, "OWN_NETWORKS", ("127.0.0.0/8",))


@pytest.fixture
def provider() -> Iterator[Provider]:
    """The provider of Noordgroep."""
    with running() as provider:
        yield provider
