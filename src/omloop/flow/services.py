"""Going on with the story after an event, and what happens when that keeps failing."""

from collections import deque
from datetime import datetime

from omloop.audit.models import AuditEvent
from omloop.audit.services import gather
from omloop.einvoice import Finding, Flag
from omloop.flow.story import STORY
from omloop.intake.models import Document
from omloop.invoices import services as invoices
from omloop.organisations.holding import hold
from omloop.organisations.members import system_member

STORYTELLER = "story"
"""The name under which the system acts when the story goes on."""


def go_on(event: AuditEvent, *, now: datetime) -> None:
    """Do the step after this event, and the steps after what that brings about, in the open transaction."""
    hold(event.chain_id)
    actor = system_member(STORYTELLER, event.chain_id)
    waiting = deque([event])
    while waiting:
        event = waiting.popleft()
        with gather() as followers:
            STORY[event.name](event, actor=actor, now=now)
        waiting.extend(followers)


def give_up(event: AuditEvent, cause: str, *, now: datetime) -> None:
    """Put what this event speaks of on a list, since going on failed again and again; nothing is dropped."""
    hold(event.chain_id)
    actor = system_member(STORYTELLER, event.chain_id)
    received = Document.objects.select_for_update().filter(id=event.subject_id, state=Document.State.RECEIVED)
    for document in received:
        invoices.mark_unreadable(document, [_failure(cause)], actor=actor, now=now)
    if event.subject_id:
        invoices.hold_again(event.subject_id, actor=actor, now=now)


def _failure(cause: str) -> Finding:
    return Finding(
        rule="OML-FLOW-01",
        flag=Flag.FATAL,
        nl=f"Omloop kon dit document niet verwerken door een fout in het programma ({cause}). Het is "
        "bewaard. "
        "Laat het opnieuw lezen; blijft het misgaan, geef de beheerder dan het tijdstip.",
        en=f"Omloop could not process this document because of a mistake in the program ({cause}). It is "
        "kept. "
        "Have it read again; if it keeps failing, tell the administrator the time.",
    )
