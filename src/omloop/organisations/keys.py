"""Connection keys: finding the holder before there is a scope, and ending several at once."""

from datetime import datetime

from django.db.models import QuerySet

from omloop.organisations.activity import acts
from omloop.organisations.models import ConnectionKey
from omloop.people.models import Person
from omloop.tenancy import directory
from omloop.tenancy.models import TenancyDirectory
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


def revoke_keys(keys: QuerySet[ConnectionKey], *, now: datetime) -> list[ConnectionKey]:
    """End those of these keys that still open something, set by set, and give them; for who knows that the
    actor may."""
    revoked = list(keys.filter(revoked_at=None))
    ConnectionKey.objects.filter(id__in=[key.id for key in revoked]).update(revoked_at=now)
    opened = TenancyDirectory.objects.filter(kind="key", key__in=[bytes(key.key_hash) for key in revoked])
    opened.delete()
    return revoked
