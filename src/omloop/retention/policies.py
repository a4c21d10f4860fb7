"""Who decides how long something is kept and what goes, and who reads what went (rules 2.8)."""

from datetime import datetime
from uuid import UUID

from omloop.organisations.activity import acts
from omloop.organisations.members import Member, RightMissing
from omloop.organisations.models import GroupMember
from omloop.organisations.rights import Right
from omloop.people.humans import accounts_of
from omloop.retention.models import Removal
from omloop.retention.refusals import BeingDestroyed
from omloop.tenancy.scope import confidential_shown

DECIDING = (Right.BOOK, Right.MANAGE_SETTINGS, Right.MOVE)
"""Those of the financial administration and of administrators; where it is closed only the last is left."""


def decides(member: Member, organisation_id: UUID) -> bool:
    """Whether he marks, holds, proposes and confirms there."""
    return any(member.can(right, organisation_id) for right in DECIDING)


def demand_deciding(member: Member, organisation_id: UUID) -> None:
    """Raise RightMissing unless he decides there."""
    if not decides(member, organisation_id):
        raise RightMissing(Right.BOOK, organisation_id)


def who_confirms(removal: Removal, *, now: datetime) -> list[UUID]:
    """Who may be the second person of a list: he decides there, and did not propose it."""
    held = GroupMember.objects.at(now).filter(
        acts(), organisation_id=removal.organisation_id, group__rights__valid__contains=now
    )
    found = set(held.filter(group__rights__right__in=DECIDING).values_list("person_id", flat=True))
    if removal.confidential:
        secret = held.filter(group__rights__right=Right.VIEW_CONFIDENTIAL)
        found &= set(secret.values_list("person_id", flat=True))
    return sorted(found - accounts_of([removal.proposed_by_id]))


def reads(member: Member, organisation_id: UUID) -> bool:
    """Whether he reads what may go and what went: who decides, and who sees all without a last day."""
    sees_all = member.can(Right.VIEW_ALL, organisation_id) and organisation_id not in member.sees_until
    return sees_all or decides(member, organisation_id)


def refuse_while_destroying(organisation_id: UUID) -> None:
    """Raise BeingDestroyed while a list is carried out, so that nothing comes onto it that nobody saw."""
    with confidential_shown([organisation_id]):
        running = Removal.objects.filter(organisation_id=organisation_id, state=Removal.State.RUNNING)
        if running.exists():
            raise BeingDestroyed
