"""Reading documents and invoices by API, and checking e-invoices without taking them in."""

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from ninja import File, Router, Schema
from ninja.errors import HttpError
from ninja.files import UploadedFile
from pydantic import Field, field_serializer

from omloop import einvoice
from omloop.einvoice import PROFILES, ProfileOfOtherSyntax, Unreadable
from omloop.intake import queries as intake
from omloop.intake.api import bytes_of, router
from omloop.intake.models import Document
from omloop.invoices.downloads import original_of
from omloop.invoices.models import Invoice, Validation
from omloop.invoices.queries import (
    Place,
    Row,
    originals_visible_to,
    page_of,
    validation_of,
    visible_to,
)
from omloop.organisations.middleware import MemberRequest

invoices = Router(tags=["invoices"])
Profile = StrEnum("Profile", {profile: profile for profile in PROFILES})  # type: ignore[misc]  # made of data
"""The rules that one can ask for."""
PageSize = Annotated[int, Field(ge=1, le=200)]


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
    """An invoice or credit note; amounts are decimals in text, in its currency."""

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


class DocumentPage(Schema):
    """Newest first; give `next` as `after` for what follows."""

    items: list[DocumentOut]
    next: str | None


class InvoicePage(Schema):
    """Newest first; give `next` as `after` for what follows."""

    items: list[InvoiceOut]
    next: str | None


@router.get("/documents", response=DocumentPage)
def list_documents(request: MemberRequest, state: str = "", after: str = "", limit: PageSize = 50) -> Any:
    """The documents you may see, newest first."""
    documents = intake.visible_to(request.member)
    return _page(documents, state, Document.State.values, request.member.rights, after, limit)


@router.get("/documents/{uuid:document_id}", response=DocumentWithFindings)
def show_document(request: MemberRequest, document_id: UUID) -> Any:
    """A document with what validation says of it."""
    document = _document(request, document_id)
    invoice = visible_to(request.member).filter(document=document).first()
    said = validation_of(document)
    return {
        **DocumentOut.from_orm(document).dict(),
        "invoice": invoice.id if invoice else None,
        "validation": _stored(said) if said else None,
    }


@router.get("/documents/{uuid:document_id}/original", response={200: None})
def download_original(request: MemberRequest, document_id: UUID) -> HttpResponse:
    """The bytes as they came in."""
    return original_of(_document(request, document_id))


@invoices.get("/invoices", response=InvoicePage)
def list_invoices(request: MemberRequest, state: str = "", after: str = "", limit: PageSize = 50) -> Any:
    """The invoices you may see, newest first."""
    found = visible_to(request.member)
    return _page(found, state, Invoice.State.values, request.member.rights, after, limit)


@invoices.get("/invoices/{uuid:invoice_id}", response=InvoiceInFull)
def show_invoice(request: MemberRequest, invoice_id: UUID) -> Any:
    """An invoice with its lines and attachments."""
    invoice = visible_to(request.member).filter(id=invoice_id).first()
    if invoice is None:
        raise Http404
    return invoice


@router.post("/validate", response=ValidationOut, tags=["validation"])
def validate(
    request: MemberRequest, file: File[UploadedFile | None] = None, profile: Profile | None = None
) -> Any:
    """Check an e-invoice by the rules of the profile that it names, or of another; nothing is kept.

    Give a multipart field `file`, or the raw bytes.
    """
    data = bytes_of(request, file)
    try:
        checked = einvoice.check(einvoice.read(data), profile=profile and profile.value)
    except Unreadable as unreadable:
        return {"verdict": "broken", "profile": "", "rule_set": "", "findings": unreadable.findings}
    except ProfileOfOtherSyntax as error:
        raise HttpError(422, f"{error} Choose another one, or none.") from error
    return {
        "verdict": checked.verdict,
        "profile": checked.profile,
        "rule_set": checked.rule_set,
        "findings": checked.findings,
    }


def plain(value: Decimal | None) -> str | None:
    """A number without idle zeros, but with cents: 121.00, 0.125."""
    if value is None:
        return None
    whole, _, decimals = f"{value:f}".partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"


def _page(
    rows: QuerySet[Row], state: str, states: Collection[str], places: Collection[UUID], after: str, limit: int
) -> dict[str, Any]:
    if state and state not in states:
        raise HttpError(422, f"'state' is one of {', '.join(states)}.")
    rows = rows.filter(state=state) if state else rows
    items, following = page_of(rows, places, Place.parse(after) if after else None, limit)
    return {"items": items, "next": str(following) if following else None}


def _document(request: MemberRequest, document_id: UUID) -> Document:
    document = originals_visible_to(request.member).filter(id=document_id).first()
    if document is None:
        raise Http404
    return document


def _stored(validation: Validation) -> dict[str, Any]:
    return {
        "verdict": validation.verdict,
        "profile": validation.profile,
        "rule_set": validation.rule_set,
        "findings": validation.findings,
    }
