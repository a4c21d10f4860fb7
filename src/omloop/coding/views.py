"""The page on which an invoice is coded (rules 3.2, 3.8)."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from omloop.coding.division_form import CanNotDivide, divided
from omloop.coding.forms import Chart, CodingForm, Said, form_of, form_with, left_of, said_by, said_in
from omloop.coding.keys import keys_in
from omloop.coding.models import DivisionKey
from omloop.coding.proposing import suggested
from omloop.coding.refusals import CodingRefused, NoLines
from omloop.coding.services import code, remember
from omloop.coding.shown import Because, Shown, because_of, shown_of
from omloop.coding.wording import tell_refusal
from omloop.invoices.models import Invoice
from omloop.invoices.queries import visible_to
from omloop.organisations.middleware import MemberRequest
from omloop.organisations.rights import Right

ON_INVOICE = 50
"""Lines of the supplier that are shown beside."""


@require_http_methods(["GET", "HEAD", "POST"])
def coding(request: MemberRequest, invoice_id: UUID) -> HttpResponse:
    """The coding of an invoice: to read, or to change by who may code."""
    invoice = _invoice(request, invoice_id)
    shown = shown_of(invoice, request.member)
    if request.method == "POST":
        request.member.demand(Right.CODE, invoice.organisation_id)
        return _changed(request, invoice, shown)
    if shown is None or not shown.can_code or invoice.without_vat is None:
        return _show(request, invoice, shown)
    chart = Chart.of(invoice.organisation_id)
    lines = shown.lines or suggested(invoice)
    said: list[Said] = said_by(lines, chart) or [{"amount": ""}]
    form = form_with(said, chart=chart, total=invoice.without_vat)
    proposed = [] if shown.lines else because_of(lines, request.member)
    return _show(request, invoice, shown, form, chart=chart, proposed=proposed)


def _changed(request: MemberRequest, invoice: Invoice, shown: Shown | None) -> HttpResponse:
    """One more line, a line divided, or saved."""
    total = invoice.without_vat or Decimal(0)
    chart, said = Chart.of(invoice.organisation_id), said_in(request.POST)
    if "more" in request.POST:
        form = form_with([*said, {"amount": ""}], chart=chart, total=total)
    elif "divide" in request.POST:
        form = _divide(request, chart, said, invoice)
    else:
        form = form_of(request.POST, chart=chart, total=total)
        if form.is_valid() and _saved(request, invoice, form):
            return redirect("coding", invoice.id)
    return _show(request, invoice, shown, form, chart=chart, status=422 if form.problem else 200)


def _divide(request: MemberRequest, chart: Chart, said: list[Said], invoice: Invoice) -> CodingForm:
    total = invoice.without_vat or Decimal(0)
    try:
        lines = divided(said, request.POST, keys_in(invoice.organisation_id), total)
    except CanNotDivide as problem:
        return form_with(said, chart=chart, total=total, problem=str(problem))
    return form_with(lines, chart=chart, total=total)


def _saved(request: MemberRequest, invoice: Invoice, form: CodingForm) -> bool:
    try:
        with transaction.atomic():
            code(invoice=invoice, lines=form.new_lines(), actor=request.member, now=timezone.now())
    except CodingRefused as refusal:
        form.problem = tell_refusal(refusal, invoice.currency)
        return False
    messages.success(request, _("The coding is saved."))
    return True


@require_POST
def remember_coding(request: MemberRequest, invoice_id: UUID) -> HttpResponse:
    """Propose the coding of this invoice for the next ones of its supplier."""
    invoice = _invoice(request, invoice_id)
    try:
        remember(invoice=invoice, actor=request.member, now=timezone.now())
    except NoLines:
        messages.error(request, _("Save a coding first: then it can be remembered."))
    else:
        text = _("The next invoices of %(supplier)s get this coding as their proposal.")
        messages.success(request, text % {"supplier": invoice.supplier_name})
    return redirect("coding", invoice.id)


def _show(
    request: MemberRequest,
    invoice: Invoice,
    shown: Shown | None,
    form: CodingForm | None = None,
    *,
    chart: Chart | None = None,
    proposed: list[Because] | None = None,
    status: int = 200,
) -> HttpResponse:
    keys: list[DivisionKey] = keys_in(invoice.organisation_id) if form else []
    context: dict[str, Any] = {
        "invoice": invoice,
        "shown": shown,
        "form": form,
        "chart": chart,
        "keys": keys,
        "proposed": proposed,
        "left": _left(request, form, shown),
        "said": request.POST,
        "supplied": list(invoice.lines.order_by("position")[:ON_INVOICE]),
        "manages": request.member.can(Right.MANAGE_SETTINGS, invoice.organisation_id),
    }
    return render(request, "coding/coding.html", context, status=status)


def _left(request: MemberRequest, form: CodingForm | None, shown: Shown | None) -> Decimal | None:
    if form is None:
        return shown.left if shown else None
    if form.lines[0].is_bound:
        return left_of(said_in(request.POST), form.total)
    return left_of([dict(line.initial) for line in form.lines], form.total)


def _invoice(request: MemberRequest, invoice_id: UUID) -> Invoice:
    found = visible_to(request.member).select_related("organisation").filter(id=invoice_id).first()
    if found is None:
        raise Http404
    return found
