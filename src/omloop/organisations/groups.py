"""Groups of an organisation's own: making, renaming, what they may do, ending (rules 1.4)."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from omloop.audit.services import record
from omloop.organisations.activity import not_ended
from omloop.organisations.locks import lock_rights
from omloop.organisations.members import Member
from omloop.organisations.models import STILL, Group, GroupMember, GroupRight
from omloop.organisations.policies import demand_afresh
from omloop.organisations.refusals import DefaultGroupStays, GroupInUse, GroupNameTaken, GroupWithoutRights
from omloop.organisations.rights import DefaultGroup, Right
from omloop.organisations.segregation import refuse_own_groups
from omloop.tenancy.history import since


def make_group(
    *, organisation_id: UUID, name: str, rights: Collection[str], actor: Member, now: datetime
) -> Group:
    """A new group with these rights. Raises RightMissing, GroupNameTaken and GroupWithoutRights."""
    actor.demand(Right.MANAGE_MEMBERS, organisation_id)
    _lock(organisation_id, actor, now)
    _refuse_name(organisation_id, name)
    _refuse_rights(rights)
    group: Group = Group.objects.create(organisation_id=organisation_id, name=name)
    _add_rights(group, rights, now)
    _record("group.made", group, actor, now, {"rights": sorted(rights)})
    return group


def change_group(*, group: Group, name: str, rights: Collection[str], actor: Member, now: datetime) -> None:
    """Another name or other rights, for everybody in it from the next request on.

    Raises RightMissing, DefaultGroupStays, OwnRights (he stands in it himself), GroupNameTaken and
    GroupWithoutRights.
    """
    _may_edit(group, actor, now)
    held = set(GroupRight.objects.at(now).filter(group=group).values_list("right", flat=True))
    _refuse_rights(rights)
    if held != set(rights):
        refuse_own_groups(actor, [group.id], group.organisation_id)
    if name != group.name:
        _refuse_name(group.organisation_id, name)
        Group.objects.filter(id=group.id).update(name=name)
    GroupRight.objects.filter(group=group, right__in=held - set(rights)).end(now)
    _add_rights(group, set(rights) - held, now)
    _record("group.changed", group, actor, now, {"rights": sorted(rights)})


def end_group(*, group: Group, actor: Member, now: datetime) -> None:
    """End a group in which nobody stands; what it was stays known.

    It is refused while somebody stands in it: moving people to another group changes what they may do, so
    that is decided person by person. Raises RightMissing, DefaultGroupStays and GroupInUse.
    """
    _may_edit(group, actor, now)
    people = GroupMember.objects.at(now).filter(not_ended(), group=group).values_list("person_id", flat=True)
    if people:
        raise GroupInUse(list(people))
    GroupRight.objects.filter(STILL, group=group).end(now)
    Group.objects.filter(id=group.id).update(ended_at=now)
    _record("group.ended", group, actor, now, {})


def _may_edit(group: Group, actor: Member, now: datetime) -> None:
    actor.demand(Right.MANAGE_MEMBERS, group.organisation_id)
    if group.default:
        raise DefaultGroupStays(group.default)
    _lock(group.organisation_id, actor, now)


def _lock(organisation_id: UUID, actor: Member, now: datetime) -> None:
    lock_rights([organisation_id])
    demand_afresh(actor, Right.MANAGE_MEMBERS, organisation_id, now=now)


def _refuse_name(organisation_id: UUID, name: str) -> None:
    """Names of default groups are words of the program, in both languages."""
    labels = {str(label).casefold() for label in (*DefaultGroup.labels, *DefaultGroup.values)}
    taken = Group.objects.filter(organisation_id=organisation_id, name__iexact=name, ended_at=None)
    if name.casefold() in labels or taken.exists():
        raise GroupNameTaken(name)


def _refuse_rights(rights: Collection[str]) -> None:
    if not rights or not set(rights) <= set(Right.values):
        raise GroupWithoutRights(", ".join(rights))


def _add_rights(group: Group, rights: Collection[str], now: datetime) -> None:
    GroupRight.objects.bulk_create(
        GroupRight(organisation_id=group.organisation_id, group=group, right=right, valid=since(now))
        for right in sorted(rights)
    )


def _record(name: str, group: Group, actor: Member, now: datetime, detail: dict[str, list[str]]) -> None:
    record(name, actor=actor, chain_id=group.organisation_id, subject_id=group.id, at=now, detail=detail)
