"""Disputes: the list by age, and the dispute of one invoice."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from omloop.disputes import services
from omloop.disputes.forms import ClaimForm, EndForm, NoteForm
from omloop.disputes.letter import letter_of
from omloop.disputes.models import Dispute, DisputeNote
from omloop.disputes.outcomes import what_follows
from omloop.disputes.queries import MOST, aged, buckets, came_directly, dispute_of, disputed_for
from omloop.disputes.refusals import DisputeRefused
from omloop.invoices.models import Invoice
from omloop.invoices.queries import visible_to
from omloop.joining.entrance import person_of
from omloop.organisations.members import RightMissing
from omloop.organisations.middleware import MemberRequest
from omloop.organisations.rights import Right


@require_safe
def disputes(request: MemberRequest) -> HttpResponse:
    """What is disputed, the oldest first; who may dispute nowhere gets 403."""
    if not request.member.where(Right.DISPUTE):
        raise RightMissing(Right.DISPUTE, next(iter(request.member.rights), UUID(int=0)))
    rows, today = disputed_for(request.member, _chosen(request)), timezone.localdate()
    found = aged(rows, today=today)
    context = {"lines": found[:MOST], "has_more": len(found) > MOST, "buckets": buckets(rows, today=today)}
    return render(request, "disputes/disputes.html", {**context, "today": today})


@require_http_methods(["GET", "HEAD", "POST"])
def dispute(request: MemberRequest, invoice_id: UUID) -> HttpResponse:
    """The dispute of one invoice, or the form that begins one."""
    invoice, form = _find(request, invoice_id), ClaimForm(request.POST or None)
    if request.method != "POST":
        return _page(request, invoice, claim=ClaimForm())
    if form.is_valid():
        who, now = request.member, timezone.now()
        act: Callable[[], Any] = lambda: services.dispute(invoice.id, form.claim, actor=who, now=now)  # noqa: E731
        if _carried_out(form, act):
            messages.success(request, _("Disputed: out of payment and out of reminders."))
            return redirect("dispute", invoice.id)
    return _page(request, invoice, claim=form)


@require_POST
def note_dispute(request: MemberRequest, invoice_id: UUID, dispute_id: UUID) -> HttpResponse:
    """Keep what was said."""
    invoice, form = _find(request, invoice_id), NoteForm(request.POST)

    def said(note: DisputeNote) -> str:
        return _("Kept.") if note.follow_up_on else _("Kept, without a day on which to look at it again.")

    return _go_on(request, invoice, dispute_id, form, services.add_note, said, "note")


@require_POST
def end_dispute(request: MemberRequest, invoice_id: UUID, dispute_id: UUID) -> HttpResponse:
    """Say what came of it."""
    invoice, form = _find(request, invoice_id), EndForm(request.POST)

    def said(over: Dispute) -> str:
        return what_follows(over, request.member)

    return _go_on(request, invoice, dispute_id, form, services.end_dispute, said, "end")


def _go_on(
    request: MemberRequest,
    invoice: Invoice,
    dispute_id: UUID,
    form: Form,
    act: Callable[..., Any],
    said: Callable[[Any], str],
    name: str,
) -> HttpResponse:
    if not Dispute.objects.filter(id=dispute_id, invoice=invoice).exists():
        raise Http404
    who: dict[str, Any] = {"actor": request.member, "now": timezone.now()}
    done = form.is_valid() and _carried_out(form, lambda: act(dispute_id, **form.cleaned_data, **who))
    if done:
        messages.success(request, said(done))
        return redirect("dispute", invoice.id)
    return _page(request, invoice, **{name: form})


def _carried_out(form: Form, act: Callable[[], Any]) -> Any:
    """What was made or changed; None when it was refused: why stands on the form."""
    try:
        with transaction.atomic():
            return act()
    except DisputeRefused as refusal:
        form.add_error(None, str(refusal))
        return None


def _page(request: MemberRequest, invoice: Invoice, **forms: Form) -> HttpResponse:
    found = dispute_of(invoice)
    ended = Dispute.objects.filter(invoice=invoice).exclude(ended_at=None).order_by("-ended_at")
    context = {
        "invoice": invoice,
        "tells": came_directly(invoice),
        "dispute": found,
        "notes": _notes(found) if found else [],
        "letter": letter_of(found, sender=person_of(request).name) if found else None,
        "ended": ended.select_related("ended_by"),
        "note": NoteForm(initial={"follow_up_on": _day_to_come(found)}),
        "end": EndForm(),
        "claim": ClaimForm(),
        **forms,
    }
    is_wrong = any(form.is_bound for form in forms.values())
    return render(request, "disputes/dispute.html", context, status=422 if is_wrong else 200)


def _day_to_come(found: Dispute | None) -> date | None:
    """The day on which one looks again; None where there is none, or when it has come."""
    day = found.follow_up_on if found else None
    return day if day and found and day > timezone.now().astimezone(found.organisation.zone).date() else None


def _notes(dispute: Dispute) -> list[DisputeNote]:
    rows = DisputeNote.objects.filter(organisation_id=dispute.organisation_id, dispute=dispute)
    return list(rows.select_related("written_by").order_by("id"))


def _find(request: MemberRequest, invoice_id: UUID) -> Invoice:
    """An invoice that he may see, where he may dispute; else 404 and 403."""
    found = visible_to(request.member).select_related("organisation").filter(id=invoice_id).first()
    if found is None:
        raise Http404
    request.member.demand(Right.DISPUTE, found.organisation_id)
    return found


def _chosen(request: MemberRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("organisation", ""))
    except ValueError:
        return None
