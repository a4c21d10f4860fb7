"""What the steps of the story do: find what the event speaks of, and hand it to its room."""

from datetime import datetime

from procrastinate.contrib.django import app

from omloop.audit.models import AuditEvent
from omloop.circulation.recoding import after_coding
from omloop.circulation.starting import start_circulation
from omloop.invoices import services as invoices
from omloop.invoices.models import Invoice
from omloop.notifications.services import announce
from omloop.organisations.members import Member
from omloop.standins.timer import see_to_absences


def read(event: AuditEvent, *, actor: Member, now: datetime) -> None:
    """Read the document of this event; one that was read already is left alone."""
    assert event.subject_id is not None  # noqa: S101 - intake names the document
    invoices.read_document(event.subject_id, actor=actor, now=now)


def circulate(event: AuditEvent, *, actor: Member, now: datetime) -> None:
    """Start the circulation of this event's invoice, unless findings hold it or it has started."""
    received = Invoice.objects.select_for_update().filter(id=event.subject_id, state=Invoice.State.RECEIVED)
    for invoice in received:
        start_circulation(invoice, actor=actor, now=now)


def recode(event: AuditEvent, *, actor: Member, now: datetime) -> None:
    """Ask anew what was decided about lines that this event changed."""
    for invoice in Invoice.objects.filter(id=event.subject_id):
        after_coding(invoice, coded_by=event.person_id, actor=actor, now=now)


def tell(event: AuditEvent, *, actor: Member, now: datetime) -> None:
    """Tell whom this event concerns: by mail, in the app, as each wants it."""
    announce(event, now=now)


def see_to(event: AuditEvent, *, actor: Member, now: datetime) -> None:
    """Do what an absence that was set or changed asks for at once, for its first day may be there."""
    see_to_absences(event.chain_id, actor=actor, now=now)


def extend(event: AuditEvent, *, actor: Member, now: datetime) -> None:
    """Who comes into an organisation while he is away is away there too: a job looks, over all he is in."""
    job = app.configure_task("standins.extend", allow_unknown=False)
    job.defer(person_id=str(event.subject_id), organisation_id=str(event.chain_id))
