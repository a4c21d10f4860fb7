"""Noting that somebody has opened what another organisation of this installation sent (rules 2.7)."""

from datetime import datetime

from omloop.audit.services import record
from omloop.intake.models import Channel, Document
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.tenancy.scope import current_scope


def note_opened(document: Document, *, actor: Member, now: datetime) -> None:
    """Note it the first time, so that the sender can be told; of what came otherwise nothing is kept.

    The caller has seen that he may see it. Where nothing may change now, nothing is noted.
    """
    if document.channel != Channel.INSTALLATION or document.opened_at is not None:
        return
    if document.organisation_id in current_scope().standing_still:
        return
    hold(document.organisation_id)
    if Document.objects.filter(id=document.id, opened_at=None).update(opened_at=now):
        record(
            "document.opened",
            actor=actor,
            chain_id=document.organisation_id,
            subject_id=document.id,
            at=now,
        )
