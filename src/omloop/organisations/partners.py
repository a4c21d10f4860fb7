"""Members who are people of a partner: who they are, and ending what came by a partnership (rules 1.8)."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from omloop.audit.actors import Actor
from omloop.audit.models import AuditEvent
from omloop.audit.services import record_all
from omloop.environments import services as environments
from omloop.environments.models import Partnership
from omloop.environments.partnerships import lock_partnership, mark_ended
from omloop.organisations.keys import revoke_keys
from omloop.organisations.locks import lock_rights
from omloop.organisations.models import (
    STILL,
    ApprovalLimit,
    ConnectionKey,
    GroupMember,
    Membership,
    Organisation,
)
from omloop.organisations.policies import administrators_of
from omloop.organisations.refusals import FromPartner, LastAdministrator
from omloop.tenancy import directory
from omloop.tenancy.history import HistoryQuerySet
from omloop.tenancy.scope import environment_shown, show_structure


def partner_names(environment_id: UUID, organisation_ids: Collection[UUID]) -> dict[UUID, str]:
    """By person, from which partner he is a member of these organisations of an environment; one query."""
    rows = Membership.objects.filter(STILL, organisation_id__in=organisation_ids, partnership__isnull=False)
    found = rows.select_related("partnership")
    return {
        each.person_id: each.partnership.partner_name(environment_id) for each in found if each.partnership
    }


def refuse_partner(organisation_id: UUID, person_id: UUID) -> None:
    """Raise FromPartner when he is in the organisation's environment by a partnership alone."""
    environment_id = Organisation.objects.values_list("environment_id", flat=True).get(id=organisation_id)
    rows = Membership.objects.filter(STILL, person_id=person_id, organisation__environment_id=environment_id)
    if environment_id in directory.environments_of("person", person_id):
        return
    if rows.filter(partnership__isnull=False).exists():
        raise FromPartner(str(person_id))


def memberships_by(partnership: Partnership) -> list[Membership]:
    """All that came by a partnership on both sides, for what a page says before it ends."""
    with _structure_shown([partnership]):
        rows = Membership.objects.filter(STILL, partnership=partnership)
        related = rows.select_related("person", "organisation")
        return list(related.order_by("person__name", "person_id", "organisation__name"))


def left_alone(partnership: Partnership) -> list[Membership]:
    """Those of them without whom nobody would administer an organisation."""
    with _structure_shown([partnership]):
        rows = Membership.objects.filter(STILL, partnership=partnership)
        return _only_administrators(list(rows.select_related("person", "organisation")))


def end_partnership(*, partnership_id: UUID, environment_id: UUID, actor: Actor, now: datetime) -> int:
    """End it, from either side: from the next request on nobody is a member by it; how many were.

    What waits for them stands on *needs attention*. Raises NotAdministrator, PartnershipOver, and
    LastAdministrator when an organisation would have none left; then nothing has changed.
    """
    environments.locked_administrators(environment_id, actor)
    partnership = lock_partnership(partnership_id, environment_id)
    with _structure_shown([partnership]):
        ended = _end(Membership.objects.filter(partnership=partnership), actor, now)
        mark_ended(partnership, environment_id, actor=actor, now=now)
    return ended


def end_place(*, environment_id: UUID, person_id: UUID, actor: Actor, now: datetime) -> None:
    """Take away somebody's place in an environment, and what he was at its partners by that.

    Raises NotAdministrator, NoPlace, and LastAdministrator of both kinds.
    """
    whose = {"environment_id": environment_id, "person_id": person_id}
    with transaction.atomic():
        environments.end_role(**whose, actor=actor, now=now)
        end_places_at_partners(**whose, actor=actor, now=now)


def end_places_at_partners(*, environment_id: UUID, person_id: UUID, actor: Actor, now: datetime) -> int:
    """End what a person was at partners as one of this environment; how many organisations.

    Raises LastAdministrator.
    """
    partnerships = list(
        Partnership.objects.filter(state=Partnership.State.ACCEPTED, asking_id=environment_id)
        | Partnership.objects.filter(state=Partnership.State.ACCEPTED, asked_id=environment_id)
    )
    if not partnerships:
        return 0
    with _structure_shown(partnerships):
        rows = Membership.objects.filter(partnership__in=partnerships, person_id=person_id)
        return _end(rows.exclude(organisation__environment_id=environment_id), actor, now)


@contextmanager
def _structure_shown(partnerships: Sequence[Partnership]) -> Iterator[None]:
    """See who may do what on both sides of these, for a moment; afterwards no structure is shown."""
    environment_ids = {side for each in partnerships for side in (each.asking_id, each.asked_id)}
    with ExitStack() as stack:
        for environment_id in sorted(environment_ids):
            stack.enter_context(environment_shown(environment_id))
        rows = Organisation.objects.filter(environment_id__in=environment_ids).order_by("id")
        show_structure(list(rows.values_list("id", flat=True)))
        try:
            yield
        finally:
            if not connection.needs_rollback:
                show_structure([])


def _end(rows: HistoryQuerySet, actor: Actor, now: datetime) -> int:
    """End these memberships with groups, limits and keys, all or none; read again once the rights are
    locked."""
    lock_rights(set(rows.filter(STILL).values_list("organisation_id", flat=True)))
    held = list(rows.filter(STILL).order_by("organisation_id", "person_id"))
    if alone := _only_administrators(held):
        raise LastAdministrator(*sorted({each.organisation_id for each in alone}))
    if not held:
        return 0
    ending = Membership.objects.filter(id__in=[each.id for each in held])
    same = {"organisation_id": OuterRef("organisation_id"), "person_id": OuterRef("person_id")}
    hanging = [table.objects.filter(Exists(ending.filter(**same))) for table in (GroupMember, ApprovalLimit)]
    begun = [valid.lower for rows in (ending, *hanging) for valid in rows.values_list("valid", flat=True)]
    moment = max(now, *begun)  # What began while this waited ends too.
    theirs = ending.filter(organisation_id=OuterRef("organisation_id"), person_id=OuterRef("holder_id"))
    revoked = revoke_keys(ConnectionKey.objects.filter(Exists(theirs)), now=moment)
    for rows in (*hanging, ending):
        rows.end(moment)
    directory.leave_organisations("person", [(each.person_id, each.organisation_id) for each in held])
    of_keys = [_event("key.revoked", key, key.holder_id, actor, moment) for key in revoked]
    record_all([*(_event("membership.ended", row, row.person_id, actor, moment) for row in held), *of_keys])
    return len(held)


def _only_administrators(held: Collection[Membership]) -> list[Membership]:
    """Those of them who are, alone or together, all that administers an organisation."""
    going: dict[UUID, set[UUID]] = defaultdict(set)
    for each in held:
        going[each.organisation_id].add(each.person_id)
    administrators = administrators_of(going)
    return [
        each
        for each in held
        if each.person_id in (people := administrators[each.organisation_id])
        and people <= going[each.organisation_id]
    ]


def _event(
    name: str, of: Membership | ConnectionKey, person_id: UUID, actor: Actor, now: datetime
) -> AuditEvent:
    return AuditEvent(
        chain_id=of.organisation_id,
        name=name,
        at=now,
        actor=actor.signature,
        person_id=actor.person_id,
        subject_id=person_id,
        origin=actor.origin,
        detail={"partnership": str(of.partnership_id)} if isinstance(of, Membership) else {},
    )
