"""The PDFs of an e-invoice: their text makes it findable (rules 2.8), what differs is told (rules 2.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from omloop import einvoice
from omloop.audit.services import record
from omloop.einvoice import Finding, Flag
from omloop.intake import files
from omloop.invoices.models import Attachment, Contact, Invoice, InvoiceLine, InvoiceWords
from omloop.invoices.queries import validation_of
from omloop.invoices.reading import place_of_picture, read_bytes
from omloop.invoices.storing import store_validation
from omloop.invoices.words import of_contacts, vector_of
from omloop.organisations.holding import hold
from omloop.organisations.members import Member, system_scope
from omloop.pdf import guarded
from omloop.pdf.kinds import is_pdf
from omloop.pdf.refusals import NotUsable
from omloop.recognition.comparing import differences

NAME = "recognition"
"""The name under which the system acts here."""
MOST_PDFS = 20
"""PDFs of one invoice that are read."""
MOST_TEXT = 200_000
"""Characters of each that count."""


@dataclass(frozen=True)
class Pdfs:
    """The texts of the PDFs, and where the supplier's picture differs."""

    texts: list[str]
    findings: list[Finding]


def read_pdfs_now(invoice_id: UUID, organisation_id: UUID, now: datetime) -> None:
    """Read what the PDFs of an invoice say, between two transactions; twice does no harm."""
    with system_scope(NAME, organisation_id):
        place = Invoice.objects.filter(id=invoice_id).values_list("document__sha256", flat=True).first()
    if place is None:
        return
    found = read_pdfs(files.read(organisation_id, place))
    with system_scope(NAME, organisation_id) as actor:
        keep_pdfs(invoice_id, found, actor=actor, now=now)


def read_pdfs(data: bytes) -> Pdfs:
    """What the PDFs in or around an e-invoice say; raises Unreadable, WorkerBusy."""
    read, _about = read_bytes(data)
    attached = [each.content for each in read.attachments if each.content and is_pdf(each.content)]
    place = place_of_picture(read)
    picture = data if is_pdf(data) else None if place is None else read.attachments[place].content
    pdfs = ([data] if is_pdf(data) else []) + attached
    texts = {pdf: _text(pdf) for pdf in pdfs[:MOST_PDFS]}
    findings = _compared(read, picture, texts[picture]) if picture in texts and picture else []
    return Pdfs([text for text in texts.values() if text], findings)


def keep_pdfs(invoice_id: UUID, found: Pdfs, *, actor: Member, now: datetime) -> None:
    """Make the invoice findable by these texts, and add the findings to what validation said last."""
    place = Invoice.objects.values_list("organisation_id", flat=True).get(id=invoice_id)
    hold(place)
    invoice = Invoice.objects.select_for_update(of=("self",)).select_related("document").get(id=invoice_id)
    lines = InvoiceLine.objects.filter(organisation_id=invoice.organisation_id, invoice=invoice)
    attached = Attachment.objects.filter(organisation_id=invoice.organisation_id, invoice=invoice)
    named = Contact.objects.filter(organisation_id=invoice.organisation_id, invoice=invoice)
    words = vector_of(invoice, lines, attached, [*of_contacts(named), *found.texts])
    InvoiceWords.objects.filter(organisation_id=invoice.organisation_id, invoice=invoice).update(words=words)
    _tell(invoice, found.findings, actor, now)


def _tell(invoice: Invoice, findings: Sequence[Finding], actor: Member, now: datetime) -> None:
    said = validation_of(invoice.document)
    known = {each["rule"] for each in said.findings} if said else set()
    further = [finding for finding in findings if finding.rule not in known]
    if said is None or not further:
        return
    store_validation(
        invoice.document,
        [*map(_as_finding, said.findings), *further],
        now=now,
        profile=said.profile,
        rule_set=said.rule_set,
        is_judged=said.is_judged,
    )
    record(
        "invoice.pdf_differs",
        actor=actor,
        chain_id=invoice.organisation_id,
        subject_id=invoice.id,
        at=now,
        detail={"rules": [finding.rule for finding in further]},
    )


def _as_finding(plain: dict[str, Any]) -> Finding:
    return Finding(**{**plain, "flag": Flag(plain["flag"]), "terms": tuple(plain["terms"])})


def _text(pdf: bytes) -> str:
    try:
        return guarded.look(pdf).text[:MOST_TEXT]
    except NotUsable:
        return ""


def _compared(read: einvoice.Document, pdf: bytes, text: str) -> list[Finding]:
    registration = read.buyer.legal_registration
    own = [read.buyer.vat_number or "", registration.value if registration and registration.value else ""]
    try:
        return differences(read, guarded.words(pdf), text, own=list(filter(None, own)))
    except NotUsable:
        return []
