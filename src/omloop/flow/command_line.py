"""Taking in a file and reading it at once: for who waits for the outcome, as at the command line."""

import logging
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from omloop.audit.models import AuditEvent
from omloop.audit.services import defer, gather
from omloop.flow.services import go_on
from omloop.intake.again import take_in_again
from omloop.intake.containers import Brought, Taken, bring
from omloop.intake.models import Document
from omloop.intake.services import ACCEPTED, KNOWN, Accepted
from omloop.organisations.members import Member
from omloop.tenancy.scope import show_confidential, tenant_scope

logger = logging.getLogger("omloop.flow")


def take_in(**how: Any) -> Accepted:
    """Take in a file that is no mail or ZIP, as `bring_in` does."""
    taken = bring_in(**how).parts[0]
    return Accepted(taken.outcome, taken.document_id)


def bring_in(
    *,
    organisation_id: UUID,
    data: bytes,
    filename: str,
    channel: str,
    actor: Member,
    received_at: datetime | None = None,
    confidential: bool = False,
    again: str = "",
    now: datetime | None = None,
) -> Brought:
    """Take in a file, or each file of a mail or ZIP, and go on with its story, in one transaction of its own:
    committed when this returns. What is known is taken in once more for the reason `again`, if one is given.

    When going on fails, it is taken in all the same, and a job tries again.
    Raises what `accept` raises.
    """
    now = now or timezone.now()
    with tenant_scope(actor.person_id, [organisation_id]):
        show_confidential([organisation_id])  # the system reads what comes in, whoever brings it
        with gather() as events:
            brought = bring(
                organisation_id=organisation_id,
                data=data,
                filename=filename,
                channel=channel,
                actor=actor,
                now=now,
                received_at=received_at,
                confidential=confidential,
            )
            if again:
                brought = _once_more(brought, again, channel, actor, now)
        for event in events:
            _go_on_or_defer(event, now)
    return brought


def _once_more(brought: Brought, reason: str, channel: str, actor: Member, now: datetime) -> Brought:
    return replace(brought, parts=tuple(_again(part, reason, channel, actor, now) for part in brought.parts))


def _again(part: Taken, reason: str, channel: str, actor: Member, now: datetime) -> Taken:
    if part.outcome != KNOWN or part.document_id is None:
        return part
    document = Document.objects.get(id=part.document_id)
    made = take_in_again(document, reason=reason, channel=channel, actor=actor, now=now)
    return replace(part, outcome=ACCEPTED, document_id=made.id)


def _go_on_or_defer(event: AuditEvent, now: datetime) -> None:
    try:
        with transaction.atomic():
            go_on(event, now=now)
    except Exception:
        logger.exception("%s of %s did not go on; a job tries again", event.name, event.subject_id)
        defer(event)
