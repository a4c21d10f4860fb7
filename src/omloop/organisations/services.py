"""Making organisations, and granting and withdrawing what people may do there (rules 1.3-1.5, 1.11)."""

import secrets
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from omloop.audit.actors import Actor
from omloop.audit.services import record
from omloop.environments.models import EnvironmentRole
from omloop.organisations.activity import not_ended
from omloop.organisations.away import note_if_away
from omloop.organisations.founding import Company, found
from omloop.organisations.holding import hold
from omloop.organisations.locks import lock_rights
from omloop.organisations.members import Member, RightMissing
from omloop.organisations.models import (
    STILL,
    ApprovalLimit,
    ConnectionKey,
    Group,
    GroupMember,
    Membership,
    Organisation,
)
from omloop.organisations.partners import refuse_partner
from omloop.organisations.policies import (
    administrators_of,
    demand_afresh,
    may_make_key,
    refuse_last_administrator,
)
from omloop.organisations.refusals import EndsInThePast, IsDeactivated, NotAMember
from omloop.organisations.rights import DefaultGroup, Right
from omloop.organisations.segregation import refuse_own, switch_segregation
from omloop.people.models import Person
from omloop.tenancy import directory
from omloop.tenancy.history import between, since
from omloop.tenancy.scope import tenant_scope


def create_organisation(
    *,
    environment_id: UUID,
    name: str,
    kvk: str = "",
    administrator_id: UUID,
    actor: Actor,
    now: datetime,
) -> Organisation:
    """Make an organisation with the default groups and its first administrator; opens its own scope.

    This is the operator's way; people add one inside their own scope by `founding.add_organisation`.
    """
    with tenant_scope(actor.person_id, [], [environment_id]):
        return found(
            environment_id=environment_id,
            company=Company(name=name, kvk=kvk),
            administrator_id=administrator_id,
            actor=actor,
            now=now,
        )


