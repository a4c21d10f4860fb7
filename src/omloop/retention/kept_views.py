"""How long one invoice is kept (rules 2.8)."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from omloop.invoices.models import Invoice
from omloop.invoices.queries import visible_to
from omloop.organisations.middleware import MemberRequest
from omloop.retention import marking
from omloop.retention.models import KeptLonger
from omloop.retention.policies import decides
from omloop.retention.shown import kept
from omloop.retention.views import done
from omloop.sending.models import SalesInvoice
from omloop.sending.queries import visible_to as sales_visible_to


@require_http_methods(["GET", "HEAD", "POST"])
def kept_invoice(request: MemberRequest, invoice_id: UUID) -> HttpResponse:
    """How long a purchase invoice is kept: real estate, legal hold."""
    found = (
        visible_to(request.member).select_related("organisation", "document").filter(id=invoice_id).first()
    )
    return _kept(request, found, reverse("invoice", args=[invoice_id]))


@require_http_methods(["GET", "HEAD", "POST"])
def kept_sale(request: MemberRequest, sales_id: UUID) -> HttpResponse:
    """The same of a sales invoice."""
    sent = sales_visible_to(request.member).exclude(state=SalesInvoice.State.DRAFT)
    return _kept(request, sent.filter(id=sales_id).first(), reverse("sales_invoice", args=[sales_id]))


def _kept(request: MemberRequest, of: Invoice | SalesInvoice | None, back: str) -> HttpResponse:
    if of is None:
        raise Http404
    may_decide = decides(request.member, of.organisation_id)
    if request.method == "POST":
        if not may_decide:
            raise PermissionDenied
        _change(request, of)
        return redirect(request.path)
    context = {
        "of": of,
        "back": back,
        "decides": may_decide,
        "kept": kept(of, of.organisation),
        "called": of.supplier_name if isinstance(of, Invoice) else of.customer_name,
    }
    return render(request, "retention/kept.html", context)


def _change(request: MemberRequest, of: Invoice | SalesInvoice) -> None:
    kind, reason = request.POST.get("kind", ""), request.POST.get("reason", "")[:2000]
    if kind not in KeptLonger.Kind.values:
        raise Http404
    who: dict[str, Any] = {"kind": kind, "actor": request.member, "now": timezone.now()}
    if "lift" in request.POST:
        done(request, lambda: marking.keep_no_longer(of, **who), _("Lifted. The ordinary term counts again."))
    else:
        done(request, lambda: marking.keep_longer(of, reason=reason, **who), _("Noted. It is kept longer."))
