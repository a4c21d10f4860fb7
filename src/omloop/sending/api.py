"""Sending by API, through the same services as the pages."""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from ninja import Header, Router, Schema, Status
from ninja.errors import HttpError
from pydantic import Base64Bytes, Field

from omloop.einvoice import Finding, Unreadable
from omloop.intake.api import LONGEST_KEY, bytes_of
from omloop.intake.idempotency import Answer, answer_once
from omloop.organisations.middleware import MemberRequest
from omloop.organisations.rights import Right
from omloop.sending.drafting import attach, new_draft, save_draft
from omloop.sending.drafts import Draft, DraftLine
from omloop.sending.finishing import send_draft, send_ubl
from omloop.sending.models import Customer, SalesInvoice, SentStatus
from omloop.sending.queries import customers_of, visible_to
from omloop.sending.refusals import Incomplete, NotValid

router = Router(tags=["sales invoices"])
Text = Annotated[str, Field(max_length=1000)]
MOST = 200


class LineIn(Schema):
    """What is sold: figures as text, such as "2" and "112.50"; `discount` in per cent; `vat` as S21, S9, Z,
    E, AE, K or G."""

    name: Text
    description: Text = ""
    quantity: Annotated[str, Field(max_length=20)]
    unit: str = "C62"
    price: Annotated[str, Field(max_length=20)]
    discount: Annotated[str, Field(max_length=7)] = ""
    vat: str = "S21"


class FileIn(Schema):
    """A file that goes along: PDF, PNG, JPEG, CSV, XLSX or ODS, as Base64."""

    filename: Annotated[str, Field(min_length=1, max_length=255)]
    content: Base64Bytes


class InvoiceIn(Schema):
    """An invoice or credit note for a customer of the address book, by its id or KvK number.

    `period_from` and `period_to` are of the delivery, `terms` of the payment (empty: the organisation's), and
    `exemption` is why lines are exempt from VAT.
    """

    kind: Annotated[str, Field(pattern="^(invoice|credit_note)$")] = "invoice"
    customer: UUID | None = None
    kvk: str = ""
    issued_on: Annotated[str, Field(max_length=10)]
    due_on: Annotated[str, Field(max_length=10)] = ""
    delivered_on: Annotated[str, Field(max_length=10)] = ""
    period_from: Annotated[str, Field(max_length=10)] = ""
    period_to: Annotated[str, Field(max_length=10)] = ""
    order_reference: Text = ""
    buyer_reference: Text = ""
    remarks: Text = ""
    terms: Text = ""
    exemption: Annotated[str, Field(max_length=300)] = ""
    preceding_number: Text = ""
    preceding_on: Annotated[str, Field(max_length=10)] = ""
    lines: Annotated[list[LineIn], Field(min_length=1, max_length=200)]
    attachments: Annotated[list[FileIn], Field(max_length=20)] = []


class SalesInvoiceOut(Schema):
    """A sales invoice and how it stands."""

    id: UUID
    kind: str
    number: str
    state: str
    customer: str
    payable: str | None
    currency: str


class StatusOut(Schema):
    """A step of it: by which way and to where; `reason` why it failed (no_way, not_mailed, too_large), and
    `answer` what the mail server or the receiver said."""

    state: str
    at: datetime
    channel: str
    to: str
    reason: str
    answer: str


class SalesInvoiceFull(SalesInvoiceOut):
    """With what became of it, the newest first."""

    statuses: list[StatusOut]


@router.post("/sales-invoices", response={201: SalesInvoiceOut})
def send_invoice(request: MemberRequest, body: InvoiceIn, idempotency_key: Header[str] = "") -> Any:
    """Number and send an invoice; 422 with every problem when it is not valid: then nothing is numbered."""
    place = _place(request)
    customer = _customer(place, body)
    said = body.model_dump(exclude={"kind", "customer", "kvk", "lines", "attachments"})
    draft = Draft(**said, lines=tuple(DraftLine(**line.model_dump()) for line in body.lines))
    by: dict[str, Any] = {"actor": request.member, "now": timezone.now()}

    def carry_out() -> SalesInvoice:
        made = new_draft(organisation_id=place, draft=draft, kind=body.kind, **by)
        save_draft(made.id, draft=draft, customer=customer, **by)
        for each in body.attachments:
            attach(made.id, filename=each.filename, content=each.content, **by)
        return send_draft(made.id, **by)

    return _once(request, idempotency_key, body.model_dump_json().encode(), carry_out)


