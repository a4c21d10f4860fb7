"""Payment states, reporting what was paid, and payment files by API, through the services of the pages."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from ninja import Router, Schema, Status
from ninja.errors import HttpError
from pydantic import Field

from omloop.booking.pages import find_place
from omloop.booking.states import sees_books
from omloop.booking.views import download
from omloop.invoices.models import Invoice
from omloop.invoices.paying import PaymentState, in_payment_state, payments_of
from omloop.organisations.members import RightMissing
from omloop.organisations.middleware import MemberRequest
from omloop.organisations.rights import Right
from omloop.payees.importing import Told, plan_accounts, take_over
from omloop.payees.models import SupplierAccount
from omloop.payments import services
from omloop.payments.files import bytes_of, files_of
from omloop.payments.models import PaymentBatch
from omloop.payments.refusals import NothingToPay, PaymentRefused

router = Router(tags=["payments"])
SHOWN = 200
Keys = Annotated[list[UUID], Field(max_length=500)]


class PaymentOut(Schema):
    """Where an invoice stands: what may be paid of it now, in its currency; a credit note's with minus."""

    invoice: UUID
    supplier: str
    number: str
    state: Literal["blocked", "payable", "paid"]
    blocks: list[str]
    left: str
    currency: str
    payment_file: UUID | None
    paid_on: date | None
    reference: str


class PaidIn(Schema):
    """What the bank or the bookkeeping package paid, and when."""

    organisation: UUID
    invoices: Keys
    paid_on: date
    reference: Annotated[str, Field(max_length=140)] = ""


class PaidOut(Schema):
    """For how many it is new."""

    reported: int


class FilesIn(Schema):
    """Which payable invoices go in a payment file (none named: all), and when the bank carries it out."""

    organisation: UUID
    execution_on: date
    invoices: Keys | None = None


class FileOut(Schema):
    """A payment file."""

    id: UUID
    organisation: UUID
    name: str
    made_at: datetime
    execution_on: date


class AccountOut(Schema):
    """A bank account of a supplier; nothing is paid on it until two people checked it (`confirmed_at`)."""

    id: UUID
    organisation: UUID
    supplier: str
    iban: str
    kind: str
    confirmed_at: datetime | None


class AccountIn(Schema):
    """An account as the bookkeeping package knows it."""

    name: Annotated[str, Field(max_length=200)]
    vat: Annotated[str, Field(max_length=40)] = ""
    kvk: Annotated[str, Field(max_length=40)] = ""
    iban: Annotated[str, Field(max_length=42)]


class AccountsIn(Schema):
    """Suppliers' accounts; each that is not there yet comes in to be checked. `preview`: only say which."""

    organisation: UUID
    accounts: Annotated[list[AccountIn], Field(max_length=5000)]
    preview: bool = False


class TakenOver(Schema):
    """How many are new, were known already, and are no valid IBAN or have no supplier."""

    new: int
    known: int
    wrong: int


@router.get("/bank-accounts", response=list[AccountOut])
def list_bank_accounts(request: MemberRequest, organisation: UUID | None = None) -> Any:
    """The accounts of suppliers of where he books or exports, by supplier."""
    places = sees_books(request.member)
    if organisation is not None:
        places = frozenset({find_place(request.member, organisation).id})
    rows = SupplierAccount.objects.filter(organisation__in=places).order_by("supplier_name", "iban", "id")
    return [
        {
            **{name: getattr(each, name) for name in ("id", "iban", "kind", "confirmed_at")},
            "organisation": each.organisation_id,
            "supplier": each.supplier_name,
        }
        for each in rows[:5000]
    ]


@router.post("/bank-accounts", response=TakenOver)
def take_over_bank_accounts(request: MemberRequest, body: AccountsIn) -> Any:
    """Bring accounts in from the bookkeeping package; the same twice makes nothing double."""
    place = find_place(request.member, body.organisation, Right.BOOK)
    rows = [Told(each.name, each.vat, each.kvk, each.iban) for each in body.accounts]
    if body.preview:
        done = plan_accounts(organisation_id=place.id, rows=rows)
    else:
        done = take_over(organisation_id=place.id, rows=rows, actor=request.member, now=timezone.now())
    return {"new": len(done.new), "known": done.known, "wrong": len(done.wrong)}


