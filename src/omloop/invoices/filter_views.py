"""Saving and removing filters, and taking out what one shows."""

from decimal import Decimal
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from omloop.invoices import exporting, saved
from omloop.invoices.lists import read_filter
from omloop.organisations.middleware import MemberRequest
from omloop.web.words import number

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_POST
def export_found(request: MemberRequest, suffix: str) -> HttpResponseBase:
    """What the filter in the address shows, as a file (rules 2.8)."""
    form, places, chosen = read_filter(request.member, request.GET)
    if suffix not in TYPES or not places or not form.is_valid():
        raise Http404
    shown = [each.id for each in places if chosen in (None, each)]
    try:
        made = exporting.export(form.sought, shown, suffix, actor=request.member, now=timezone.now())
    except exporting.TooManyRows:
        most = number(Decimal(exporting.MOST))
        messages.error(
            request,
            _("More than %(most)s invoices don't fit in one file. Narrow the filter.") % {"most": most},
        )
        return redirect(_list(form.query))
    name = f"{_('Purchase invoices')} {timezone.localdate().isoformat()}.{suffix}"
    answer = FileResponse(made, as_attachment=True, filename=name, content_type=TYPES[suffix])
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@require_POST
def save(request: MemberRequest) -> HttpResponse:
    """Keep the filter in the field `query` under a name, for oneself or for an organisation."""
    form, places, chosen = read_filter(request.member, QueryDict(request.POST.get("query", "")).dict())
    place = chosen or next((each for each in places if str(each.id) == request.POST.get("place")), None)
    if place is None or not form.is_valid():
        raise Http404
    name, is_shared = request.POST.get("name", ""), "shared" in request.POST
    try:
        saved.save_filter(
            organisation_id=place.id, name=name, query=form.query, is_shared=is_shared,
            actor=request.member, now=timezone.now(),
        )  # fmt: skip
    except saved.NameMissing:
        messages.error(request, _("Give the filter a name, so that you find it again."))
    except saved.NothingToSave:
        messages.error(request, _("Choose first what the list shows: there is no filter to save."))
    else:
        messages.success(request, _("The filter is saved. You find it above the list."))
    return redirect(_list(form.query))


@require_POST
def remove(request: MemberRequest, filter_id: UUID) -> HttpResponse:
    """Take a saved filter away."""
    found = saved.filter_of(request.member, filter_id)
    if found is None:
        raise Http404
    saved.remove_filter(found, actor=request.member, now=timezone.now())
    messages.success(request, _("The filter “%(name)s” is removed.") % {"name": found.name})
    return redirect("invoices")


def _list(query: str) -> str:
    return reverse("invoices") + (f"?{query}" if query else "")
