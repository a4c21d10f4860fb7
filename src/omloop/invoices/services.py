"""Reading documents into invoices, and letting held ones pass (rules 2.2, 2.4)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from omloop import einvoice
from omloop.audit.models import AuditEvent
from omloop.audit.services import record
from omloop.einvoice import Finding, Flag, Unreadable
from omloop.intake import files
from omloop.intake.models import Document
from omloop.intake.services import storable
from omloop.invoices.crediting import find_credited, waiting_for
from omloop.invoices.duplicates import hold_if_duplicate, is_undecided
from omloop.invoices.models import Invoice, Release
from omloop.invoices.reading import is_picture, place_of_picture, read_bytes
from omloop.invoices.secrecy import hide_if_secret
from omloop.invoices.storing import header, store_invoice, store_validation, unkept_amounts
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.rights import Right
from omloop.pdf.kinds import is_pdf
from omloop.tenancy.scope import confidential_shown


class NotHeld(ValueError):
    """Only an invoice that is held by findings can be let pass."""


class NotDecidedYet(NotHeld):
    """It may be a duplicate: somebody decides on that first (rules 2.5)."""


class ReasonMissing(ValueError):
    """Who lets an invoice pass in spite of its findings says why (rules 2.4)."""


def read_document(document_id: UUID, *, actor: Member, now: datetime) -> Invoice | None:
    """Read a received document and store its invoice with what validation says; None if it can't be read.

    May run twice: the document is locked, and one that was read before is left alone. What can't be read
    is kept, with its findings, and a PDF or image waits for recognition (rules 2.2). Fatal findings hold the
    invoice before circulation (rules 2.4), and so does one that came before and looks the same (2.5). Of a
    confidential supplier it is confidential before anyone sees it (2.12), and a credit note is linked to its
    invoice (2.11).
    """
    document = Document.objects.select_for_update().get(id=document_id)
    if document.state != Document.State.RECEIVED:
        return Invoice.objects.filter(document=document).first()
    data = files.read(document.organisation_id, document.sha256)
    try:
        read, about = read_bytes(data)
        checked = einvoice.check(read)
    except Unreadable as unreadable:
        if is_picture(data, unreadable):
            _wait_for_recognition(document, actor=actor, now=now)
        else:
            mark_unreadable(document, list(unreadable.findings), actor=actor, now=now)
        return None
    with confidential_shown([document.organisation_id]):
        return _store(document, data, read, about, checked, actor, now)


def _store(
    document: Document,
    data: bytes,
    read: einvoice.Document,
    about: list[Finding],
    checked: einvoice.Findings,
    actor: Member,
    now: datetime,
) -> Invoice:
    """Whoever the supplier is decides who may see it, so that is asked before anything is stored."""
    findings = [*about, *checked.findings, *unkept_amounts(read)]
    is_held = any(finding.flag is Flag.FATAL for finding in findings)
    hide_if_secret(document, Invoice(**header(read)))
    invoice = store_invoice(document, read, state=Invoice.State.HELD if is_held else Invoice.State.RECEIVED)
    store_validation(
        document,
        findings,
        now=now,
        profile=checked.profile,
        rule_set=checked.rule_set,
        is_judged=checked.judged,
    )
    _set_state(document, Document.State.READ)
    detail: dict[str, Any] = {"document": str(document.id), "state": invoice.state}
    if is_pdf(data) or place_of_picture(read) is not None:
        detail["has_pdf"] = True
    _record("invoice.read", invoice, actor, now, detail)
    connect(invoice, actor=actor, now=now)
    return invoice


def connect(invoice: Invoice, *, actor: Member, now: datetime) -> None:
    """Link a credit note to the invoice that it names, and hold what came before (rules 2.5, 2.11).

    A credit note that came before its invoice is linked when that comes. Call it when the invoice is stored
    whole, with confidential invoices shown to the system.
    """
    if credited := find_credited(invoice):
        Invoice.objects.filter(id=invoice.id).update(credits_id=credited)
        invoice.credits_id = credited
    for note in waiting_for(invoice):
        Invoice.objects.filter(id=note.id).update(credits_id=invoice.id)
        _record("invoice.linked", note, actor, now, {"credits": str(invoice.id), "came_first": True})
    hold_if_duplicate(invoice, actor=actor, now=now)


def _wait_for_recognition(document: Document, *, actor: Member, now: datetime) -> None:
    _set_state(document, Document.State.PICTURE)
    record(
        "document.to_recognise",
        actor=actor,
        chain_id=document.organisation_id,
        subject_id=document.id,
        at=now,
    )


def mark_unreadable(document: Document, findings: list[Finding], *, actor: Member, now: datetime) -> None:
    """Put a document on the list of what can't be read, with the reason; the caller holds its lock."""
    store_validation(document, findings, now=now)
    _set_state(document, Document.State.UNREADABLE)
    record(
        "document.unreadable",
        actor=actor,
        chain_id=document.organisation_id,
        subject_id=document.id,
        at=now,
        detail={"rules": sorted({finding.rule for finding in findings})},
    )


def let_pass(invoice: Invoice, *, reason: str, actor: Member, now: datetime) -> AuditEvent:
    """Let an invoice circulate in spite of fatal findings; the reason stays with it (rules 2.4).

    Raises RightMissing, ReasonMissing, NotHeld when somebody was first, and NotDecidedYet for what may be a
    duplicate.
    """
    actor.demand(Right.RELEASE, invoice.organisation_id)
    if not reason.strip():
        raise ReasonMissing(str(invoice.id))
    hold(invoice.organisation_id)
    if is_undecided(invoice):
        raise NotDecidedYet(str(invoice.id))
    held = Invoice.objects.filter(id=invoice.id, state=Invoice.State.HELD)
    if not held.update(state=Invoice.State.RECEIVED):
        raise NotHeld(str(invoice.id))
    Release.objects.create(
        organisation_id=invoice.organisation_id,
        invoice=invoice,
        confidential=invoice.confidential,
        reason=storable(reason.strip()),
        released_by_id=actor.person_id,
        released_at=now,
    )
    return _record("invoice.let_pass", invoice, actor, now, {})


def hold_again(invoice_id: UUID, *, actor: Member, now: datetime) -> None:
    """Hold an invoice whose circulation could not be started, so that it stands on a list (rules 2.4)."""
    received = Invoice.objects.select_for_update().filter(id=invoice_id, state=Invoice.State.RECEIVED)
    for invoice in received:
        Invoice.objects.filter(id=invoice.id).update(state=Invoice.State.HELD)
        _record("invoice.held_again", invoice, actor, now, {})


def _set_state(document: Document, state: str) -> None:
    document.state = state
    document.save(update_fields=["state"])


def _record(name: str, invoice: Invoice, actor: Member, now: datetime, detail: dict[str, Any]) -> AuditEvent:
    return record(
        name,
        actor=actor,
        chain_id=invoice.organisation_id,
        subject_id=invoice.id,
        at=now,
        detail=detail,
    )
