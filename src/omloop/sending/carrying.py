"""Carrying the state of an invoice from its receiver to its sender on the same installation (rules 2.7).

The state alone, never a remark or who decided. The sender believes it only from the organisation to which
he handed the invoice.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from procrastinate.contrib.django import app

from omloop.intake.models import Channel, Delivery, Document
from omloop.invoices.models import Invoice
from omloop.organisations.members import system_scope
from omloop.sending.delivering import NAME
from omloop.sending.models import SalesInvoice
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
        state = _state_of(Document.objects.get(id=document_id))
        came = Delivery.objects.filter(document_id=document_id, channel=Channel.INSTALLATION)
        senders = list(_senders(came.values_list("message_id", flat=True)))
    if state is None:
        return
    for sender_id, invoice_id in senders:
        if not directory.organisations_of("chain", sender_id):
            continue
        with system_scope(NAME, sender_id) as actor:
            known = SalesInvoice.objects.filter(id=invoice_id, delivered_to=organisation_id)
            if known.exists():
                note(invoice_id, state, actor=actor, now=now)


def _state_of(document: Document) -> State | None:
    invoice = Invoice.objects.filter(document=document).first()
    decided = AS_TOLD.get(Invoice.State(invoice.state)) if invoice else None
    return decided or (State.OPENED if document.opened_at else None)


def _senders(message_ids: Iterable[str]) -> Iterator[tuple[UUID, UUID]]:
    """The sender and his invoice in each message id that `delivering` wrote."""
    for message_id in message_ids:
        sender, _, invoice = message_id.partition("/")
        yield UUID(sender), UUID(invoice)
