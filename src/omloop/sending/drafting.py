"""Writing drafts: begun empty, as a copy, or as a credit note; saved however incomplete (rules 2.7)."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from omloop import einvoice
from omloop.audit.services import record
from omloop.intake import files
from omloop.intake.services import storable
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.rights import Right
from omloop.sending.composing import day_in
from omloop.sending.drafts import Draft, from_json, of_document
from omloop.sending.models import Customer, Kind, SalesAttachment, SalesInvoice
from omloop.sending.pricing import sums_of
from omloop.sending.refusals import AttachmentRefused, NotADraft
from omloop.sending.seller import settings_of

CARRIED = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
}
"""What an e-invoice can carry (EN 16931, BT-125), by the end of the file's name."""
MOST_BYTES = 10 * 1024 * 1024
"""Of all attachments of an invoice together: what most mail servers still take."""


def new_draft(
    *,
    organisation_id: UUID,
    draft: Draft,
    kind: str = Kind.INVOICE,
    actor: Member,
    now: datetime,
) -> SalesInvoice:
    """Begin a draft; raises RightMissing."""
    actor.demand(Right.SEND, organisation_id)
    hold(organisation_id)
    made = SalesInvoice(organisation_id=organisation_id, kind=kind)
    _fill(made, draft, None, None, now)
    made.save(force_insert=True)
    _record("sales_invoice.begun", made, actor, now, {"kind": kind})
    return made


def save_draft(
    invoice_id: UUID,
    *,
    draft: Draft,
    customer: Customer | None,
    series_id: UUID | None = None,
    actor: Member,
    now: datetime,
) -> SalesInvoice:
    """Keep what was typed, whatever is lacking; an empty due date or reference becomes the customer's own.

    Raises RightMissing and NotADraft.
    """
    found = lock_draft(invoice_id, actor=actor)
    if customer is not None:
        draft = _with_usual(draft, customer, found)
    _fill(found, draft, customer, series_id, now)
    found.save()
    _record("sales_invoice.changed", found, actor, now, {})
    return found


def discard_draft(invoice_id: UUID, *, actor: Member, now: datetime) -> None:
    """Put a draft away; it had no number, so none is missing. Raises RightMissing and NotADraft."""
    found = lock_draft(invoice_id, actor=actor)
    found.discarded_at = now
    found.save(update_fields=["discarded_at"])
    _record("sales_invoice.discarded", found, actor, now, {})


def copy_of(invoice: SalesInvoice, *, actor: Member, now: datetime) -> SalesInvoice:
    """A new draft that says the same, for today. Raises RightMissing."""
    today = now.astimezone(invoice.organisation.zone).date()
    draft = replace(
        said_by(invoice),
        issued_on=today.isoformat(),
        due_on="",
        delivered_on="",
        period_from="",
        period_to="",
        preceding_number="",
        preceding_on="",
    )
    return _as(invoice, draft, Kind.INVOICE, actor, now)


def credit_note_of(invoice: SalesInvoice, *, actor: Member, now: datetime) -> SalesInvoice:
    """A draft of a credit note for all of a sent invoice, which it names (BT-25, rules 2.11).

    A credit note says what is given back with amounts above zero: quantities stay as they are. Raises
    RightMissing.
    """
    today = now.astimezone(invoice.organisation.zone).date()
    draft = replace(
        said_by(invoice),
        issued_on=today.isoformat(),
        due_on="",
        preceding_number=invoice.number,
        preceding_on=invoice.issued_on.isoformat() if invoice.issued_on else "",
    )
    return _as(invoice, draft, Kind.CREDIT_NOTE, actor, now)


def said_by(invoice: SalesInvoice) -> Draft:
    """What was typed; of an invoice that was uploaded, what its UBL says."""
    if invoice.content:
        return from_json(invoice.content)
    return of_document(einvoice.read(files.read(invoice.organisation_id, invoice.sha256)))


