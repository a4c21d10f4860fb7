"""What is blocked, payable and paid, the payment files, and reporting what was paid (rules 3.10)."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q, Sum
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from omloop.booking.pages import done, find_place, show
from omloop.booking.views import download
from omloop.invoices.models import Invoice
from omloop.invoices.paying import PaymentState, in_payment_state, payments_of
from omloop.organisations.middleware import MemberRequest
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right
from omloop.payments import services
from omloop.payments.choosing import MOST, candidates
from omloop.payments.files import bytes_of, files_of
from omloop.payments.forms import OptionForm, PaidForm
from omloop.payments.models import Payment, PaymentBatch
from omloop.payments.refusals import PaymentRefused

SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
def payments(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """The invoices by what becomes of their money; the payable ones go into a payment file from here."""
    is_post = request.method == "POST"
    place = find_place(request.member, organisation_id, Right.BOOK if is_post else None)
    if is_post:
        made = _files_made(request, place)
        return redirect("payment_files" if made else "payments", place.id)
    state = request.GET.get("state", PaymentState.PAYABLE)
    if state not in PaymentState.values:
        raise Http404
    context = _payable(place) if state == PaymentState.PAYABLE else _others(place, state)
    context |= {"state": state, "states": PaymentState.choices, "option": services.option_of(place.id)}
    context |= {"today": _today(place), "paid": PaidForm(initial={"paid_on": _today(place)})}
    return show(request, place, "payments", context, template="payments/payments.html")


def _payable(place: Organisation) -> dict[str, Any]:
    rows = candidates(place.id)
    ready = sum(not each.problem for each in rows)
    in_file = Payment.objects.filter(organisation=place, ended_at=None, paid_on=None).count()
    return {"rows": rows, "ready": ready, "in_file": in_file, "is_cut": len(rows) == MOST}


def _others(place: Organisation, state: str) -> dict[str, Any]:
    found = in_payment_state(Invoice.objects.filter(organisation=place), state)
    page = list(found.order_by("-received_at", "id")[: SHOWN + 1])
    stands = payments_of([each.id for each in page[:SHOWN]])
    rows = [{"invoice": each, "payment": stands[each.id]} for each in page[:SHOWN]]
    return {"rows": rows, "is_cut": len(page) > SHOWN}


def _files_made(request: MemberRequest, place: Organisation) -> bool:
    day, only = _day(request.POST.get("execution_on", "")), _keys(request)
    who: dict[str, Any] = {"organisation_id": place.id, "actor": request.member, "now": timezone.now()}
    said = _("A payment file is made: download it below, and bring it to the bank. Omloop sends nothing.")
    return _done(request, lambda: services.make_files(execution_on=day, only=only, **who), said)


@require_POST
def report_paid(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """What the bank or the package reports as paid."""
    place = find_place(request.member, organisation_id, Right.BOOK)
    form, keys = PaidForm(request.POST), _keys(request)
    if not form.is_valid():
        messages.error(request, _("Choose the day on which it was paid, today at the latest."))
    else:
        who: dict[str, Any] = {"organisation_id": place.id, "actor": request.member, "now": timezone.now()}
        act = lambda: services.report_paid(invoice_ids=keys, **form.said(), **who)  # noqa: E731
        _done(request, act, _("Kept as paid."))
    return redirect(_back(request, place))


@require_safe
def payment_files(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """The payment files, the newest first."""
    place = find_place(request.member, organisation_id)
    rows = files_of(request.member).filter(organisation=place).order_by("-made_at", "-id")
    waiting = Q(payments__paid_on=None, payments__ended_at=None)
    rows = rows.annotate(
        count=Count("payments"), waiting=Count("payments", filter=waiting), total=Sum("payments__amount")
    )
    context = {"batches": list(rows[:SHOWN]), "option": services.option_of(place.id)}
    return show(request, place, "payment_files", context, template="payments/payment_files.html")


@require_safe
def payment_file(request: MemberRequest, organisation_id: UUID, batch_id: UUID) -> HttpResponse:
    """One payment file: its transfers, and what became of them."""
    place = find_place(request.member, organisation_id)
    batch = _batch(request, place, batch_id)
    rows = list(batch.payments.select_related("reported_by", "ended_by").order_by("transfer", "id"))
    waiting = [each for each in rows if each.paid_on is None and each.ended_at is None]
    context = {"batch": batch, "rows": rows, "waiting": waiting, "total": sum(each.amount for each in rows)}
    context["paid"] = PaidForm(initial={"paid_on": _today(place)})
    return show(request, place, "payment_files", context, template="payments/payment_file.html")


@require_safe
def download_payment_file(request: MemberRequest, organisation_id: UUID, batch_id: UUID) -> HttpResponse:
    """The file for the bank, the same whenever one asks; by who may export."""
    place = find_place(request.member, organisation_id, Right.EXPORT)
    batch = _batch(request, place, batch_id)
    return download(bytes_of(batch), "application/xml", f"omloop-sepa-{batch.name}.xml")


@require_POST
def fail_payment(request: MemberRequest, organisation_id: UUID, payment_id: UUID) -> HttpResponse:
    """A payment did not go through."""
    place = find_place(request.member, organisation_id, Right.BOOK)
    if not Payment.objects.filter(organisation=place, id=payment_id).exists():
        raise Http404
    said: dict[str, Any] = {"payment_id": payment_id, "reason": request.POST.get("reason", "")[:500]}
    said |= {"actor": request.member, "now": timezone.now()}
    _done(request, lambda: services.fail(**said), _("It counts no more: the invoice can be paid again."))
    return redirect(_back(request, place))


@require_http_methods(["GET", "HEAD", "POST"])
def payment_option(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """Whether payment files are made, and from which account; by who manages settings."""
    place: Organisation | None = Organisation.objects.filter(
        id=organisation_id, id__in=request.member.rights
    ).first()
    if place is None:
        raise Http404
    request.member.demand(Right.MANAGE_SETTINGS, place.id)
    sent = request.POST if request.method == "POST" else None
    form = OptionForm(sent, initial=vars(services.option_of(place.id)))
    if request.method == "POST" and form.is_valid():
        who: dict[str, Any] = {"organisation_id": place.id, "actor": request.member, "now": timezone.now()}
        act = lambda: services.set_option(**form.cleaned_data, **who)  # noqa: E731
        if _done(request, act, _("The settings of payment files are saved.")):
            return redirect("payment_option", place.id)
    status = 422 if request.method == "POST" else 200
    template = "payments/payment_option.html"
    return show(request, place, "payment_files", {"form": form}, template=template, status=status)


def _done(request: MemberRequest, act: Callable[[], object], said: str) -> bool:
    return done(request, act, said, refused=PaymentRefused)


def _batch(request: MemberRequest, place: Organisation, batch_id: UUID) -> PaymentBatch:
    found = files_of(request.member).filter(organisation=place, id=batch_id).first()
    if found is None:
        raise Http404
    return found


def _back(request: MemberRequest, place: Organisation) -> str:
    """To the payment file that was looked at, if there is one, else to the list."""
    batch_id = request.POST.get("batch", "")
    if not batch_id:
        return reverse("payments", args=[place.id])
    return reverse("payment_file", args=[place.id, _batch(request, place, _key(batch_id)).id])


def _keys(request: MemberRequest) -> list[UUID]:
    return [_key(each) for each in request.POST.getlist("invoice")]


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404 from None


def _today(place: Organisation) -> date:
    return timezone.now().astimezone(place.zone).date()
