"""People who leave organisations all at once, and who come back as they were (rules 6.3)."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from omloop.audit.actors import Actor
from omloop.audit.models import AuditEvent
from omloop.audit.services import record_all
from omloop.kernel.ids import uuid7
from omloop.organisations.keys import revoke_keys
from omloop.organisations.models import ApprovalLimit, ConnectionKey, Group, GroupMember, Membership
from omloop.organisations.rights import DefaultGroup
from omloop.tenancy import directory
from omloop.tenancy.directory import hash_key
from omloop.tenancy.history import between, since
from omloop.tenancy.models import TenancyDirectory

KINDS: tuple[type[Membership | GroupMember | ApprovalLimit], ...] = (Membership, GroupMember, ApprovalLimit)
"""What a person has in an organisation, as rows that end."""
Kind = TypeVar("Kind", bound=Membership | GroupMember | ApprovalLimit)
ENDED = "membership.ended"
"""Its `until` says of each row with an end date which one it had; an undo gives that back."""


def end_memberships(
    organisation_ids: Collection[UUID], people: Collection[UUID], *, actor: Actor, now: datetime
) -> None:
    """End all that these people have in these organisations, their connection keys too, set by set.

    Whether somebody is left who administers is the caller's to know.
    """
    of = {"organisation_id__in": organisation_ids}
    left = list(Membership.objects.at(now).filter(**of, person_id__in=people).order_by("id"))
    untils: dict[tuple[UUID, UUID], dict[str, str]] = defaultdict(dict)
    for kind in KINDS:
        rows = kind.objects.filter(**of, person_id__in=people)
        for row in rows.at(now).filter(valid__upper_inf=False):
            untils[row.organisation_id, row.person_id][str(row.id)] = row.valid.upper.isoformat()
        rows.end(now)
    revoked = revoke_keys(ConnectionKey.objects.filter(**of, holder_id__in=people), now=now)
    gone = [hash_key(person) for person in people]
    TenancyDirectory.objects.filter(**of, kind="person", key__in=gone).delete()
    events = [
        _event(
            ENDED,
            row.organisation_id,
            row.person_id,
            actor,
            now,
            {"until": held} if (held := untils.get((row.organisation_id, row.person_id))) else {},
        )
        for row in left
    ]
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


def restorable(
    kind: type[Kind], organisation_ids: Collection[UUID], *, ended_at: datetime, now: datetime
) -> list[Kind]:
    """The rows of a kind that `end_memberships` ended at that moment, as they would come back now: until the
    day they had, and not at all once that has passed."""
    untils = _untils(organisation_ids, ended_at)
    rows = kind._default_manager.filter(organisation_id__in=organisation_ids, valid__endswith=ended_at)
    found = []
    for row in rows.order_by("id"):
        until = untils.get(str(row.id))
        if until is None or until > now:
            row.valid = between(now, until)
            found.append(row)
    return found


def returning(
    organisation_ids: Collection[UUID], *, ended_at: datetime, now: datetime
) -> set[tuple[UUID, UUID]]:
    """(organisation, person) of everybody who would come back: who has a group there to come back to."""
    groups = restorable(GroupMember, organisation_ids, ended_at=ended_at, now=now)
    return {(row.organisation_id, row.person_id) for row in groups}


def restore_memberships(
    organisation_ids: Collection[UUID],
    people: Collection[UUID],
    *,
    resting: Collection[UUID],
    ended_at: datetime,
    actor: Actor,
    now: datetime,
) -> None:
    """Give these people back what ended for them at that moment; connection keys are made anew by hand.

    Of a place with an end date what is left of it; who is `resting` comes back deactivated.
    """
    back = returning(organisation_ids, ended_at=ended_at, now=now)
    came_back: list[Membership] = []
    for kind in KINDS:
        again = [
            row
            for row in restorable(kind, organisation_ids, ended_at=ended_at, now=now)
            if row.person_id in people and (row.organisation_id, row.person_id) in back
        ]
        for row in again:
            row.id = uuid7()
            if isinstance(row, Membership):
                row.is_active = row.is_active and row.person_id not in resting
                came_back.append(row)
        kind.objects.bulk_create(again, ignore_conflicts=True)
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


def _untils(organisation_ids: Collection[UUID], ended_at: datetime) -> dict[str, datetime]:
    """The end that rows had before they were ended, by their id; the trail keeps it."""
    events = AuditEvent.objects.filter(chain_id__in=organisation_ids, name=ENDED, at=ended_at)
    return {
        row: datetime.fromisoformat(until)
        for detail in events.values_list("detail", flat=True)
        for row, until in detail.get("until", {}).items()
    }


def _event(
    name: str, place: UUID, person: UUID, actor: Actor, now: datetime, detail: dict[str, Any] | None = None
) -> AuditEvent:
    return AuditEvent(
        chain_id=place,
        name=name,
        at=now,
        actor=actor.signature,
        person_id=actor.person_id,
        subject_id=person,
        origin=actor.origin,
        detail=detail or {},
    )
