"""Segregation of duties: nobody changes his own rights, and what should not be in one hand (rules 1.11)."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from omloop.audit.actors import Actor
from omloop.audit.services import record
from omloop.organisations.locks import lock_rights
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.organisations.policies import administrators_of, demand_afresh
from omloop.organisations.refusals import OwnRights, SeveralAdministrators
from omloop.organisations.rights import Right

RISKY: tuple[tuple[str, str], ...] = (
    (Right.APPROVE, Right.BOOK),
    (Right.APPROVE, Right.MANAGE_MEMBERS),
    (Right.APPROVE, Right.MANAGE_SCHEMES),
)
"""Who approves should not book, and not decide who approves: members, limits (with members) or schemes.

*Book* is also the right by which the bank account of a supplier is checked and confirmed (rules 2.9)."""
BOOKS = _("book, and confirm bank accounts")
"""What *book* lets one do, where it should not be in one hand with another right."""


def risky_combinations(rights: Collection[str]) -> list[tuple[str, str]]:
    """The pairs among these rights of one person that should not be in one hand."""
    return [pair for pair in RISKY if set(pair) <= set(rights)]


def risk_in_words(right: str) -> str:
    """What a right of a risky combination lets one do, in the language of the page."""
    return str(BOOKS if right == Right.BOOK else Right(right).label)


def risks_in_words(rights: Collection[str]) -> list[tuple[str, str]]:
    """The risky combinations among these rights, in words."""
    return [(risk_in_words(one), risk_in_words(other)) for one, other in risky_combinations(rights)]


def refuse_own(actor: Actor, person_id: UUID, organisation_id: UUID) -> None:
    """Raise OwnRights when somebody changes what he may do himself, unless that is switched off there."""
    if actor.person_id == person_id and is_segregated(organisation_id):
        raise OwnRights("another administrator changes your rights")


def refuse_own_groups(actor: Actor, group_ids: Collection[UUID], organisation_id: UUID) -> None:
    """Raise OwnRights when somebody changes what a group of his may do, unless that is switched off there."""
    stands_in = isinstance(actor, Member) and actor.group_ids & set(group_ids)
    if stands_in and is_segregated(organisation_id):
        raise OwnRights("another administrator changes what your groups may do")


def is_segregated(organisation_id: UUID) -> bool:
    """Whether the check is on there."""
    return Organisation.objects.filter(id=organisation_id, checks_segregation=True).exists()


def set_segregation(*, organisation_id: UUID, is_on: bool, actor: Member, now: datetime) -> None:
    """Switch the check on or off; off only while one person administers the organisation.

    A second administrator switches it on again. Raises RightMissing and SeveralAdministrators.
    """
    actor.demand(Right.MANAGE_MEMBERS, organisation_id)
    lock_rights([organisation_id])
    demand_afresh(actor, Right.MANAGE_MEMBERS, organisation_id, now=now)
    if not is_on and len(administrators_of([organisation_id])[organisation_id]) > 1:
        raise SeveralAdministrators("two people administer this organisation, so they can check each other")
    switch_segregation(organisation_id, is_on=is_on, actor=actor, now=now)


def switch_segregation(organisation_id: UUID, *, is_on: bool, actor: Actor, now: datetime) -> None:
    """Set the switch where it stands otherwise, with its event."""
    rows = Organisation.objects.filter(id=organisation_id).exclude(checks_segregation=is_on)
    if rows.update(checks_segregation=is_on):
        record(
            "segregation.switched",
            actor=actor,
            chain_id=organisation_id,
            subject_id=organisation_id,
            at=now,
            detail={"is_on": is_on},
        )
