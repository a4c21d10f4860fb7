"""What the API says of documents and invoices."""

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import field_serializer

from omloop.invoices.models import Duplicate, Invoice
from omloop.invoices.queries import visible_to
from omloop.organisations.members import Member


def plain(value: Decimal | None) -> str | None:
    """A number without idle zeros, but with cents: 121.00, 0.125."""
    if value is None:
        return None
    whole, _, decimals = f"{value:f}".partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"


class FindingOut(Schema):
    """A broken rule, in words that say how to mend it."""

    rule: str
    flag: str
    nl: str
    en: str
    terms: list[str]
    path: str
    line: int | None


class ValidationOut(Schema):
    """`verdict` is valid, broken or not judged."""

    verdict: str
    profile: str
    rule_set: str
    findings: list[FindingOut]


class DocumentOut(Schema):
    """A file that came in; `state` is received, read, unreadable or picture."""

    id: UUID
    filename: str
    sha256: str
    size: int
    channel: str
    confidential: bool
    state: str
    received_at: datetime
    import_date: date


class DocumentWithFindings(DocumentOut):
    """With its invoice, once it is read, and what validation says."""

    invoice: UUID | None
    validation: ValidationOut | None


class LineOut(Schema):
    """One line of an invoice, as the supplier wrote it."""

    position: int
    name: str
    description: str
    quantity: Decimal | None
    unit: str
    price: Decimal | None
    vat_category: str
    vat_rate: Decimal | None
    net: Decimal | None

    @field_serializer("quantity", "price", "vat_rate", "net")
    def _plain(self, value: Decimal | None) -> str | None:
        return plain(value)


class AttachmentOut(Schema):
    """A file inside the invoice, or an address elsewhere (never fetched)."""

    id: UUID
    filename: str
    description: str
    mime_type: str
    size: int
    sha256: str
    external_uri: str


class InvoiceOut(Schema):
    """An invoice or credit note; amounts are decimals in text, in its currency.

    `duplicate_of` is the first of which it is a duplicate or a copy, `credits` the invoice that a credit note
    is about; both only where you may see that one. What was marked as original is no duplicate.
    """

    id: UUID
    organisation: UUID
    document: UUID
    kind: str
    state: str
    number: str
    issued_on: date | None
    due_on: date | None
    currency: str
    without_vat: Decimal | None
    vat: Decimal | None
    with_vat: Decimal | None
    payable: Decimal | None
    supplier_name: str
    supplier_kvk: str
    supplier_vat: str
    supplier_oin: str
    supplier_gln: str
    preceding_number: str
    buyer_name: str
    iban: str
    order_reference: str
    buyer_reference: str
    confidential: bool
    received_at: datetime
    import_date: date
    duplicate_of: UUID | None = None
    credits: UUID | None = None

    @field_serializer("without_vat", "vat", "with_vat", "payable")
    def _plain(self, value: Decimal | None) -> str | None:
        return plain(value)

    @staticmethod
    def resolve_organisation(invoice: Invoice) -> UUID:
        return invoice.organisation_id

    @staticmethod
    def resolve_document(invoice: Invoice) -> UUID:
        return invoice.document_id


class InvoiceInFull(InvoiceOut):
    """With its lines and attachments."""

    lines: list[LineOut]
    attachments: list[AttachmentOut]

    @staticmethod
    def resolve_lines(invoice: Invoice) -> list[Any]:
        return list(invoice.lines.order_by("position"))

    @staticmethod
    def resolve_attachments(invoice: Invoice) -> list[Any]:
        return list(invoice.attachments.order_by("position"))


def with_others(invoices: Collection[Invoice], member: Member) -> Collection[Invoice]:
    """The same, each with `duplicate_of` and `credits` as far as he may see those; in two queries."""
    rows = Duplicate.objects.filter(invoice__in=invoices).exclude(outcome=Duplicate.Outcome.ORIGINAL)
    firsts: dict[UUID, UUID] = dict(rows.values_list("invoice_id", "first_id"))
    named = {*firsts.values(), *(each.credits_id for each in invoices if each.credits_id)}
    seen = set(visible_to(member).filter(id__in=named).values_list("id", flat=True)) if named else set()
    for each in invoices:
        first, credited = firsts.get(each.id), each.credits_id
        vars(each).update(
            duplicate_of=first if first in seen else None, credits=credited if credited in seen else None
        )
    return invoices


class DocumentPage(Schema):
    """Newest first; give `next` as `after` for what follows."""

    items: list[DocumentOut]
    next: str | None


class InvoicePage(Schema):
    """Newest first; give `next` as `after` for what follows."""

    items: list[InvoiceOut]
    next: str | None
