"""Whose absence one may set, change or cancel, and where (rules 4.1)."""

from uuid import UUID

from omloop.absences.models import LentRight
from omloop.organisations.members import Member
from omloop.organisations.rights import Right
from omloop.people.humans import accounts_of


def can_manage(actor: Member, person_id: UUID, organisation_id: UUID) -> bool:
    """His own everywhere; another's where he holds the right to manage absences of others."""
    return actor.person_id == person_id or actor.can(Right.MANAGE_ABSENCES, organisation_id)


def can_date_back(actor: Member, person_id: UUID) -> bool:
    """Whether he may begin this person's absence in the past and leave its end open (rules 4.8).

    Whoever sets it for another; for himself nobody changes what has gone its way.
    """
    return actor.person_id != person_id


def can_answer_lending(actor: Member, lent: LentRight) -> bool:
    """Whether he confirms or declines what is asked to be lent: he manages members there, and is neither of
    the two, by no account of his (rules 1.5, 4.5)."""
    if not actor.can(Right.MANAGE_MEMBERS, lent.organisation_id):
        return False
    return actor.person_id not in accounts_of([lent.lender_id, lent.borrower_id])
