"""Making a draft final: valid first, then numbered, kept and queued in one transaction (rules 2.7)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from procrastinate.contrib.django import app

from omloop import einvoice
from omloop.audit.services import record
from omloop.einvoice import Attachment, Document
from omloop.intake import files
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right
from omloop.sending.composing import compose
from omloop.sending.drafting import attachments_of, lock_draft
from omloop.sending.drafts import from_json
from omloop.sending.models import Kind, NumberSeries, SalesInvoice, SentStatus
from omloop.sending.refusals import NotSendable, NotTheSeller, NotValid, NumberInUse
from omloop.sending.seller import seller_of
from omloop.sending.series import belongs_to, series_for, take_number

State = SalesInvoice.State
STUCK = timedelta(days=1)
"""After so long no job tries any more: its worker gave up, or the organisation moved meanwhile."""
PROVISIONAL = "0"
"""Stands for the number while the rules judge a draft."""


def send_draft(invoice_id: UUID, *, actor: Member, now: datetime) -> SalesInvoice:
    """Number a draft and put it in the queue, if it is valid; else nothing happens.

    The number is taken last, so that others wait for it as short as possible. Raises RightMissing,
    NotADraft, Incomplete and NotValid.
    """
    invoice = lock_draft(invoice_id, actor=actor)
    attachments = embedded(invoice)
    provisional = document_of(invoice, PROVISIONAL, attachments)
    refuse_broken(provisional)
    assert provisional.issued_on  # noqa: S101 - without a date it was incomplete
    series = series_for(invoice.organisation_id, invoice.kind, invoice.series_id, actor=actor, now=now)
    invoice.series, invoice.number = series, take_number(series, issued_on=provisional.issued_on)
    _address(invoice)
    _finish(invoice, einvoice.write(document_of(invoice, invoice.number, attachments)), actor, now)
    return invoice


def send_ubl(
    *, organisation_id: UUID, data: bytes, email: str = "", actor: Member, now: datetime
) -> SalesInvoice:
    """Send a UBL invoice that was made elsewhere, with the number that it has.

    Raises RightMissing, Unreadable, NotValid, NotTheSeller and NumberInUse.
    """
    actor.demand(Right.SEND, organisation_id)
    hold(organisation_id)
    document = einvoice.read(data)
    refuse_broken(document)
    organisation = Organisation.objects.get(id=organisation_id)
    _refuse_other_seller(document, organisation)
    number, kind = document.number or "", Kind(str(document.kind))
    for series in NumberSeries.objects.filter(organisation_id=organisation_id):
        if belongs_to(number, series):
            raise NumberInUse(number)
    invoice = SalesInvoice(organisation=organisation, kind=kind, number=number[:60], changed_at=now)
    _describe(invoice, document)
    contact = document.buyer.contact
    invoice.email = email or (contact.email if contact and contact.email else "")
    try:
        with transaction.atomic():
            _finish(invoice, data, actor, now)
    except IntegrityError as error:
        raise NumberInUse(number) from error
    return invoice


def send_again(invoice_id: UUID, *, actor: Member, now: datetime) -> None:
    """Try again what failed, or mail once more what was mailed. Raises RightMissing and NotSendable."""
    organisation_id = SalesInvoice.objects.values_list("organisation_id", flat=True).get(id=invoice_id)
    actor.demand(Right.SEND, organisation_id)
    hold(organisation_id)
    invoice = SalesInvoice.objects.select_for_update().get(id=invoice_id)
    if not can_be_sent_again(invoice, now=now):
        raise NotSendable(str(invoice_id))
    _address(invoice)
    _queue(invoice, now)
    record("sales_invoice.sent_again", actor=actor, chain_id=organisation_id, subject_id=invoice.id, at=now)


def can_be_sent_again(invoice: SalesInvoice, *, now: datetime) -> bool:
    """Whether it failed, went by mail, which may be lost, or lost its job on the way."""
    if invoice.state == State.QUEUED:
        return now - invoice.changed_at > STUCK
    return invoice.state == State.FAILED or (
        invoice.state == State.DELIVERED and invoice.delivered_to is None
    )


def document_of(invoice: SalesInvoice, number: str, attachments: Sequence[Attachment]) -> Document:
    """The e-invoice of a draft under this number. Raises Incomplete."""
    return compose(
        from_json(invoice.content),
        kind=invoice.kind,
        number=number,
        seller=seller_of(invoice.organisation),
        customer=invoice.customer,
        attachments=attachments,
        currency=invoice.organisation.currency,
    )


def embedded(invoice: SalesInvoice) -> list[Attachment]:
    """The files of a draft, with their bytes."""
    return [
        Attachment(
            number=str(n),
            description=each.filename,
            content=files.read(each.organisation_id, each.sha256),
            mime_type=each.mime_type,
            filename=each.filename,
        )
        for n, each in enumerate(attachments_of(invoice), start=1)
    ]


def refuse_broken(document: Document) -> None:
    """Raise NotValid for what breaks a fatal rule."""
    found = einvoice.check(document)
    if found.fatal:
        raise NotValid(found.fatal)


def _address(invoice: SalesInvoice) -> None:
    """Where the address book says that it goes by mail, and in which language."""
    if invoice.customer:
        invoice.email, invoice.language = invoice.customer.email, invoice.customer.language


def _finish(invoice: SalesInvoice, data: bytes, actor: Member, now: datetime) -> None:
    """The bytes are durable before the row, and the row commits with its number and its job."""
    invoice.sha256, invoice.sent_at = files.keep(invoice.organisation_id, data), now
    invoice.size = len(data)
    _queue(invoice, now)
    record(
        "sales_invoice.sent",
        actor=actor,
        chain_id=invoice.organisation_id,
        subject_id=invoice.id,
        at=now,
        detail={"number": invoice.number, "kind": invoice.kind, "sha256": invoice.sha256},
    )


def _queue(invoice: SalesInvoice, now: datetime) -> None:
    invoice.state, invoice.changed_at = State.QUEUED, now
    invoice.save()
    SentStatus.objects.create(
        organisation_id=invoice.organisation_id,
        invoice=invoice,
        state=State.QUEUED,
        at=now,
        sha256=invoice.sha256,
    )
    task = app.configure_task("sending.deliver", allow_unknown=False)
    task.defer(invoice_id=str(invoice.id), organisation_id=str(invoice.organisation_id))


def _refuse_other_seller(document: Document, organisation: Organisation) -> None:
    own, named = seller_of(organisation).party, document.seller
    same_number = own.legal_registration and own.legal_registration == named.legal_registration
    if not same_number and not (own.vat_number and own.vat_number == named.vat_number):
        raise NotTheSeller(named.name or "")


def _describe(invoice: SalesInvoice, document: Document) -> None:
    """What lists show of an uploaded invoice."""
    totals = document.totals
    invoice.customer_name = document.buyer.name or ""
    invoice.issued_on, invoice.due_on = document.issued_on, document.due_on
    invoice.currency = document.currency or "EUR"
    invoice.without_vat = totals.without_vat.amount if totals.without_vat else None
    invoice.vat = totals.vat.amount if totals.vat else None
    invoice.payable = totals.payable.amount if totals.payable else None
