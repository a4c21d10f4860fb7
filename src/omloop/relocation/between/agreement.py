"""An administrator of the organisation agrees that it goes to another installation (rules 6.4)."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from omloop.audit.services import record
from omloop.organisations.holding import hold
from omloop.organisations.members import Member, RightMissing
from omloop.organisations.models import GroupMember
from omloop.organisations.rights import Right
from omloop.relocation.between.journal import AGREED_FOR, LeavingAgreement


class NobodyAgreed(ValueError):
    """No administrator of the organisation agrees that it leaves."""


def agree_to_leave(organisation_id: UUID, *, actor: Member, now: datetime) -> LeavingAgreement:
    """Say, as somebody who may move the organisation, that it may go; holds for 30 days.

    Raises RightMissing.
    """
    person_id = _mover(actor, organisation_id)
    hold(organisation_id)
    if found := agreements(organisation_id, now=now).filter(person_id=person_id).first():
        return found
    given: LeavingAgreement = LeavingAgreement.objects.create(
        organisation_id=organisation_id, person_id=person_id, given_at=now
    )
    record(
        "organisation.leaving_agreed",
        actor=actor,
        chain_id=organisation_id,
        subject_id=organisation_id,
        at=now,
    )
    return given


def withdraw_agreement(organisation_id: UUID, *, actor: Member, now: datetime) -> None:
    """Take one's agreement back, as long as the organisation has not begun to leave; raises RightMissing."""
    person_id = _mover(actor, organisation_id)
    hold(organisation_id)
    held = agreements(organisation_id, now=now).filter(person_id=person_id)
    if held.update(withdrawn_at=now):
        record(
            "organisation.leaving_agreement_withdrawn",
            actor=actor,
            chain_id=organisation_id,
            subject_id=organisation_id,
            at=now,
        )


def _mover(actor: Member, organisation_id: UUID) -> UUID:
    actor.demand(Right.MOVE, organisation_id)
    if actor.person_id is None:
        raise RightMissing(Right.MOVE, organisation_id)
    return actor.person_id


def agreements(organisation_id: UUID, *, now: datetime) -> QuerySet[LeavingAgreement]:
    """The agreements that count at this moment; who gave them may have lost the right since."""
    return LeavingAgreement.objects.filter(
        organisation_id=organisation_id, withdrawn_at=None, given_at__gt=now - AGREED_FOR
    ).order_by("given_at")


def refuse_unless_agreed(organisation_id: UUID, *, now: datetime) -> None:
    """Raise NobodyAgreed unless somebody agreed who may move the organisation still."""
    may_move = GroupMember.objects.at(now).filter(
        organisation_id=organisation_id,
        person__is_active=True,
        group__rights__right=Right.MOVE,
        group__rights__valid__contains=now,
    )
    agreed = agreements(organisation_id, now=now).filter(person_id__in=may_move.values("person_id"))
    if not agreed.exists():
        raise NobodyAgreed(
            "No administrator of this organisation agrees that it leaves. He says so on its page "
            "«Naar een andere installatie»; after that, run this again."
        )