@router.post("/sales-invoices/ubl", response={201: SalesInvoiceOut})
def send_own_ubl(request: MemberRequest, email: str = "", idempotency_key: Header[str] = "") -> Any:
    """Send the UBL that is the body, with its own number; `?email=` is where it goes without a receiver."""
    place, data = _place(request), bytes_of(request, None)

    def carry_out() -> SalesInvoice:
        return send_ubl(
            organisation_id=place, data=data, email=email, actor=request.member, now=timezone.now()
        )

    return _once(request, idempotency_key, data, carry_out)


@router.get("/sales-invoices", response=list[SalesInvoiceOut])
def list_sales_invoices(request: MemberRequest) -> Any:
    """What changed last first, 200 at most."""
    return [_shown(each) for each in visible_to(request.member).order_by("-changed_at", "id")[:MOST]]


@router.get("/sales-invoices/{uuid:sales_id}", response=SalesInvoiceFull)
def show_sales_invoice(request: MemberRequest, sales_id: UUID) -> Any:
    """How a sales invoice stands, and what became of it."""
    found = visible_to(request.member).filter(id=sales_id).first()
    if found is None:
        raise Http404
    steps = SentStatus.objects.filter(organisation_id=found.organisation_id, invoice=found)
    return {**_shown(found), "statuses": list(steps.order_by("-id"))}


def _once(request: MemberRequest, key: str, body: bytes, carry_out: Callable[[], SalesInvoice]) -> Any:
    """The answer, or the one that this Idempotency-Key had before."""
    if not key:
        return Status(201, _shown(_carried_out(carry_out)))
    if len(key) > LONGEST_KEY:
        raise HttpError(422, f"An Idempotency-Key has at most {LONGEST_KEY} characters.")

    def answer() -> Answer:
        return 201, _shown(_carried_out(carry_out))

    status, said = answer_once(
        organisation_id=request.connection_key.organisation_id,
        key=f"{request.connection_key.id}:{key}",
        request_hash=sha256(request.path.encode() + b"\n" + body).hexdigest(),
        now=timezone.now(),
        answer=answer,
    )
    return Status(status, said)


def _carried_out(carry_out: Callable[[], SalesInvoice]) -> SalesInvoice:
    try:
        with transaction.atomic():
            return carry_out()
    except (NotValid, Unreadable) as refusal:
        raise HttpError(422, _said(refusal.findings)) from refusal
    except Incomplete as refusal:
        raise HttpError(422, " ".join(refusal.problems)) from refusal


def _said(findings: Any) -> str:
    found: list[Finding] = list(findings)
    return " ".join(f"{each.rule}: {each.en}" for each in found)


def _place(request: MemberRequest) -> UUID:
    place: UUID = request.connection_key.organisation_id
    request.member.demand(Right.SEND, place)
    return place


def _customer(place: UUID, body: InvoiceIn) -> Customer:
    rows = customers_of(place)
    found = rows.filter(id=body.customer) if body.customer else rows.filter(kvk=body.kvk).exclude(kvk="")
    chosen = found.first()
    if chosen is None:
        raise HttpError(422, "There is no such customer in the address book: give its id or KvK number.")
    return chosen


def _shown(each: SalesInvoice) -> dict[str, Any]:
    return {
        "id": str(each.id),
        "kind": str(each.kind),
        "number": each.number,
        "state": str(each.state),
        "customer": each.customer_name,
        "payable": None if each.payable is None else f"{each.payable:.2f}",
        "currency": each.currency,
    }
