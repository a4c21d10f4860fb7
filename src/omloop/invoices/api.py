"""Reading documents and invoices by API, and checking e-invoices without taking them in."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from ninja import File, Query, Router, Schema
from ninja.errors import HttpError
from ninja.files import UploadedFile
from pydantic import Field

from omloop import einvoice
from omloop.einvoice import PROFILES, ProfileOfOtherSyntax, Unreadable
from omloop.intake import queries as intake
from omloop.intake.api import bytes_of, router
from omloop.intake.models import Document
from omloop.invoices.api_answers import (
    DocumentOut,
    DocumentPage,
    DocumentWithFindings,
    InvoiceInFull,
    InvoicePage,
    ValidationOut,
    with_others,
)
from omloop.invoices.downloads import original_of
from omloop.invoices.finding import page_sought
from omloop.invoices.lists import read_filter
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


class InvoiceFilter(Schema):
    """What is looked for: the fields of the filter above the list of invoices; all of them must fit.

    `q` are words of the invoice, its lines and PDFs; `by` says which day `from_on` and `to_on` mean:
    imported, issued or due. Amounts are what is to be paid.
    """

    q: str | None = None
    state: str | None = None
    organisation: UUID | None = None
    supplier: str | None = None
    kind: str | None = None
    payment: str | None = None
    by: str | None = None
    from_on: date | None = None
    to_on: date | None = None
    amount_from: Decimal | None = None
    amount_to: Decimal | None = None


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
def list_invoices(
    request: MemberRequest, sought: Query[InvoiceFilter], after: str = "", limit: PageSize = 50
) -> Any:
    """The invoices you may see, newest first; those that a filter finds, as on the page (rules 2.8)."""
    asked = {name: str(value) for name, value in sought.dict(exclude_none=True).items()}
    _refuse_state(asked.get("state", ""), Invoice.State.values)
    form, places, chosen = read_filter(request.member, asked)
    if not form.is_valid():
        raise HttpError(
            422, "; ".join(f"'{name}': {' '.join(map(str, said))}" for name, said in form.errors.items())
        )
    shown = [each.id for each in places if chosen in (None, each)]
    found, following = page_sought(request.member, form.sought, shown, _place(after), limit)
    return {
        "items": with_others(found, request.member),
        "next": str(following) if following else None,
    }


@invoices.get("/invoices/{uuid:invoice_id}", response=InvoiceInFull)
def show_invoice(request: MemberRequest, invoice_id: UUID) -> Any:
    """An invoice with its lines and attachments, and the others that it is tied to."""
    invoice = visible_to(request.member).filter(id=invoice_id).first()
    if invoice is None:
        raise Http404
    return next(iter(with_others([invoice], request.member)))


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


def _page(
    rows: QuerySet[Row], state: str, states: Collection[str], places: Collection[UUID], after: str, limit: int
) -> dict[str, Any]:
    _refuse_state(state, states)
    rows = rows.filter(state=state) if state else rows
    items, following = page_of(rows, places, _place(after), limit)
    return {"items": items, "next": str(following) if following else None}


def _refuse_state(state: str, states: Collection[str]) -> None:
    if state and state not in states:
        raise HttpError(422, f"'state' is one of {', '.join(states)}.")


def _place(after: str) -> Place | None:
    return Place.parse(after) if after else None


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
