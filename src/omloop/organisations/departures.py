"""People who leave organisations all at once, and who come back as they were (rules 6.3)."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from omloop.audit.actors import Actor
from omloop.audit.models import AuditEvent
from omloop.audit.services import record_all
from omloop.kernel.ids import uuid7
from omloop.organisations.models import ApprovalLimit, ConnectionKey, Group, GroupMember, Membership
from omloop.organisations.rights import DefaultGroup
from omloop.tenancy import directory
from omloop.tenancy.directory import hash_key
from omloop.tenancy.history import between, since
from omloop.tenancy.models import TenancyDirectory

KINDS = (Membership, GroupMember, ApprovalLimit)
"""What a person has in an organisation, as rows that end."""
JUST = timedelta(microseconds=1)


def end_memberships(
    organisation_ids: Collection[UUID], people: Collection[UUID], *, actor: Actor, now: datetime
) -> None:
    """End all that these people have in these organisations, their connection keys too, set by set.

    Whether somebody is left who administers is the caller's to know.
    """
    of = {"organisation_id__in": organisation_ids}
    left = list(Membership.objects.at(now).filter(**of, person_id__in=people).order_by("id"))
    for kind in KINDS:
        kind.objects.filter(**of, person_id__in=people).end(now)
    keys = ConnectionKey.objects.filter(**of, holder_id__in=people, revoked_at=None)
    revoked = list(keys)
    keys.update(revoked_at=now)
    leads = TenancyDirectory.objects.filter(**of)
    leads.filter(kind="person", key__in=[hash_key(person) for person in people]).delete()
    leads.filter(kind="key", key__in=[bytes(key.key_hash) for key in revoked]).delete()
    events = [_event("membership.ended", row.organisation_id, row.person_id, actor, now) for row in left]
    events += [_event("key.revoked", key.organisation_id, key.holder_id, actor, now) for key in revoked]
    record_all(events)


def part_from_partners(organisation_ids: Collection[UUID], *, now: datetime) -> None:
    """Who is a member by a partnership and stays one is a member of his own from here on: a partnership is
    between environments, and he gets a place where the organisation goes (rules 1.8)."""
    rows = Membership.objects.filter(organisation_id__in=organisation_ids, partnership__isnull=False)
    own = list(rows.at(now).order_by("id"))
    rows.end(now)
    for row in own:
        row.id, row.valid, row.partnership_id = uuid7(), since(now), None
    Membership.objects.bulk_create(own)


def restore_memberships(
    organisation_ids: Collection[UUID],
    people: Collection[UUID],
    *,
    ended_at: datetime,
    actor: Actor,
    now: datetime,
) -> None:
    """Give these people back what ended for them at that moment; connection keys are made anew by hand."""
    came_back: list[Membership] = []
    for kind in KINDS:
        rows = kind.objects.filter(
            organisation_id__in=organisation_ids, person_id__in=people, valid__endswith=ended_at
        )
        again = list(rows.order_by("id"))
        for row in again:
            row.id, row.valid = uuid7(), since(now)
        kind.objects.bulk_create(again, ignore_conflicts=True)
        came_back = again if kind is Membership else came_back
    TenancyDirectory.objects.bulk_create(
        [
            TenancyDirectory(kind="person", key=hash_key(row.person_id), organisation_id=row.organisation_id)
            for row in came_back
        ],
        ignore_conflicts=True,
    )
    record_all(
        [_event("membership.restored", row.organisation_id, row.person_id, actor, now) for row in came_back]
    )


def let_read(
    organisation_id: UUID,
    people: Collection[UUID],
    *,
    imported_until: date,
    until: datetime,
    actor: Actor,
    now: datetime,
) -> None:
    """Let people who left read on, until an instant, what was imported through a day (rules 6.6)."""
    of = {"organisation_id": organisation_id}
    reader = Group.objects.get(**of, default=DefaultGroup.READER)
    Membership.objects.bulk_create(Membership(**of, person_id=person, valid=since(now)) for person in people)
    GroupMember.objects.bulk_create(
        GroupMember(
            **of, person_id=person, group=reader, valid=between(now, until), imported_until=imported_until
        )
        for person in people
    )
    for person in people:
        directory.enter("person", person, organisation_id=organisation_id)
    record_all([_event("membership.reads_on", organisation_id, person, actor, now) for person in people])


def end_reading(organisation_ids: Collection[UUID], *, now: datetime) -> None:
    """End what was let read on there: the organisations come back, and so does what people had."""
    reading = GroupMember.objects.at(now).filter(organisation_id__in=organisation_ids)
    for row in list(reading.exclude(imported_until=None)):
        for kind in KINDS:
            kind.objects.filter(organisation_id=row.organisation_id, person_id=row.person_id).end(now)


def _event(name: str, place: UUID, person: UUID, actor: Actor, now: datetime) -> AuditEvent:
    return AuditEvent(
        chain_id=place,
        name=name,
        at=now,
        actor=actor.signature,
        person_id=actor.person_id,
        subject_id=person,
        origin=actor.origin,
    )