@router.get("/payments", response=list[PaymentOut])
def list_payments(
    request: MemberRequest,
    organisation: UUID | None = None,
    state: Literal["blocked", "payable", "paid"] | None = None,
) -> Any:
    """Invoices with their payment state, the newest first, of where he books or exports."""
    places = sees_books(request.member)
    if organisation is not None:
        places = frozenset({find_place(request.member, organisation).id})
    rows = Invoice.objects.filter(organisation__in=places)
    rows = in_payment_state(rows, state) if state else rows
    found = list(rows.order_by("-received_at", "id")[:SHOWN])
    stands = payments_of([each.id for each in found])
    return [_shown(each, stands[each.id]) for each in found]


@router.post("/payments", response=PaidOut)
def report_payments(request: MemberRequest, body: PaidIn) -> Any:
    """Report what was paid. The same report twice changes nothing; 422 for a day to come."""
    place = find_place(request.member, body.organisation, Right.BOOK)
    who: dict[str, Any] = {"organisation_id": place.id, "actor": request.member, "now": timezone.now()}
    said: dict[str, Any] = {
        "invoice_ids": body.invoices,
        "paid_on": body.paid_on,
        "reference": body.reference,
    }
    try:
        return {"reported": services.report_paid(**said, **who)}
    except PaymentRefused as refusal:
        raise HttpError(422, str(refusal)) from refusal


@router.get("/payment-files", response=list[FileOut])
def list_payment_files(request: MemberRequest) -> Any:
    """The payment files, the newest first."""
    return [_file(each) for each in files_of(request.member).order_by("-made_at", "-id")[:SHOWN]]


@router.post("/payment-files", response={201: list[FileOut]})
def make_payment_files(request: MemberRequest, body: FilesIn) -> Any:
    """Put payable invoices in a payment file; 409 when none can go in, 422 when something is missing."""
    place = find_place(request.member, body.organisation, Right.BOOK)
    who: dict[str, Any] = {"organisation_id": place.id, "actor": request.member, "now": timezone.now()}
    try:
        made = services.make_files(execution_on=body.execution_on, only=body.invoices, **who)
    except PaymentRefused as refusal:
        raise HttpError(409 if isinstance(refusal, NothingToPay) else 422, str(refusal)) from refusal
    return Status(201, [_file(each) for each in made])


@router.get("/payment-files/{uuid:batch_id}/file")
def show_payment_file(request: MemberRequest, batch_id: UUID) -> HttpResponse:
    """The file for the bank (pain.001.001.09): byte for byte the same, whenever one asks."""
    found = files_of(request.member).filter(id=batch_id).first()
    if found is None:
        hidden = PaymentBatch.objects.filter(id=batch_id, organisation__in=request.member.rights).first()
        if hidden is not None:
            raise RightMissing(Right.EXPORT, hidden.organisation_id)
        raise Http404
    request.member.demand(Right.EXPORT, found.organisation_id)
    return download(bytes_of(found), "application/xml", f"omloop-sepa-{found.name}.xml")


def _shown(invoice: Invoice, stands: Any) -> dict[str, Any]:
    return {
        "invoice": invoice.id,
        "supplier": invoice.supplier_name,
        "number": invoice.number,
        "state": PaymentState(stands.state).value,
        "blocks": [each.value for each in stands.blocks],
        "left": f"{stands.left:.2f}",
        "currency": invoice.currency,
        "payment_file": stands.batch_id,
        "paid_on": stands.paid_on,
        "reference": stands.reference,
    }


def _file(batch: PaymentBatch) -> dict[str, Any]:
    said = {name: getattr(batch, name) for name in ("id", "name", "made_at", "execution_on")}
    return {**said, "organisation": batch.organisation_id}
