"""Making organisations, and granting and withdrawing what people may do there (rules 1.3-1.5, 1.11)."""

import secrets
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from omloop.audit.actors import Actor
from omloop.audit.services import record
from omloop.kernel.ids import uuid7
from omloop.organisations.holding import hold
from omloop.organisations.models import (
    STILL,
    ApprovalLimit,
    ConnectionKey,
    Group,
    GroupMember,
    GroupRight,
    Membership,
    Organisation,
)
from omloop.organisations.rights import RIGHTS_OF, DefaultGroup
from omloop.people.models import Person
from omloop.tenancy import directory
from omloop.tenancy.history import since
from omloop.tenancy.scope import tenant_scope


class LastAdministrator(ValueError):
    """An organisation must keep somebody who manages its members (rules 1.5)."""


class OwnRights(PermissionError):
    """Nobody changes his own rights; another administrator does (rules 1.11)."""


class NotAMember(ValueError):
    """Rights and limits are given to members of the organisation."""


def create_organisation(
    *,
    environment_id: UUID,
    name: str,
    kvk: str = "",
    vat: str = "",
    administrator_id: UUID,
    actor: Actor,
    now: datetime,
) -> Organisation:
    """Make an organisation with the default groups and its first administrator; opens its own scope.

    Whoever may add organisations to an environment is decided by the caller's policy; today that is the
    operator alone.
    """
    organisation = Organisation(
        id=uuid7(), environment_id=environment_id, name=name, kvk=kvk, vat=vat, created_at=now
    )
    with tenant_scope(actor.person_id, [organisation.id], [environment_id]):
        organisation.save(force_insert=True)
        directory.enter("chain", organisation.id, organisation_id=organisation.id)
        if kvk:
            directory.enter("kvk", kvk, organisation_id=organisation.id)
        make_default_groups(organisation.id, now=now)
        record(
            "organisation.created", actor=actor, chain_id=organisation.id, subject_id=organisation.id, at=now
        )
        grant(
            organisation_id=organisation.id,
            person_id=administrator_id,
            group=DefaultGroup.ADMINISTRATOR,
            actor=actor,
            now=now,
        )
    return organisation


def make_default_groups(organisation_id: UUID, *, now: datetime) -> None:
    """The five groups of rules 1.4, with their rights as rows."""
    groups = [
        Group(organisation_id=organisation_id, name=default.value, default=default.value)
        for default in DefaultGroup
    ]
    Group.objects.bulk_create(groups)
    GroupRight.objects.bulk_create(
        GroupRight(organisation_id=organisation_id, group=group, right=right, valid=since(now))
        for group in groups
        for right in sorted(RIGHTS_OF[group.default])
    )


def grant(*, organisation_id: UUID, person_id: UUID, group: str, actor: Actor, now: datetime) -> None:
    """Put a person in a group of an organisation, making him a member; works from the next request on."""
    _refuse_own(actor, person_id)
    hold(organisation_id)
    if not Membership.objects.at(now).filter(organisation_id=organisation_id, person_id=person_id).exists():
        Membership.objects.create(organisation_id=organisation_id, person_id=person_id, valid=since(now))
        directory.enter("person", person_id, organisation_id=organisation_id)
    target = Group.objects.get(organisation_id=organisation_id, name=group)
    if GroupMember.objects.at(now).filter(group=target, person_id=person_id).exists():
        return
    GroupMember.objects.create(
        organisation_id=organisation_id, group=target, person_id=person_id, valid=since(now)
    )
    _record("rights.granted", organisation_id, person_id, {"group": group}, actor, now)


def withdraw(*, organisation_id: UUID, person_id: UUID, group: str, actor: Actor, now: datetime) -> None:
    """Take a person out of a group; out of his last one ends the membership.

    Raises LastAdministrator. The administrators' rows are locked, and asked whether they still hold: one
    that ended while this waited may have ended after `now`, so two can't demote each other at once.
    """
    _refuse_own(actor, person_id)
    hold(organisation_id)
    held = GroupMember.objects.filter(STILL, organisation_id=organisation_id, group__name=group)
    holders = list(held.select_for_update(of=("self",)).order_by("id").values_list("person_id", flat=True))
    if person_id not in holders:
        return
    if group == DefaultGroup.ADMINISTRATOR and len(holders) == 1:
        raise LastAdministrator(str(organisation_id))
    held.filter(person_id=person_id).end(now)
    if not GroupMember.objects.at(now).filter(organisation_id=organisation_id, person_id=person_id).exists():
        Membership.objects.filter(organisation_id=organisation_id, person_id=person_id).end(now)
        directory.leave("person", person_id, organisation_id=organisation_id)
    _record("rights.withdrawn", organisation_id, person_id, {"group": group}, actor, now)


def set_limit(
    *, organisation_id: UUID, person_id: UUID, amount: Decimal | None, actor: Actor, now: datetime
) -> None:
    """Up to how much he approves there, in the organisation's currency; None takes the limit away."""
    _refuse_own(actor, person_id)
    hold(organisation_id)
    ApprovalLimit.objects.filter(organisation_id=organisation_id, person_id=person_id).end(now)
    if amount is not None:
        ApprovalLimit.objects.create(
            organisation_id=organisation_id, person_id=person_id, amount=amount, valid=since(now)
        )
    _record("limit.set", organisation_id, person_id, {"amount": str(amount) if amount else ""}, actor, now)


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


def _refuse_own(actor: Actor, person_id: UUID) -> None:
    if actor.person_id == person_id:
        raise OwnRights("another administrator changes your rights")


def _record(
    name: str, organisation_id: UUID, person_id: UUID, detail: dict[str, str], actor: Actor, now: datetime
) -> None:
    record(name, actor=actor, chain_id=organisation_id, subject_id=person_id, at=now, detail=detail)
