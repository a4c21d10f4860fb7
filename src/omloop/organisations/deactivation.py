"""Deactivating a person in an environment, and closing an account (rules 1.5).

A row for each of his organisations and one for his place in the environment, so that it moves along with an
organisation; nothing of what he may do is withdrawn, so making him active again gives back just that.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from omloop.audit.actors import Actor
from omloop.audit.models import AuditEvent
from omloop.audit.services import record, record_all
from omloop.environments import services as environments
from omloop.organisations import policies
from omloop.organisations.holding import hold
from omloop.organisations.locks import lock_rights
from omloop.organisations.members import Member, NotAdministrator
from omloop.organisations.models import STILL, Membership
from omloop.organisations.partners import end_places_at_partners
from omloop.organisations.refusals import LastAdministrator, NobodyToDeactivate, OwnRights
from omloop.organisations.structure import show_structure_of
from omloop.people.models import Person
from omloop.tenancy import directory
from omloop.tenancy.history import since


def deactivate(*, environment_id: UUID, person_id: UUID, actor: Member, now: datetime) -> None:
    """From the next request on he can't act in this environment, by session or key; what waits for him
    stands on *needs attention*. What he was at partners as one of this environment ends (rules 1.8).

    Raises NotAdministrator, OwnRights, LastAdministrator (of the environment, an organisation of it, or one
    of a partner) and NobodyToDeactivate.
    """
    with transaction.atomic():
        _switch(environment_id, person_id, is_active=False, actor=actor, now=now)
        end_places_at_partners(environment_id=environment_id, person_id=person_id, actor=actor, now=now)


def reactivate(*, environment_id: UUID, person_id: UUID, actor: Member, now: datetime) -> None:
    """He may do again here what he might before; raises as `deactivate`, but for LastAdministrator."""
    _switch(environment_id, person_id, is_active=True, actor=actor, now=now)


def close_account(*, person: Person, actor: Actor, now: datetime, even_if_last: bool = False) -> None:
    """Deactivate the whole account: by himself, or by the operator (rules 1.5).

    Call it in a scope with all his places. Raises OwnRights for anybody else and, unless `even_if_last`
    (the operator's alone), LastAdministrator.
    """
    if actor.kind != "operator" and actor.person_id != person.id:
        raise OwnRights("an account is closed by its owner or by the operator")
    environment_ids = directory.environments_of("person", person.id)
    for environment_id in sorted(environment_ids):
        environments.lock_roles(environment_id)
    organisation_ids = directory.organisations_of("person", person.id)
    lock_rights(organisation_ids)
    if not (even_if_last and actor.kind == "operator"):
        _refuse_last(environment_ids, organisation_ids, person.id)
    Person.objects.filter(id=person.id).update(is_active=False)
    _tell_everywhere("account.closed", person, actor, now, environment_ids + organisation_ids)


def open_account(*, person: Person, actor: Actor, now: datetime) -> None:
    """Open a closed account again: the operator's alone; in a scope with all its places."""
    if actor.kind != "operator":
        raise OwnRights("the operator opens an account again")
    organisation_ids = directory.organisations_of("person", person.id)
    hold(organisation_ids)
    Person.objects.filter(id=person.id).update(is_active=True)
    places = directory.environments_of("person", person.id) + organisation_ids
    _tell_everywhere("account.opened", person, actor, now, places)


def _switch(environment_id: UUID, person_id: UUID, *, is_active: bool, actor: Member, now: datetime) -> None:
    organisation_ids = show_structure_of(environment_id, actor)
    if actor.person_id == person_id:
        raise OwnRights("another administrator of the environment does this")
    environments.lock_roles(environment_id)
    lock_rights(organisation_ids)
    if not actor.is_system and (
        actor.person_id not in environments.administrators_of([environment_id])[environment_id]
    ):
        raise NotAdministrator(environment_id)
    if not is_active:
        _refuse_last([environment_id], organisation_ids, person_id)
    had_role = environments.switch_role(
        environment_id=environment_id, person_id=person_id, is_active=is_active, now=now
    )
    places = _switch_memberships(organisation_ids, person_id, is_active=is_active, now=now)
    if not (had_role or places):
        raise NobodyToDeactivate(str(person_id))
    name = "person.reactivated" if is_active else "person.deactivated"
    record(name, actor=actor, chain_id=environment_id, subject_id=person_id, at=now)
    record_all([_event(name, place, person_id, actor, now) for place in places])


def _switch_memberships(
    organisation_ids: Collection[UUID], person_id: UUID, *, is_active: bool, now: datetime
) -> list[UUID]:
    held = Membership.objects.filter(
        STILL, organisation_id__in=organisation_ids, person_id=person_id, is_active=not is_active
    )
    came_by = dict(held.order_by("organisation_id").values_list("organisation_id", "partnership_id"))
    held.end(now)
    Membership.objects.bulk_create(
        Membership(
            organisation_id=place,
            person_id=person_id,
            is_active=is_active,
            partnership_id=partnership_id,
            valid=since(now),
        )
        for place, partnership_id in came_by.items()
    )
    return list(came_by)


def _refuse_last(
    environment_ids: Collection[UUID], organisation_ids: Collection[UUID], person_id: UUID
) -> None:
    if alone := alone_in(environment_ids, organisation_ids, person_id):
        raise LastAdministrator(*alone)


def alone_in(
    environment_ids: Collection[UUID], organisation_ids: Collection[UUID], person_id: UUID
) -> list[UUID]:
    """Where he is the only administrator, of these environments and organisations, in order."""
    administrators = {
        **environments.administrators_of(environment_ids),
        **policies.administrators_of(organisation_ids),
    }
    return sorted(place for place, people in administrators.items() if people == {person_id})


def _tell_everywhere(
    name: str, person: Person, actor: Actor, now: datetime, places: Collection[UUID]
) -> None:
    record_all([_event(name, place, person.id, actor, now) for place in sorted(set(places))])


def _event(name: str, chain_id: UUID, person_id: UUID, actor: Actor, now: datetime) -> AuditEvent:
    return AuditEvent(
        chain_id=chain_id,
        name=name,
        at=now,
        actor=actor.signature,
        person_id=actor.person_id,
        subject_id=person_id,
        origin=actor.origin,
        detail={},
    )
