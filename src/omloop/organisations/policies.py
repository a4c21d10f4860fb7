"""Who administers, and whether somebody still may when the lock is held (rules 1.5)."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from omloop.audit.actors import Actor
from omloop.organisations.activity import acts, not_ended
from omloop.organisations.members import Member, RightMissing
from omloop.organisations.models import STILL, GroupMember
from omloop.organisations.refusals import LastAdministrator
from omloop.organisations.rights import DefaultGroup, Right


def administrators_of(organisation_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """By organisation, who administers it without an end date and is active."""
    rows = GroupMember.objects.filter(
        STILL, acts(), organisation_id__in=organisation_ids, group__default=DefaultGroup.ADMINISTRATOR
    )
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for organisation_id, person_id in rows.values_list("organisation_id", "person_id"):
        found[organisation_id].add(person_id)
    return found


def refuse_last_administrator(organisation_ids: Collection[UUID], person_id: UUID) -> None:
    """Raise LastAdministrator when one of these organisations has him alone; call it with rights locked."""
    alone = [place for place, people in administrators_of(organisation_ids).items() if people == {person_id}]
    if alone:
        raise LastAdministrator(*sorted(alone))


def may_make_key(actor: Member, organisation_id: UUID) -> bool:
    """Whether he makes connection keys there, and sees everybody's: he manages settings or members."""
    return any(actor.can(right, organisation_id) for right in (Right.MANAGE_SETTINGS, Right.MANAGE_MEMBERS))


def demand_afresh(actor: Actor, right: str, organisation_id: UUID, *, now: datetime) -> None:
    """Raise RightMissing when a member has lost the right while he waited for the lock.

    The operator and named parts of the system are no members: who may be one of them is decided elsewhere.
    """
    if not isinstance(actor, Member) or actor.person_id is None:
        return
    held = GroupMember.objects.at(now).filter(
        not_ended("valid") & not_ended("group__rights__valid"),
        acts(),
        organisation_id=organisation_id,
        person_id=actor.person_id,
        group__rights__valid__contains=now,
        group__rights__right=right,
    )
    if not held.exists():
        raise RightMissing(right, organisation_id)
