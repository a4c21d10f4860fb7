"""How long one invoice is kept, and documents that are no part of the books (rules 2.8)."""

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
from omloop.invoices.queries import originals_visible_to, visible_to
from omloop.organisations.middleware import MemberRequest
from omloop.organisations.rights import Right
from omloop.retention import marking
from omloop.retention.models import KeptLonger, NoBooks
from omloop.retention.policies import decides
from omloop.retention.shown import kept, mark_of
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


@require_http_methods(["GET", "HEAD", "POST"])
def no_books(request: MemberRequest, document_id: UUID) -> HttpResponse:
    """Say that a document is no part of the books, or that it is after all."""
    document = originals_visible_to(request.member).filter(id=document_id).first()
    if document is None:
        raise Http404
    request.member.demand(Right.CANCEL, document.organisation_id)
    kind = request.POST.get("kind", "")
    who: dict[str, Any] = {"actor": request.member, "now": timezone.now()}
    if request.method == "POST" and "undo" in request.POST:
        done(request, lambda: marking.unmark_no_books(document, **who), _("It is part of the books again."))
    elif request.method == "POST" and kind in NoBooks.Kind.values:
        said = _("Noted. It may go three months after it came, once two people decide so.")
        if done(request, lambda: marking.mark_no_books(document, kind=kind, **who), said):
            return redirect("document", document.id)
    context = {"document": document, "mark": mark_of(document), "kinds": NoBooks.Kind.choices}
    return render(request, "retention/no_books.html", context)


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
        "document_id": of.document_id if isinstance(of, Invoice) else None,
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
