"""Finding the holder of a connection key, before there is a scope."""

from omloop.organisations.activity import acts
from omloop.organisations.models import ConnectionKey
from omloop.people.models import Person
from omloop.tenancy import directory
from omloop.tenancy.scope import tenant_scope


def holder_of(text: str) -> tuple[ConnectionKey, Person] | None:
    """The key and its holder; None for a key that never was, was revoked, or whose holder is deactivated."""
    organisation_ids = directory.organisations_of("key", text)
    if not organisation_ids:
        return None
    with tenant_scope(None, organisation_ids):
        keys = ConnectionKey.objects.filter(key_hash=directory.hash_key(text), revoked_at=None)
        key = keys.filter(acts("holder")).select_related("holder").first()
    return None if key is None else (key, key.holder)
