"""One at a time changes who may do what in an organisation; always taken in the same order."""

from collections.abc import Collection
from uuid import UUID

from omloop.organisations.holding import hold
from omloop.organisations.models import Group
from omloop.organisations.rights import DefaultGroup


def lock_rights(organisation_ids: Collection[UUID]) -> None:
    """Wait until nobody else changes rights in these organisations, and hold that until the commit.

    The row of the administrators' group stands for all of it; readers and decisions don't wait for it.
    Whoever locks an environment's roles too does so before. The organisations are held only then: of two
    that wait here neither holds one, so the first may write to its row (the switch of segregation).
    """
    rows = Group.objects.filter(organisation_id__in=organisation_ids, default=DefaultGroup.ADMINISTRATOR)
    list(rows.order_by("organisation_id").select_for_update(no_key=True).values_list("id", flat=True))
    hold(organisation_ids)
