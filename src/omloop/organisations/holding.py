"""Keeping organisations where they are while something is written for them (architecture 2, Moving)."""

from collections.abc import Collection
from uuid import UUID

from django.db import connection

from omloop.tenancy.scope import current_scope

SHARED, ALONE = "FOR SHARE", "FOR UPDATE"


class ClosedMeanwhile(RuntimeError):
    """The organisation was closed while this transaction waited to write in it (rules 6.7)."""


def hold(organisation_ids: UUID | Collection[UUID]) -> None:
    """Keep these organisations from moving until the transaction ends; others may hold them too.

    Everything that writes for an organisation calls this first, before it makes keys, reads rights or takes
    another lock; `locks.lock_rights` does it for who changes rights. Who writes to the organisation's own
    row locks it FOR UPDATE at once, for two that hold it and then both want more wait for each other.
    What comes while an organisation moves waits here for a moment, and then finds it moved.
    Raises ClosedMeanwhile.
    """
    _lock({organisation_ids} if isinstance(organisation_ids, UUID) else set(organisation_ids), SHARED)


def hold_alone(organisation_ids: Collection[UUID]) -> None:
    """Wait until nobody holds these organisations, and keep everybody out until the transaction ends."""
    _lock(set(organisation_ids), ALONE)


def _lock(organisation_ids: set[UUID], how: str) -> None:
    """In the order of their ids, so that two that lock several never wait for each other."""
    query = (
        "SELECT id, closed_at IS NOT NULL FROM organisations_organisation "  # noqa: S608
        f"WHERE id = ANY(%s) ORDER BY id {how}"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [sorted(organisation_ids)])
        closed = {place for place, is_closed in cursor.fetchall() if is_closed}
    scope = current_scope()
    if closed & scope.organisation_ids - scope.standing_still.keys():
        raise ClosedMeanwhile(str(min(closed)))