def attach(
    invoice_id: UUID, *, filename: str, content: bytes, actor: Member, now: datetime
) -> SalesAttachment:
    """Add a file to a draft. Raises RightMissing, NotADraft and AttachmentRefused."""
    found = lock_draft(invoice_id, actor=actor)
    name = storable(PurePosixPath(filename.replace("\\", "/")).name)[-255:]
    mime_type = CARRIED.get(PurePosixPath(name).suffix.lower())
    there = sum(attachments_of(found).values_list("size", flat=True))
    if mime_type is None or not content or there + len(content) > MOST_BYTES:
        raise AttachmentRefused(name)
    added: SalesAttachment = SalesAttachment.objects.create(
        organisation_id=found.organisation_id,
        invoice=found,
        filename=name,
        mime_type=mime_type,
        size=len(content),
        sha256=files.keep(found.organisation_id, content),
        added_at=now,
    )
    _record("sales_invoice.attached", found, actor, now, {"attachment": str(added.id)})
    return added


def take_off(invoice_id: UUID, attachment_id: UUID, *, actor: Member, now: datetime) -> None:
    """Take a file off a draft again. Raises RightMissing and NotADraft."""
    found = lock_draft(invoice_id, actor=actor)
    if attachments_of(found).filter(id=attachment_id).update(removed_at=now):
        _record("sales_invoice.detached", found, actor, now, {"attachment": str(attachment_id)})


def attachments_of(invoice: SalesInvoice) -> Any:
    """The files that go along, in the order in which they were added."""
    rows = SalesAttachment.objects.filter(organisation_id=invoice.organisation_id, invoice=invoice)
    return rows.filter(removed_at=None).order_by("id")


def lock_draft(invoice_id: UUID, *, actor: Member) -> SalesInvoice:
    """The draft, locked, for who may send there. Raises RightMissing and NotADraft."""
    organisation_id = SalesInvoice.objects.values_list("organisation_id", flat=True).get(id=invoice_id)
    actor.demand(Right.SEND, organisation_id)
    hold(organisation_id)
    found: SalesInvoice = SalesInvoice.objects.select_for_update().get(id=invoice_id)
    if found.state != SalesInvoice.State.DRAFT or found.discarded_at:
        raise NotADraft(str(invoice_id))
    return found


def _with_usual(draft: Draft, customer: Customer, invoice: SalesInvoice) -> Draft:
    issued_on = day_in(draft.issued_on)
    if issued_on and not draft.due_on and invoice.kind == Kind.INVOICE:
        days = customer.due_days
        if days is None:
            days = settings_of(invoice.organisation_id).due_days
        draft = replace(draft, due_on=(issued_on + timedelta(days=days)).isoformat())
    return draft if draft.buyer_reference else replace(draft, buyer_reference=customer.reference)


def _as(invoice: SalesInvoice, draft: Draft, kind: str, actor: Member, now: datetime) -> SalesInvoice:
    customer = invoice.customer if invoice.customer and invoice.customer.ended_at is None else None
    made = new_draft(organisation_id=invoice.organisation_id, draft=draft, kind=kind, actor=actor, now=now)
    return save_draft(made.id, draft=draft, customer=customer, actor=actor, now=now)


def _fill(
    invoice: SalesInvoice, draft: Draft, customer: Customer | None, series_id: UUID | None, now: datetime
) -> None:
    """The draft, and what lists show of it."""
    sums = sums_of(draft.said)
    invoice.content, invoice.customer, invoice.series_id = draft.as_json(), customer, series_id
    invoice.customer_name = customer.name if customer else ""
    invoice.issued_on, invoice.due_on = day_in(draft.issued_on), day_in(draft.due_on)
    invoice.without_vat, invoice.vat, invoice.payable = sums.without_vat, sums.vat, sums.payable
    invoice.changed_at = now


def _record(name: str, invoice: SalesInvoice, actor: Member, now: datetime, detail: dict[str, Any]) -> None:
    record(name, actor=actor, chain_id=invoice.organisation_id, subject_id=invoice.id, at=now, detail=detail)
