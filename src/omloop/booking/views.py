"""What can be booked, the exports, and the month-end list (rules 3.10, 3.11)."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Q, Sum
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from omloop.booking import accruals, services
from omloop.booking.choosing import MOST, candidates, waiting
from omloop.booking.creditors import without_number
from omloop.booking.export_folder import folder_of
from omloop.booking.forms import FORMS, READY, forms_of, name_of
from omloop.booking.models import Batch, Booking, ExportProfile, FixedAccounts
from omloop.booking.pages import done, find_place, show
from omloop.booking.profiles import profiles_of
from omloop.booking.refusals import NoFixedAccounts
from omloop.booking.result_pages import ResultsForm
from omloop.booking.states import batches_of
from omloop.organisations.middleware import MemberRequest
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right

SHOWN = 200
"""Exports on the page, and invoices of the month-end list; its file has them all."""
NAMED = Q(lines__period__isnull=False)
"""The lines of an entry that belong to another month."""


@require_http_methods(["GET", "HEAD", "POST"])
def booking(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """What can be booked up to a date: in full what is approved and coded, in advance what is on its way."""
    place = find_place(request.member, organisation_id, Right.BOOK if request.method == "POST" else None)
    asked = request.POST if request.method == "POST" else request.GET
    kind, up_to = _kind(asked.get("kind")), _day(asked.get("up_to"), place)
    if request.method == "POST" and _booked(request, place, kind, up_to):
        return redirect("exports", place.id)
    rows = candidates(place, kind, up_to=up_to)
    context = {
        "kind": kind,
        "up_to": up_to,
        "rows": rows,
        "ready": sum(not each.problem for each in rows),
        "own": sum(request.member.person_id in each.approvers for each in rows),
        "count": waiting(place.id, kind, up_to=up_to).count(),
        "most": MOST,
        "has_accounts": FixedAccounts.objects.filter(organisation=place).exists(),
        "unnumbered": without_number(place.id, {each.invoice.supplier_key for each in rows}),
    }
    return show(request, place, "booking", context, status=422 if request.method == "POST" else 200)


def _booked(request: MemberRequest, place: Organisation, kind: str, up_to: date) -> bool:
    only = [_key(each) for each in request.POST.getlist("invoice")]
    who: dict[str, Any] = {"organisation_id": place.id, "actor": request.member, "now": timezone.now()}
    said = _("An export is made: download it below, and bring it to the bookkeeping package.")
    return done(request, lambda: services.book(kind=kind, up_to=up_to, only=only, **who), said)


@require_safe
def exports(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """The exports, the newest first."""
    place = find_place(request.member, organisation_id)
    rows = batches_of(request.member).filter(organisation=place).order_by("-made_at", "-id")
    failed = Count("bookings", filter=Q(bookings__ended_at__isnull=False))
    found = list(rows.annotate(count=Count("bookings"), failed=failed, total=Sum("bookings__total"))[:SHOWN])
    return show(request, place, "exports", {"batches": found, "folder": folder_of(place.id)})


@require_safe
def export(request: MemberRequest, organisation_id: UUID, batch_id: UUID) -> HttpResponse:
    """One export: its entries, its files, and taking out what failed."""
    place = find_place(request.member, organisation_id)
    batch = _batch(request, place, batch_id)
    found = batch.bookings.select_related("ended_by").order_by("position")
    rows = list(found.annotate(periods=ArrayAgg("lines__period", filter=NAMED, distinct=True, default=[])))
    total = sum(each.total for each in rows)
    context = {"batch": batch, "rows": rows, "total": total, "profiles": profiles_of(place.id)}
    context |= {"forms": forms_of(batch), "results": ResultsForm(), "folder": folder_of(place.id)}
    return show(request, place, "exports", context)


@require_safe
def export_file(request: MemberRequest, organisation_id: UUID, batch_id: UUID, form: str) -> HttpResponseBase:
    """A file of an export, the same whenever one asks; by who may export."""
    place = find_place(request.member, organisation_id, Right.EXPORT)
    batch = _batch(request, place, batch_id)
    return file_of(batch, form)


@require_POST
def end_booking(
    request: MemberRequest, organisation_id: UUID, batch_id: UUID, booking_id: UUID
) -> HttpResponse:
    """The package did not take an entry, or a new one reverses it."""
    place = find_place(request.member, organisation_id, Right.BOOK)
    batch = _batch(request, place, batch_id)
    if not Booking.objects.filter(id=booking_id, batch=batch).exists():
        raise Http404
    said: dict[str, Any] = {"booking_id": booking_id, "reason": request.POST.get("reason", "")}
    said |= {"actor": request.member, "now": timezone.now()}
    if "reverse" in request.POST:
        done(request, lambda: services.reverse(**said), _("A new export turns it round."))
    else:
        done(request, lambda: services.take_out(**said), _("It counts no more, and can be booked again."))
    return redirect("export", place.id, batch.id)


@require_safe
def month_end(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """What was received and not booked on a day, to accrue and to reverse."""
    place = find_place(request.member, organisation_id)
    day = _day(request.GET.get("day"), place)
    try:
        fixed = services.fixed_accounts(place.id)
    except NoFixedAccounts:
        return show(request, place, "month_end", {"day": day, "has_accounts": False})
    rows = accruals.accrued(place, day, fixed)
    context: dict[str, Any] = {"day": day, "has_accounts": True, "rows": rows[:SHOWN], "count": len(rows)}
    context["profiles"] = [(name, FORMS[name].label) for name in READY]
    context["profiles"] += [(each.id, each.name) for each in profiles_of(place.id)]
    unknown = sum(each.net is None for each in rows)
    return show(request, place, "month_end", context | {"total": accruals.total_of(rows), "unknown": unknown})


@require_safe
def month_end_file(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """The month-end list as entries of the day, with their reversal; by who may export."""
    place = find_place(request.member, organisation_id, Right.EXPORT)
    day = _day(request.GET.get("day"), place)
    try:
        fixed = services.fixed_accounts(place.id)
    except NoFixedAccounts:
        raise Http404 from None
    said = accruals.accrued(place, day, fixed), day, fixed, place.currency
    profile = _profile(request.GET.get("profile", ""), place)
    content = accruals.profiled(*said, profile) if profile else accruals.csv_of(*said)
    return download(content, "text/csv; charset=utf-8", f"omloop-accruals-{day.isoformat()}.csv")


def _profile(name: str, place: Organisation) -> ExportProfile | None:
    """A ready profile by its name, or one of one's own by its key; None where none is asked."""
    if not name or name in READY:
        return READY.get(name)
    found: ExportProfile | None = profiles_of(place.id).filter(id=_key(name)).first()
    if found is None:
        raise Http404
    return found


def file_of(batch: Batch, form: str) -> HttpResponseBase:
    """A batch in a form; Http404 where it can't be had so."""
    if form not in forms_of(batch):
        raise Http404
    found, name = FORMS[form], name_of(batch, form)
    if not found.is_streamed:
        return download(b"".join(found.parts(batch)), found.content_type, name)
    response = StreamingHttpResponse(found.parts(batch), content_type=found.content_type)
    _keep(response, name)
    return response


def download(content: bytes, content_type: str, name: str) -> HttpResponse:
    """A file of ours to keep."""
    response = HttpResponse(content, content_type=content_type)
    _keep(response, name)
    return response


def _keep(response: HttpResponseBase, name: str) -> None:
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"


def _batch(request: MemberRequest, place: Organisation, batch_id: UUID) -> Batch:
    found = batches_of(request.member).filter(organisation=place, id=batch_id).first()
    if found is None:
        raise Http404
    return found


def _kind(text: str | None) -> str:
    return Batch.Kind.PRE if text == Batch.Kind.PRE else Batch.Kind.FULL


def _day(text: str | None, place: Organisation) -> date:
    """The day that is asked, else today there; what can't be read is not found."""
    if not text:
        return timezone.now().astimezone(place.zone).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404 from None


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