def grant(
    *,
    organisation_id: UUID,
    person_id: UUID,
    group: str,
    until: datetime | None = None,
    partnership_id: UUID | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Put a person in a group of an organisation, making him a member; works from the next request on.

    With `until` his place ends by itself at that instant; granting again sets another end, or none.
    `partnership_id`: he becomes a member as one of that partner, after he agreed (rules 1.8).
    Raises OwnRights, RightMissing, IsDeactivated, EndsInThePast, FromPartner, and LastAdministrator when
    the last administrator would get an end date.
    """
    refuse_own(actor, person_id, organisation_id)
    lock_rights([organisation_id])
    demand_afresh(actor, Right.MANAGE_MEMBERS, organisation_id, now=now)
    target = _group(organisation_id, group)
    if until is not None and until <= now:
        raise EndsInThePast(until.isoformat())
    if until is not None and group == DefaultGroup.ADMINISTRATOR:
        refuse_last_administrator([organisation_id], person_id)
    if put_in_group(target, person_id, until=until, partnership_id=partnership_id, now=now):
        detail = {"group": group, "until": until.isoformat() if until else ""}
        _record("rights.granted", organisation_id, person_id, detail, actor, now)
        note_if_away(organisation_id, person_id, detail, actor=actor, now=now)
    if len(administrators_of([organisation_id])[organisation_id]) > 1:
        switch_segregation(organisation_id, is_on=True, actor=actor, now=now)


def put_in_group(
    target: Group, person_id: UUID, *, until: datetime | None, partnership_id: UUID | None, now: datetime
) -> bool:
    """Make him a member who stands in the group; False when he already stood there just so."""
    place = target.organisation_id
    membership = Membership.objects.at(now).filter(organisation_id=place, person_id=person_id).first()
    if membership is None:
        _refuse_deactivated(place, person_id)
        if partnership_id is None:
            refuse_partner(place, person_id)
        Membership.objects.create(
            organisation_id=place, person_id=person_id, partnership_id=partnership_id, valid=since(now)
        )
        directory.enter("person", person_id, organisation_id=place)
    elif not membership.is_active:
        raise IsDeactivated(str(person_id))
    held = GroupMember.objects.at(now).filter(group=target, person_id=person_id)
    if held.filter(valid__endswith=until).exists() if until else held.filter(STILL).exists():
        return False
    held.end(now)
    GroupMember.objects.create(
        organisation_id=place, group=target, person_id=person_id, valid=between(now, until)
    )
    return True


def _refuse_deactivated(organisation_id: UUID, person_id: UUID) -> None:
    """Raise IsDeactivated when his place in the organisation's environment is off."""
    environment = Organisation.objects.filter(id=organisation_id).values("environment_id")
    roles = EnvironmentRole.objects.filter(STILL, environment_id__in=environment, person_id=person_id)
    if roles.filter(is_active=False).exists():
        raise IsDeactivated(str(person_id))


def withdraw(*, organisation_id: UUID, person_id: UUID, group: str, actor: Actor, now: datetime) -> None:
    """Take a person out of a group; out of his last one ends the membership and his limits.

    Everything is read after the lock: of two administrators who demote each other at once one is first, and
    the other has lost the right by then. Raises OwnRights, RightMissing and LastAdministrator.
    """
    refuse_own(actor, person_id, organisation_id)
    lock_rights([organisation_id])
    demand_afresh(actor, Right.MANAGE_MEMBERS, organisation_id, now=now)
    target = _group(organisation_id, group)
    held = GroupMember.objects.at(now).filter(not_ended(), group=target, person_id=person_id)
    if not held.exists():
        return
    if group == DefaultGroup.ADMINISTRATOR:
        refuse_last_administrator([organisation_id], person_id)
    held.end(now)
    if not GroupMember.objects.at(now).filter(organisation_id=organisation_id, person_id=person_id).exists():
        for table in (Membership, ApprovalLimit):
            table.objects.filter(organisation_id=organisation_id, person_id=person_id).end(now)
        directory.leave("person", person_id, organisation_id=organisation_id)
    _record("rights.withdrawn", organisation_id, person_id, {"group": group}, actor, now)


def set_limit(
    *,
    organisation_id: UUID,
    person_id: UUID,
    amount: Decimal | None,
    kind: str = "",
    actor: Actor,
    now: datetime,
) -> None:
    """Up to how much he approves there, in the organisation's currency; None takes the limit away.

    `kind` is an invoice type, or empty for all types without a limit of their own (rules 1.4).
    Raises OwnRights and RightMissing.
    """
    refuse_own(actor, person_id, organisation_id)
    lock_rights([organisation_id])
    demand_afresh(actor, Right.MANAGE_MEMBERS, organisation_id, now=now)
    held = ApprovalLimit.objects.filter(organisation_id=organisation_id, person_id=person_id, kind=kind)
    held.end(now)
    if amount is not None:
        ApprovalLimit.objects.create(
            organisation_id=organisation_id, person_id=person_id, kind=kind, amount=amount, valid=since(now)
        )
    detail = {"amount": "" if amount is None else str(amount), "kind": kind}
    _record("limit.set", organisation_id, person_id, detail, actor, now)


def make_connection_key(
    *, organisation_id: UUID, holder: Person, name: str, actor: Actor, now: datetime
) -> tuple[ConnectionKey, str]:
    """Make a key that acts for its holder in one organisation; its text is shown this once only."""
    hold(organisation_id)
    text = f"oml_{secrets.token_urlsafe(32)}"
    if not Membership.objects.at(now).filter(organisation_id=organisation_id, person=holder).exists():
        raise NotAMember(f"{holder.email} is no member of this organisation")
    key = ConnectionKey.objects.create(
        organisation_id=organisation_id,
        name=name,
        holder=holder,
        key_hash=directory.hash_key(text),
        created_at=now,
    )
    directory.enter("key", text, organisation_id=organisation_id)
    _record("key.made", organisation_id, holder.id, {"key": str(key.id)}, actor, now)
    return key, text


def make_own_key(
    *, organisation_id: UUID, name: str, actor: Member, now: datetime
) -> tuple[ConnectionKey, str]:
    """Make a key that acts for whoever makes it, so that nobody gets another's rights by a key (rules 1.11).

    Raises RightMissing for who manages neither settings nor members there.
    """
    if actor.person_id is None or not may_make_key(actor, organisation_id):
        raise RightMissing(Right.MANAGE_SETTINGS, organisation_id)
    holder = Person.objects.get(id=actor.person_id)
    return make_connection_key(
        organisation_id=organisation_id, holder=holder, name=name, actor=actor, now=now
    )


def revoke_connection_key(*, key: ConnectionKey, actor: Member, now: datetime) -> None:
    """Take a key back; a program that uses it is a stranger at its next request.

    Its holder may, and who manages members. Raises RightMissing.
    """
    if actor.person_id != key.holder_id:
        actor.demand(Right.MANAGE_MEMBERS, key.organisation_id)
    hold(key.organisation_id)
    if ConnectionKey.objects.filter(id=key.id, revoked_at=None).update(revoked_at=now):
        _record("key.revoked", key.organisation_id, key.holder_id, {"key": str(key.id)}, actor, now)


def _group(organisation_id: UUID, name: str) -> Group:
    found: Group = Group.objects.get(organisation_id=organisation_id, name=name, ended_at=None)
    return found


def _record(
    name: str, organisation_id: UUID, person_id: UUID, detail: dict[str, str], actor: Actor, now: datetime
) -> None:
    record(name, actor=actor, chain_id=organisation_id, subject_id=person_id, at=now, detail=detail)
