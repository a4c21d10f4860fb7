"""Coding an invoice: its lines are saved, and when that was the task, it is sent on (rules 3.2)."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from omloop.circulation.deciding import gate
from omloop.circulation.models import Decision
from omloop.circulation.pages.coding import CodingPage, coding_page
from omloop.circulation.pages.forms import SentOnForm
from omloop.circulation.pages.sent import said_in
from omloop.circulation.pages.views import find_invoice
from omloop.circulation.reading.to_code import following
from omloop.circulation.refusals import Refusal
from omloop.coding.refusals import CodingRefused
from omloop.coding.services import code
from omloop.coding.wording import tell_refusal
from omloop.organisations.middleware import MemberRequest
from omloop.organisations.rights import Right


@require_http_methods(["GET", "HEAD", "POST"])
def coding(request: MemberRequest, invoice_id: UUID) -> HttpResponse:
    """The coding of an invoice beside its picture: to read, or to change by who may code."""
    invoice, data = find_invoice(request.member, invoice_id), None
    if request.method == "POST":
        request.member.demand(Right.CODE, invoice.organisation_id)
        data = request.POST
    page = coding_page(invoice, request.member, data=data, today=timezone.localdate(), now=timezone.now())
    if data is not None and page.form and page.form.lines[0].is_bound and _saved(request, page):
        return _onward(request, page)
    problem = page.form.problem if page.form else data is not None
    return render(request, "circulation/coding.html", {"page": page}, status=422 if problem else 200)


def _saved(request: MemberRequest, page: CodingPage) -> bool:
    """Save the lines, and answer the task where it is to code; both or neither."""
    form, invoice = page.form, page.sheet.invoice
    if form is None or not form.is_valid():
        return False
    now = timezone.now()
    try:
        with transaction.atomic():
            code(invoice=invoice, lines=form.new_lines(), actor=request.member, now=now)
            if _sends(request, page) and (offer := page.sheet.offer):
                said = said_in(SentOnForm(request.POST))
                about = {"assignment_id": offer.task.id, "action": Decision.Action.CODE, **said}
                gate.decide(**about, actor=request.member, now=now)
    except CodingRefused as refusal:
        form.problem = tell_refusal(refusal)
    except Refusal as refusal:
        form.problem = str(refusal)
    return not form.problem


def _sends(request: MemberRequest, page: CodingPage) -> bool:
    return page.sends and "keep" not in request.POST


def _onward(request: MemberRequest, page: CodingPage) -> HttpResponse:
    """To the next that waits to be coded, where this one was a task; else back to the invoice."""
    invoice = page.sheet.invoice
    if not _sends(request, page):
        messages.success(request, _("The coding is saved."))
        return redirect(f"{reverse('invoice', args=[invoice.id])}?part=coding")
    left = len(page.queue) - 1
    told = (
        _("Coded and sent on. Still to be coded: %(n)d.")
        if left > 0
        else _("Coded and sent on. That was the last one.")
    )
    messages.success(request, told % {"n": left})
    after = following(page.queue, invoice.id)
    return redirect("coding", after) if after else redirect("worklist")
