"""Remembering how an invoice was coded, for the next ones of its supplier (rules 3.2)."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from omloop.coding.refusals import NoLines, NoSupplier
from omloop.coding.services import remember
from omloop.coding.wording import tell_refusal
from omloop.invoices.queries import visible_to
from omloop.organisations.middleware import MemberRequest


@require_POST
def remember_coding(request: MemberRequest, invoice_id: UUID) -> HttpResponse:
    """Propose the coding of this invoice for the next ones of its supplier."""
    invoice = visible_to(request.member).filter(id=invoice_id).first()
    if invoice is None:
        raise Http404
    try:
        remember(invoice=invoice, actor=request.member, now=timezone.now())
    except NoLines:
        messages.error(request, _("Save a coding first: then it can be remembered."))
    except NoSupplier as refusal:
        messages.error(request, tell_refusal(refusal))
    else:
        text = _("The next invoices of %(supplier)s get this coding as their proposal.")
        messages.success(request, text % {"supplier": invoice.supplier_name})
    return redirect("coding", invoice.id)
