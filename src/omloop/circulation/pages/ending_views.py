"""What one does with a duplicate, a credit note, and an invoice that ends or becomes confidential."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from omloop.circulation.ending import (
    cancelling,
    crediting,
    judging_duplicates,
    making_confidential,
    sending_on,
)
from omloop.circulation.pages.answers import refused
from omloop.circulation.pages.forms import OtherForm, ReasonForm
from omloop.circulation.pages.sent import said_in
from omloop.circulation.pages.views import PageRequest, find_invoice
from omloop.circulation.refusals import Refusal
from omloop.invoices.models import Cancellation
from omloop.web.views import page_to_return_to

Ground = Cancellation.Ground


@require_POST
def mark_as_original(request: PageRequest, invoice_id: UUID) -> HttpResponse:
    """Say that it is an invoice of its own, with a reason."""
    said = _("Marked as original: it goes on.")
    return _act(request, invoice_id, judging_duplicates.mark_as_original, said, form=ReasonForm(request.POST))


@require_POST
def hang_on_first(request: PageRequest, invoice_id: UUID) -> HttpResponse:
    """Say that it is a copy of the first."""
    said = _("It hangs on the first now, and does not circulate.")
    return _act(request, invoice_id, judging_duplicates.hang_on_first, said)


@require_POST
def cancel(request: PageRequest, invoice_id: UUID) -> HttpResponse:
    """Cancel it with a reason, or return it for the wrong name on it."""
    is_returned = "has_wrong_name" in request.POST
    ground = Ground.WRONG_NAME if is_returned else Ground.FINANCE
    said = _("Returned. Now tell the supplier.") if is_returned else _("The invoice is cancelled.")
    return _act(request, invoice_id, cancelling.cancel, said, ground=ground, form=ReasonForm(request.POST))


@require_POST
def send_on(request: PageRequest, invoice_id: UUID) -> HttpResponse:
    """Take it in where it belongs."""
    to = _chosen(request)
    if to not in request.member.rights:
        raise Http404
    said = _("Sent on: it is taken in there with the import date of today.")
    return _act(request, invoice_id, sending_on.send_on, said, to_id=to)


@require_POST
def choose_credited(request: PageRequest, invoice_id: UUID) -> HttpResponse:
    """Say which invoice a credit note is about."""
    said = _("Linked: you see both together now.")
    return _act(request, invoice_id, crediting.choose_credited, said, credited_id=_chosen(request))


@require_POST
def make_confidential(request: PageRequest, invoice_id: UUID) -> HttpResponse:
    """Make it confidential."""
    said = _("Confidential now: who has not that right sees nothing of it any more.")
    return _act(request, invoice_id, making_confidential.hide_invoice, said)


def _act(
    request: PageRequest,
    invoice_id: UUID,
    act: Callable[..., object],
    said: str,
    *,
    form: ReasonForm | None = None,
    **how: Any,
) -> HttpResponse:
    found = find_invoice(request.member, invoice_id)
    try:
        with transaction.atomic():
            how |= said_in(form) if form else {}
            act(found.id, **how, actor=request.member, now=timezone.now())
    except Refusal as refusal:
        return refused(request, found, refusal)
    messages.success(request, said)
    return redirect(page_to_return_to(request))


def _chosen(request: PageRequest) -> UUID:
    form = OtherForm(request.POST)
    if not form.is_valid():
        raise Http404
    chosen: UUID = form.cleaned_data["chosen"]
    return chosen
