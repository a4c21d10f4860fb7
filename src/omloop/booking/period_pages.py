"""Which months are closed, from a file of the package: seen first, then done (rules 3.10, 3.11)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from omloop.booking.pages import find_place, show
from omloop.booking.period_import import (
    PeriodPlan,
    PeriodsChanged,
    Said,
    plan_periods,
    renew_periods,
    rows_of,
)
from omloop.booking.refusals import NothingSaid
from omloop.coding.auditfile import NotInAuditfile, is_xml
from omloop.coding.table_form import TableForm
from omloop.organisations.middleware import MemberRequest
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right


class PeriodsForm(TableForm):
    """Months with their states; an auditfile names months, and does not say which are closed."""

    def text_of(self, data: bytes) -> str:
        """The table in a file."""
        if is_xml(data):
            raise NotInAuditfile("periods")
        return super().text_of(data)

    def rows_of(self, text: str) -> list[Said]:
        """The months that it tells."""
        return rows_of(text)

    def tell_headings(self) -> str:
        """What the table needs."""
        return _("No columns were found. Put headings in the first row: month and state.")


@require_http_methods(["GET", "HEAD", "POST"])
def import_periods(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """What a file would close and open, and doing so when that was seen."""
    place = find_place(request.member, organisation_id, Right.BOOK)
    if request.method != "POST":
        return _show(request, place, PeriodsForm())
    form = PeriodsForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, place, form, status=422)
    rows = form.cleaned_data["rows"]
    plan = plan_periods(organisation_id=place.id, rows=rows)
    if "seen" not in request.POST:
        return _show(request, place, form, plan)
    said: dict[str, Any] = {"reason": request.POST.get("reason", "")[:500], "seen": request.POST["seen"]}
    who: dict[str, Any] = {"organisation_id": place.id, "actor": request.member, "now": timezone.now()}
    try:
        with transaction.atomic():
            done = renew_periods(rows=rows, **said, **who)
    except PeriodsChanged as changed:
        form.add_error(None, _("Something else would change now than you saw. Look at it again."))
        return _show(request, place, form, changed.plan, status=409)
    except NothingSaid as refusal:
        form.add_error(None, str(refusal))
        return _show(request, place, form, plan, status=422)
    text = _("%(closed)d months are closed, %(opened)d opened again.")
    messages.success(request, text % {"closed": len(done.closes), "opened": len(done.opens)})
    return redirect("periods", place.id)


def _show(
    request: MemberRequest,
    place: Organisation,
    form: PeriodsForm,
    plan: PeriodPlan | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    changes = (
        sorted([(month, True) for month in plan.closes] + [(month, False) for month in plan.opens])
        if plan
        else []
    )
    context: dict[str, Any] = {"form": form, "plan": plan, "changes": changes}
    context["text"] = form.cleaned_data["text"] if plan else ""
    template = "booking/import_periods.html"
    return show(request, place, "periods", context, template=template, status=status)
