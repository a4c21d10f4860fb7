"""What may be booked on: the lists, and renewing them from a file or a spreadsheet (rules 3.10)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from omloop.coding.auditfile import is_xml, rows_in
from omloop.coding.importing import (
    KINDS,
    WITH_OWNER,
    ChartChanged,
    Entry,
    Import,
    carry_out,
    plan_import,
)
from omloop.coding.models import IS_CURRENT
from omloop.coding.secrecy import marked_codes
from omloop.coding.sheets import NoTable
from omloop.coding.table_form import TableForm
from omloop.coding.wording import tell_finding, tell_no_table
from omloop.organisations.members import Member, RightMissing
from omloop.organisations.middleware import MemberRequest
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right
from omloop.people.models import names_of

SHOWN, PREVIEWED = 300, 200
TITLES = {
    "accounts": gettext_lazy("Ledger accounts"),
    "centres": gettext_lazy("Cost centres"),
    "units": gettext_lazy("Cost units"),
    "vat": gettext_lazy("VAT codes"),
}


class ImportForm(TableForm):
    """A list of the chart: of an auditfile its rows of this kind."""

    def __init__(self, kind: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.fields["file"].label = _("File (CSV, or an auditfile: XAF 3.2)")

    def text_of(self, data: bytes) -> str:
        """The table in a file."""
        return rows_in(data, self.kind) if is_xml(data) else super().text_of(data)


@require_safe
def chart(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """What may be booked on, beginning with the ledger accounts."""
    return redirect("chart_of", find_place(request.member, organisation_id, to_change=False).id, "accounts")


@require_http_methods(["GET", "HEAD", "POST"])
def chart_of(request: MemberRequest, organisation_id: UUID, kind: str) -> HttpResponse:
    """The codes of one kind; a file shows what it would change, and is carried out when that was seen."""
    is_post = request.method == "POST"
    place = find_place(request.member, organisation_id, to_change=is_post)
    if kind not in KINDS:
        raise Http404
    form = ImportForm(kind, request.POST, request.FILES) if is_post else ImportForm(kind)
    if not is_post or not form.is_valid():
        return _show(request, place, kind, form, status=422 if is_post else 200)
    try:
        if "seen" in request.POST:
            return _carry_out(request, place, kind, form)
        return _preview(request, place, kind, form)
    except NoTable as problem:
        form.add_error(None, tell_no_table(problem))
        return _show(request, place, kind, form, status=422)


def _preview(request: MemberRequest, place: Organisation, kind: str, form: ImportForm) -> HttpResponse:
    text = form.cleaned_data["text"]
    plan = plan_import(organisation_id=place.id, kind=kind, text=text, now=timezone.now())
    return _show(request, place, kind, form, plan=plan)


def _carry_out(request: MemberRequest, place: Organisation, kind: str, form: ImportForm) -> HttpResponse:
    try:
        with transaction.atomic():
            plan = carry_out(
                organisation_id=place.id,
                kind=kind,
                text=form.cleaned_data["text"],
                ends_missing="ends_missing" in request.POST,
                seen=request.POST["seen"],
                actor=request.member,
                now=timezone.now(),
            )
    except ChartChanged as changed:
        form.add_error(None, _("Something else would change now than you saw. Look at it again."))
        return _show(request, place, kind, form, plan=changed.plan, status=409)
    text = _("The list is renewed: %(new)d new, %(changed)d changed.")
    messages.success(request, text % {"new": len(plan.new), "changed": len(plan.changed)})
    return redirect("chart_of", place.id, kind)


def _show(
    request: MemberRequest,
    place: Organisation,
    kind: str,
    form: ImportForm,
    *,
    plan: Import | None = None,
    status: int = 200,
) -> HttpResponse:
    searched = request.GET.get("q", "").strip()[:80]
    model = KINDS[kind]
    rows = model.objects.filter(IS_CURRENT, organisation=place)
    count = rows.count()
    found = rows.filter(Q(code__istartswith=searched) | Q(name__icontains=searched)) if searched else rows
    has_owner = model in WITH_OWNER
    found = found.select_related("owner") if has_owner else found
    context = {
        "organisation": place,
        "kind": kind,
        "title": TITLES[kind],
        "titles": TITLES,
        "rows": list(found.order_by("code")[:SHOWN]),
        "count": count,
        "searched": searched,
        "has_owner": has_owner,
        "form": form,
        "plan": plan,
        "text": form.cleaned_data.get("text", "") if plan else "",
        "entries": _with_owners(plan) if plan else [],
        "findings": [tell_finding(finding) for finding in plan.findings] if plan else [],
        "manages": request.member.can(Right.MANAGE_SETTINGS, place.id),
        "codes": request.member.can(Right.CODE, place.id),
        "hides": kind == "accounts" and request.member.can(Right.VIEW_CONFIDENTIAL, place.id),
        "secret": marked_codes(place.id) if kind == "accounts" else set(),
    }
    return render(request, "coding/chart.html", context, status=status)


def _with_owners(plan: Import) -> list[tuple[Entry, str]]:
    """The first rows that would change, each with the name of its owner; one query."""
    owners = [(entry, getattr(entry.row, "owner_id", None)) for entry in plan.entries[:PREVIEWED]]
    names = names_of({owner for _entry, owner in owners if owner})
    return [(entry, names.get(owner, "") if owner else "") for entry, owner in owners]


def find_place(member: Member, organisation_id: UUID, *, to_change: bool) -> Organisation:
    """The organisation whose chart he sees, or changes; Http404 where he is a stranger, RightMissing.

    Whoever codes sees what he can book on.
    """
    place: Organisation | None = Organisation.objects.filter(id=organisation_id, id__in=member.rights).first()
    if place is None:
        raise Http404
    if member.can(Right.CODE, organisation_id) and not to_change:
        return place
    if not member.can(Right.MANAGE_SETTINGS, organisation_id):
        raise RightMissing(Right.MANAGE_SETTINGS, organisation_id)
    return place
