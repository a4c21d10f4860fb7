"""What the steps of the story do: find what the event speaks of, and hand it to its room."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q
from procrastinate.contrib.django import app

from omloop.audit.models import AuditEvent
from omloop.circulation.ending.crediting import ask_about_credit_notes
from omloop.circulation.ending.making_confidential import hide_by_account
from omloop.circulation.routing.recoding import after_coding, after_typing
from omloop.circulation.scheme.starting import start_circulation
from omloop.intake.models import Document
from omloop.invoices import services as invoices
from omloop.invoices.models import Invoice
from omloop.notifications.services import announce
from omloop.organisations.members import Member
from omloop.payees.services import note_payee
from omloop.sending.carrying import announce as announce_state
from omloop.standins.timer import see_to_absences


def read(event: AuditEvent, *, actor: Member, now: datetime) -> None:
    """Read the document of this event; one that was read already is left alone."""
    assert event.subject_id is not None  # noqa: S101 - intake names the document
    invoices.read_document(event.subject_id, actor=actor, now=now)


def recognise(event: AuditEvent, *, actor: Member, now: datetime) -> None:
    """Have the words of a PDF or image read: a job does, for that takes its time."""
    job = app.configure_task("recognition.recognise", allow_unknown=False)
    job.defer(document_id=str(event.subject_id), organisation_id=str(event.chain_id))


def begin(event: AuditEvent, *, actor: Member, now: datetime) -> None:
    """Hide an invoice of a confidential ledger account, note on which account it is to be paid, and start its
    circulation; a job reads its PDFs.

    The first step opens when the file was received (rules 4.2); of what waited for somebody to type it,
    now (4.3).
    """
    for invoice in Invoice.objects.filter(id=event.subject_id):
        note_payee(hide_by_account(invoice, actor=actor, now=now), now=now)
    for invoice in _waiting(event):
        opened_at = None if event.name == "invoice.typed" else invoice.received_at
        start_circulation(invoice, opened_at=opened_at, actor=actor, now=now)
    if event.detail.get("has_pdf"):
        job = app.configure_task("recognition.read_pdfs", allow_unknown=False)
        job.defer(invoice_id=str(event.subject_id), organisation_id=str(event.chain_id))


def retype(event: AuditEvent, *, actor: Member, now: datetime) -> None:
    """Ask anew what was decided about what this event changed."""
    for invoice in Invoice.objects.filter(id=event.subject_id):
        note_payee(invoice, now=now)
        after_typing(invoice, typed_by=event.person_id, actor=actor, now=now)


def circulate(event: AuditEvent, *, actor: Member, now: datetime) -> None:
    """Start the circulation of an invoice that was held: its first step opens now (rules 4.3)."""
    for invoice in _waiting(event):
        start_circulation(invoice, actor=actor, now=now)


def _waiting(event: AuditEvent) -> Iterator[Invoice]:
    """This event's invoice, locked, unless findings hold it or it has started."""
    received = Invoice.objects.select_for_update().filter(id=event.subject_id, state=Invoice.State.RECEIVED)
    yield from received


def recode(event: AuditEvent, *, actor: Member, now: datetime) -> None:
    """Hide what is coded on a confidential account now, and ask anew what was decided about changed lines."""
    for invoice in Invoice.objects.filter(id=event.subject_id):
        invoice = hide_by_account(invoice, actor=actor, now=now)
        after_coding(invoice, coded_by=event.person_id, actor=actor, now=now)


def tell(event: AuditEvent, *, actor: Member, now: datetime) -> None:
    """Tell whom this event concerns: by mail, in the app, as each wants it."""
    announce(event, now=now)


def tell_sender(event: AuditEvent, *, actor: Member, now: datetime) -> None:
    """Have who sent this event's document or invoice from this installation told how it stands."""
    documents = Document.objects.filter(Q(id=event.subject_id) | Q(invoice__id=event.subject_id))
    for document_id in documents.values_list("id", flat=True):
        announce_state(document_id)


def conclude(event: AuditEvent, *, actor: Member, now: datetime) -> None:
    """Tell who sent an approved invoice; the credit notes about it go to who approved it (rules 2.11)."""
    tell_sender(event, actor=actor, now=now)
    for invoice in Invoice.objects.filter(id=event.subject_id):
        ask_about_credit_notes(invoice, actor=actor, now=now)


def see_to(event: AuditEvent, *, actor: Member, now: datetime) -> None:
    """Do what an absence that was set or changed asks for at once, for its first day may be there."""
    see_to_absences(event.chain_id, actor=actor, now=now)


def extend(event: AuditEvent, *, actor: Member, now: datetime) -> None:
    """Who comes into an organisation while he is away is away there too: a job looks, over all he is in."""
    job = app.configure_task("standins.extend", allow_unknown=False)
    job.defer(person_id=str(event.subject_id), organisation_id=str(event.chain_id))
