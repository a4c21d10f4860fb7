"""By which numbers the package knows suppliers: the list, and renewing it from a file (rules 3.10)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from omloop.booking.creditors import (
    CreditorsChanged,
    Renewal,
    Told,
    creditors_of,
    plan_creditors,
    renew_creditors,
    rows_of,
)
from omloop.booking.pages import find_place, show
from omloop.coding.auditfile import creditors_in, is_xml
from omloop.coding.table_form import TableForm
from omloop.organisations.middleware import MemberRequest
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right

SHOWN = 300


class CreditorsForm(TableForm):
    """Suppliers with their numbers, as a table or an auditfile."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].label = _("File (CSV, or an auditfile: XAF 3.2)")

    def text_of(self, data: bytes) -> str:
        """The table in a file."""
        return creditors_in(data) if is_xml(data) else super().text_of(data)

    def rows_of(self, text: str) -> list[Told]:
        """The suppliers that it tells."""
        return rows_of(text)

    def tell_headings(self) -> str:
        """What the table needs."""
        return _(
            "No columns were found. Put headings in the first row: number, name, VAT number, KvK number."
        )


@require_http_methods(["GET", "HEAD", "POST"])
def creditors(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """The numbers; a file shows what it would change, and is carried out when that was seen."""
    is_post = request.method == "POST"
    place = find_place(request.member, organisation_id, Right.BOOK if is_post else None)
    form = CreditorsForm(request.POST, request.FILES) if is_post else CreditorsForm()
    if not is_post or not form.is_valid():
        return _show(request, place, form, status=422 if is_post else 200)
    rows = form.cleaned_data["rows"]
    if "seen" not in request.POST:
        return _show(request, place, form, plan_creditors(organisation_id=place.id, rows=rows))
    who: dict[str, Any] = {"organisation_id": place.id, "actor": request.member, "now": timezone.now()}
    try:
        with transaction.atomic():
            plan = renew_creditors(rows=rows, seen=request.POST["seen"], **who)
    except CreditorsChanged as changed:
        form.add_error(None, _("Something else would change now than you saw. Look at it again."))
        return _show(request, place, form, changed.plan, status=409)
    text = _("The list is renewed: %(new)d new, %(changed)d changed.")
    messages.success(request, text % {"new": len(plan.new), "changed": len(plan.changed)})
    return redirect("creditors", place.id)


def _show(
    request: MemberRequest,
    place: Organisation,
    form: CreditorsForm,
    plan: Renewal | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:80]
    rows = creditors_of(place.id)
    count = rows.count()
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(number__istartswith=words))
    context: dict[str, Any] = {"form": form, "plan": plan, "count": count, "q": words}
    context |= {"rows": list(rows[:SHOWN]), "shown": plan.rows[:SHOWN] if plan else []}
    context["text"] = form.cleaned_data["text"] if plan else ""
    return show(request, place, "creditors", context, status=status)
