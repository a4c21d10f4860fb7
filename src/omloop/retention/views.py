"""How long an organisation keeps what it has, what two people let go, and the register of what went."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from omloop.invoices.downloads import as_download
from omloop.organisations.middleware import MemberRequest
from omloop.organisations.models import Organisation
from omloop.retention import deciding, marking
from omloop.retention.models import KeptLonger, Removal
from omloop.retention.policies import reads
from omloop.retention.refusals import RetentionRefused
from omloop.retention.shown import context_of, found_in_register, register_of
from omloop.web.spreadsheets import as_csv

HOLD = KeptLonger.Kind.LEGAL_HOLD
COLUMNS = ("kind", "number", "issued_on", "import_date", "kept_until", "size", "sha256", "destroyed_at")
MONTHS = tuple(date(2001, number, 1) for number in range(1, 13))


@require_safe
def retention(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """Terms, holds, what may go, and the lists that two people decide on."""
    place = find_place(request, organisation_id)
    context = context_of(place, request.member, now=timezone.now())
    return render(request, "retention/retention.html", {**context, "months": MONTHS})


@require_POST
def set_financial_year(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """With which month the financial year ends."""
    place, month = find_place(request, organisation_id), request.POST.get("ends_in", "")
    if month not in {str(each.month) for each in MONTHS}:
        raise Http404
    who: dict[str, Any] = {"actor": request.member, "now": timezone.now()}
    done(
        request,
        lambda: marking.set_financial_year(place, ends_in=int(month), **who),
        _("Saved. Every term is counted anew."),
    )
    return redirect("retention", place.id)


@require_POST
def hold_organisation(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """Set or lift a legal hold on all that the organisation has."""
    place, reason = find_place(request, organisation_id), request.POST.get("reason", "")[:2000]
    who: dict[str, Any] = {"kind": HOLD, "actor": request.member, "now": timezone.now()}
    if "lift" in request.POST:
        done(request, lambda: marking.keep_no_longer(place, **who), _("The legal hold is lifted."))
    else:
        said = _("From now on nothing of this organisation goes.")
        done(request, lambda: marking.keep_longer(place, reason=reason, **who), said)
    return redirect("retention", place.id)


@require_POST
def propose_removal(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """Put what was ticked on a list for a second person."""
    place = find_place(request, organisation_id)
    who: dict[str, Any] = {"actor": request.member, "now": timezone.now()}
    who |= {"keys": request.POST.getlist("chosen"), "confidential": "confidential" in request.POST}
    said = _("Proposed. Nothing goes before somebody else has confirmed this list.")
    done(request, lambda: deciding.propose_removal(place, **who), said)
    return redirect("retention", place.id)


@require_POST
def answer_removal(request: MemberRequest, organisation_id: UUID, removal_id: UUID) -> HttpResponse:
    """Confirm a list that somebody else proposed, or withdraw it."""
    place = find_place(request, organisation_id)
    removal = Removal.objects.filter(organisation=place, id=removal_id).first()
    if removal is None:
        raise Http404
    who: dict[str, Any] = {"actor": request.member, "now": timezone.now()}
    if request.POST.get("answer") == "confirm":
        said = _("Confirmed. It is being destroyed; numbers, dates and hashes stay.")
        done(request, lambda: deciding.confirm_removal(removal, **who), said)
    else:
        done(request, lambda: deciding.withdraw_removal(removal, **who), _("Withdrawn. Nothing went."))
    return redirect("retention", place.id)


@require_safe
def destroyed(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """The register of what went: numbers, dates and hashes, and who decided."""
    place = find_place(request, organisation_id)
    context = {"organisation": place, **register_of(place, request.GET)}
    return render(request, "retention/destroyed.html", context)


@require_safe
def destroyed_csv(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """The register as a table."""
    place = find_place(request, organisation_id)
    rows = found_in_register(place, request.GET).order_by("destroyed_at", "id")
    return as_download(as_csv(COLUMNS, rows.values_list(*COLUMNS)), f"register-{place.kvk}.csv")


def find_place(request: MemberRequest, organisation_id: UUID) -> Organisation:
    """The organisation, for who reads its terms; Http404 for a stranger, 403 without the right."""
    place: Organisation | None = Organisation.objects.filter(
        id=organisation_id, id__in=request.member.rights
    ).first()
    if place is None:
        raise Http404
    if not reads(request.member, place.id):
        raise PermissionDenied
    return place


def done(request: MemberRequest, act: Callable[[], object], said: str) -> bool:
    """Whether it was done; what was refused is told at the top of the next page."""
    try:
        with transaction.atomic():
            act()
    except RetentionRefused as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, said)
    return True
