"""Booking and exports by API, through the same services as the pages."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from django.db.models import Sum
from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils import timezone
from ninja import Router, Schema, Status
from ninja.errors import HttpError
from pydantic import Field, model_validator

from omloop.booking import results, services
from omloop.booking.models import Batch, Booking
from omloop.booking.pages import find_place
from omloop.booking.refusals import BookingRefused, NothingToBook
from omloop.booking.results import Result
from omloop.booking.states import batches_of
from omloop.booking.views import SHOWN, file_of
from omloop.organisations.members import RightMissing
from omloop.organisations.middleware import MemberRequest
from omloop.organisations.rights import Right

router = Router(tags=["booking"])


class BookIn(Schema):
    """What is booked: in full (`full`) or in advance (`pre`), up to and including an invoice date."""

    organisation: UUID
    kind: Literal["full", "pre"] = "full"
    up_to: date
    invoices: Annotated[list[UUID], Field(max_length=500)] | None = None


class EndIn(Schema):
    """Why an entry counts no more: the package refused it (`failed`), or it is wrong (`reversed`)."""

    outcome: Literal["failed", "reversed"]
    reason: Annotated[str, Field(max_length=500)]


class ResultIn(Schema):
    """Of one entry, named as the file names it (`12-3`), by its place in it, or by the key of its invoice."""

    entry: Annotated[str, Field(max_length=80)]
    outcome: Literal["booked", "failed"]
    number: Annotated[str, Field(max_length=60)] = ""
    reason: Annotated[str, Field(max_length=500)] = ""

    @model_validator(mode="after")
    def _explained(self) -> "ResultIn":
        if self.outcome == "failed" and not self.reason.strip():
            raise ValueError("what failed needs a reason")
        return self


class ResultsIn(Schema):
    """What the package made of an export."""

    results: Annotated[list[ResultIn], Field(max_length=500)]


class PassedOver(Schema):
    """A result that says nothing new or can't be: `unknown`, `ended` or `not_possible`."""

    entry: str
    why: str


class ReportedOut(Schema):
    """For how many it is new."""

    booked: int
    failed: int
    passed_over: list[PassedOver]


class BatchOut(Schema):
    """An export; `total` is what suppliers get by it, in the organisation's currency."""

    id: UUID
    organisation: UUID
    name: str
    kind: str
    year: int
    made_at: datetime
    total: str


class EntryOut(Schema):
    """An invoice in an export; `ended_at` when it counts no more, and why; `confirmed_at` when the package
    took it, as `package_number`."""

    id: UUID
    entry: str
    invoice: UUID
    booked_on: date
    total: str
    creditor: str
    confirmed_at: datetime | None
    package_number: str
    ended_at: datetime | None
    ending: str


@router.get("/exports", response=list[BatchOut])
def list_exports(request: MemberRequest) -> Any:
    """The exports of where he books or exports, the newest first."""
    rows = batches_of(request.member).annotate(total=Sum("bookings__total")).order_by("-made_at", "-id")
    return [_shown(each, each.total) for each in rows[:SHOWN]]


@router.post("/exports", response={201: list[BatchOut]})
def make_export(request: MemberRequest, body: BookIn) -> Any:
    """Book what can be booked; 409 when there is nothing to book, 422 when something is missing first."""
    place = find_place(request.member, body.organisation, Right.BOOK)
    who: dict[str, Any] = {"organisation_id": place.id, "actor": request.member, "now": timezone.now()}
    try:
        made = services.book(kind=body.kind, up_to=body.up_to, only=body.invoices, **who)
    except BookingRefused as refusal:
        raise HttpError(409 if isinstance(refusal, NothingToBook) else 422, str(refusal)) from refusal
    found = batches_of(request.member).filter(id__in=[each.id for each in made])
    rows = found.annotate(total=Sum("bookings__total")).order_by("id")
    return Status(201, [_shown(each, each.total) for each in rows])


@router.get("/exports/{uuid:batch_id}/entries", response=list[EntryOut])
def list_entries(request: MemberRequest, batch_id: UUID) -> Any:
    """What stands in an export, in its order."""
    return [
        _entry(each)
        for each in _batch(request, batch_id).bookings.select_related("batch").order_by("position")
    ]


@router.get("/exports/{uuid:batch_id}/files/{form}")
def show_export_file(request: MemberRequest, batch_id: UUID, form: str) -> HttpResponseBase:
    """The file of an export: byte for byte the same, whenever one asks.

    `form` is `csv`, `xaf`, `ubl`, `exact`, `exact-csv`, `afas` or `twinfield`.
    """
    return file_of(_batch(request, batch_id, Right.EXPORT), form)


@router.post("/exports/{uuid:batch_id}/entries/{uuid:booking_id}/end", response=EntryOut)
def end_entry(request: MemberRequest, batch_id: UUID, booking_id: UUID, body: EndIn) -> Any:
    """Say that the package refused an entry, or reverse it; 409 when it counts no more already."""
    batch = _batch(request, batch_id, Right.BOOK)
    if not Booking.objects.filter(id=booking_id, batch=batch).exists():
        raise Http404
    act = services.take_out if body.outcome == "failed" else services.reverse
    try:
        act(booking_id=booking_id, reason=body.reason, actor=request.member, now=timezone.now())
    except BookingRefused as refusal:
        raise HttpError(409, str(refusal)) from refusal
    return _entry(Booking.objects.get(id=booking_id))


@router.post("/exports/{uuid:batch_id}/results", response=ReportedOut)
def report_results(request: MemberRequest, batch_id: UUID, body: ResultsIn) -> Any:
    """Report what the package took, and what it refused and why. The same report twice changes nothing."""
    batch = _batch(request, batch_id, Right.BOOK)
    said = [
        Result(each.entry, each.number, each.reason if each.outcome == "failed" else "")
        for each in body.results
    ]
    done = results.report_results(batch=batch, results=said, actor=request.member, now=timezone.now())
    passed_over = [{"entry": entry, "why": fault} for entry, fault in done.passed_over]
    return {"booked": done.taken, "failed": done.refused, "passed_over": passed_over}


def _batch(request: MemberRequest, batch_id: UUID, right: str | None = None) -> Batch:
    """One that he may see; else 404, and 403 without the right that is asked."""
    found = batches_of(request.member).filter(id=batch_id).first()
    if found is None:
        place = Batch.objects.filter(id=batch_id, organisation__in=request.member.rights).first()
        if place is not None:
            raise RightMissing(right or Right.EXPORT, place.organisation_id)
        raise Http404
    if right:
        find_place(request.member, found.organisation_id, right)
    return found


def _shown(batch: Batch, total: Decimal) -> dict[str, Any]:
    said = {name: getattr(batch, name) for name in ("id", "name", "kind", "year", "made_at")}
    return {**said, "organisation": batch.organisation_id, "total": f"{total:.2f}"}


def _entry(each: Booking) -> dict[str, Any]:
    same = ("id", "booked_on", "creditor", "confirmed_at", "package_number", "ended_at", "ending")
    said = {name: getattr(each, name) for name in same}
    entry = f"{each.batch.name}-{each.position}"
    return {**said, "entry": entry, "invoice": each.invoice_id, "total": f"{each.total:.2f}"}
