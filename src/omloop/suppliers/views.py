"""The suppliers of an organisation, and one of them, who is named by any invoice of his."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from omloop.disputes.queries import aged, disputed_for
from omloop.invoices import secrecy
from omloop.invoices.lists import LOOK, InvoiceRow
from omloop.invoices.models import Invoice
from omloop.invoices.paying import Payment, payments_of
from omloop.invoices.queries import visible_to
from omloop.organisations.members import Member, RightMissing
from omloop.organisations.middleware import MemberRequest
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right
from omloop.suppliers import queries
from omloop.suppliers.statement import statement as make_statement


@require_safe
def suppliers(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """Who sent invoices to an organisation, with how many and how much; the last first."""
    place = _place(request.member, organisation_id)
    words, start = request.GET.get("q", "")[:200], _start(request.GET.get("from", ""))
    rows, has_more = queries.suppliers(request.member, place.id, words=words, start=start)
    context = {
        "organisation": place,
        "rows": rows,
        "words": words,
        "start": start,
        "before": max(start - queries.PAGE, 0),
        "following": start + queries.PAGE if has_more else 0,
    }
    return render(request, "suppliers/suppliers.html", context)


@require_safe
def supplier(request: MemberRequest, organisation_id: UUID, invoice_id: UUID) -> HttpResponse:
    """What is known of one supplier, and what he sent."""
    place = _place(request.member, organisation_id)
    invoice = _invoice(request.member, place, invoice_id)
    rows = queries.sent_by(request.member, invoice)
    newest = queries.newest_of(rows)
    disputes = disputed_for(request.member, place.id).filter(invoice__in=rows)
    may_hide = request.member.can(Right.VIEW_CONFIDENTIAL, place.id)
    context = {
        "organisation": place,
        "invoice": invoice,
        "known": queries.known_of(rows),
        "accounts": queries.accounts_of(rows),
        "years": queries.years_of(rows),
        "owed": queries.owed_to(rows),
        "rows": _with_payments(newest[: queries.MOST]),
        "most": queries.MOST if len(newest) > queries.MOST else 0,
        "disputes": aged(disputes, today=timezone.localdate()),
        "exports": request.member.can(Right.EXPORT, place.id),
        "may_hide": may_hide,
        "is_confidential": may_hide and secrecy.marks_of(invoice).exists(),
        "today": timezone.localdate(),
    }
    return render(request, "suppliers/supplier.html", context)


@require_POST
def supplier_statement(request: MemberRequest, organisation_id: UUID, invoice_id: UUID) -> HttpResponse:
    """What he sent, as CSV."""
    place = _place(request.member, organisation_id)
    invoice = _invoice(request.member, place, invoice_id)
    rows = queries.sent_by(request.member, invoice)
    made = make_statement(invoice, rows, actor=request.member, now=timezone.now())
    answer = HttpResponse(made, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="statement.csv"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@require_POST
def hide_supplier(request: MemberRequest, organisation_id: UUID, invoice_id: UUID) -> HttpResponse:
    """Mark a supplier as confidential, or no more."""
    place = _place(request.member, organisation_id)
    invoice, now = _invoice(request.member, place, invoice_id), timezone.now()
    if "end" in request.POST:
        secrecy.unmark_supplier(invoice, actor=request.member, now=now)
        messages.success(request, _("From now on what this supplier sends is confidential no more."))
    else:
        secrecy.mark_supplier(invoice, actor=request.member, now=now)
        messages.success(request, _("From now on what this supplier sends is confidential."))
    return redirect("supplier", place.id, invoice.id)


def _with_payments(invoices: list[Invoice]) -> list[tuple[InvoiceRow, Payment]]:
    payments = payments_of(each.id for each in invoices)
    return [(InvoiceRow(each, *LOOK[Invoice.State(each.state)]), payments[each.id]) for each in invoices]


def _place(member: Member, organisation_id: UUID) -> Organisation:
    """An organisation of which he sees invoices; Http404 for a stranger."""
    found: Organisation | None = Organisation.objects.filter(id=organisation_id, id__in=member.rights).first()
    if found is None:
        raise Http404
    if not (member.can(Right.VIEW_ALL, organisation_id) or member.can(Right.VIEW_OWN, organisation_id)):
        raise RightMissing(Right.VIEW_OWN, organisation_id)
    return found


def _invoice(member: Member, place: Organisation, invoice_id: UUID) -> Invoice:
    """The invoice that names the supplier; Http404 where he may not see it, or it names nobody."""
    own = visible_to(member).filter(organisation_id=place.id, id=invoice_id).exclude(supplier_key="")
    found: Invoice | None = own.first()
    if found is None:
        raise Http404
    return found


def _start(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 7 else 0
