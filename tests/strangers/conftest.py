"""What holds for every walk of strangers."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import update_last_login
from django.contrib.auth.signals import user_logged_in


@pytest.fixture(autouse=True)
def signing_in_writes_nothing() -> Iterator[None]:
    """Strangers are signed in anew for each route, and whoever looks for changes would see that."""
    user_logged_in.disconnect(dispatch_uid="update_last_login")
    yield
    user_logged_in.connect(update_last_login, dispatch_uid="update_last_login")
