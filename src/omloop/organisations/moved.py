"""Telling whoever still comes here for an organisation where it has gone (rules 6.4)."""

from uuid import UUID

from omloop.organisations.models import Organisation
from omloop.tenancy import directory
from omloop.tenancy.scope import tenant_scope


def moved_away(kind: str, key: UUID | str) -> list[Organisation]:
    """The organisations to which this person, key or number led and that are elsewhere now, by name.

    Opens its own scope. Nobody else learns of it: who never was a member leads nowhere.
    """
    with tenant_scope(None, directory.organisations_of(kind, key)):
        return list(Organisation.objects.exclude(moved_to="").order_by("name"))
