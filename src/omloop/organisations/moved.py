"""Telling a program whose organisation is at another installation where it has gone (rules 6.4)."""

from omloop.organisations.models import Organisation
from omloop.tenancy import directory
from omloop.tenancy.scope import tenant_scope


def moved_away(key: str) -> Organisation | None:
    """The organisation to which this connection key led, if it is elsewhere now. Opens its own scope.

    Nobody else learns of it: a key that never was one leads nowhere. People who follow an old link are told
    by `relocation.middleware`, which can also ask when it went.
    """
    with tenant_scope(None, directory.organisations_of("key", key)):
        found: Organisation | None = Organisation.objects.exclude(moved_to="").first()
        return found
