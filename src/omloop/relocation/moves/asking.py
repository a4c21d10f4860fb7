"""Changes of one's own rights: another administrator confirms them or refuses (rules 1.11)."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from omloop.environments.services import lock_roles
from omloop.organisations.locks import lock_rights
from omloop.organisations.models import RightsChange
from omloop.organisations.refusals import LastAdministrator, RightsRefused
from omloop.relocation.rights.drafts import IN_ORDER, do
from omloop.relocation.rights.effects import effects_of
from omloop.relocation.rights.reach import Reach
from omloop.relocation.rights.standing import Standing, What, applied, read_standing


class NotAsked(RightsRefused):
    """Nobody asks to confirm this change, or not any more."""


def asked_of(reach: Reach) -> list[RightsChange]:
    """What others ask this administrator to confirm: changes of their own rights."""
    rows = RightsChange.objects.filter(environment=reach.environment, done_at=None, asked_at__isnull=False)
    related = ("person", "organisation", "group", "draft")
    found = rows.exclude(person_id=reach.actor.person_id).select_related(*related).order_by("asked_at", "id")
    return [change for change in found if reach.is_editable(change.organisation_id)]


def answer_asked(reach: Reach, change_ids: Collection[UUID], *, confirm: bool, now: datetime) -> int:
    """Confirm what somebody asks about his own rights, or refuse it; how many. Raises NotAsked.

    Whoever confirms makes the change: it passes the same services, under his name.
    """
    with transaction.atomic():
        lock_roles(reach.environment.id)
        wanted = [change for change in asked_of(reach) if change.id in change_ids]
        lock_rights({change.organisation_id for change in wanted if change.organisation_id})
        if not wanted:
            raise NotAsked
        if not confirm:
            RightsChange.objects.filter(id__in=[change.id for change in wanted]).delete()
            return len(wanted)
        before = read_standing(reach.environment.id, reach.organisations, now=now)
        wanted.sort(key=lambda change: (IN_ORDER.index(What(change.what)), change.id))
        _refuse_left_alone(reach, before, wanted, now)
        for change in wanted:
            do(change, before, reach, now=now)
    return len(wanted)


def _refuse_left_alone(reach: Reach, before: Standing, wanted: Sequence[RightsChange], now: datetime) -> None:
    after = applied(before, wanted)
    alone = effects_of(reach, before, after, own=(), savable=wanted, now=now).left_alone
    if alone:
        raise LastAdministrator(*alone)
