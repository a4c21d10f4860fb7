"""Whose absence one may set, change or cancel, and where (rules 4.1)."""

from uuid import UUID

from omloop.organisations.members import Member
from omloop.organisations.rights import Right


def can_manage(actor: Member, person_id: UUID, organisation_id: UUID) -> bool:
    """His own everywhere; another's where he holds the right to manage absences of others."""
    return actor.person_id == person_id or actor.can(Right.MANAGE_ABSENCES, organisation_id)
