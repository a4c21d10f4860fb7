"""Carrying the state of an invoice from its receiver to its sender on the same installation (rules 2.7).

The state alone, and of a dispute what its holder lets the sender know (rules 3.12); never a remark of the
circulation or who decided. The sender believes it only from the organisation to which he handed the invoice.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from procrastinate.contrib.django import app

from omloop.disputes.queries import told_about
from omloop.intake.models import Channel, Delivery, Document
from omloop.invoices.models import Invoice
from omloop.organisations.members import system_scope
from omloop.sending.delivering import NAME
from omloop.sending.models import SalesInvoice, SentStatus
from omloop.sending.states import note
from omloop.tenancy import directory

State = SalesInvoice.State
AS_TOLD = {Invoice.State.APPROVED: State.APPROVED, Invoice.State.REJECTED: State.REJECTED}


def announce(document_id: UUID) -> None:
    """Have the sender of this document told how it stands, in the open transaction; others have none."""
    came = Delivery.objects.filter(document_id=document_id, channel=Channel.INSTALLATION).first()
    if came is not None:
        task = app.configure_task("sending.carry", allow_unknown=False, lock=f"sending.carry:{document_id}")
        task.defer(document_id=str(document_id), organisation_id=str(came.organisation_id))


def carry(document_id: UUID, organisation_id: UUID, *, now: datetime) -> None:
    """Read how it stands at the receiver, and note that at each sender; twice does no harm."""
    with system_scope(NAME, organisation_id):
        state, told = _stands(Document.objects.get(id=document_id))
        came = Delivery.objects.filter(document_id=document_id, channel=Channel.INSTALLATION)
        senders = list(_senders(came.values_list("message_id", flat=True)))
    if state is None:
        return
    for sender_id, invoice_id in senders:
        if not directory.organisations_of("chain", sender_id):
            continue
        with system_scope(NAME, sender_id) as actor:
            known = SalesInvoice.objects.filter(id=invoice_id, delivered_to=organisation_id)
            if known.exists() and not _is_noted(invoice_id, state, told):
                note(invoice_id, state, actor=actor, now=now, answer=told)


def _stands(document: Document) -> tuple[State | None, str]:
    """The state, and what the sender is told of it; who has told something has opened it."""
    invoice = Invoice.objects.filter(document=document).first()
    told = told_about(invoice) if invoice else []
    if told and told[0].dispute.ended_at is None:
        return State.DISPUTED, told[0].text
    decided = AS_TOLD.get(Invoice.State(invoice.state)) if invoice else None
    return decided or (State.OPENED if told or document.opened_at else None), ""


def _is_noted(invoice_id: UUID, state: State, told: str) -> bool:
    last = SentStatus.objects.filter(invoice_id=invoice_id).order_by("-id").first()
    return last is not None and (last.state, last.answer) == (state, told)


def _senders(message_ids: Iterable[str]) -> Iterator[tuple[UUID, UUID]]:
    """The sender and his invoice in each message id that `delivering` wrote."""
    for message_id in message_ids:
        sender, _, invoice = message_id.partition("/")
        yield UUID(sender), UUID(invoice)
