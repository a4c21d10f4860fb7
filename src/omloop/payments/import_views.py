"""Accounts of suppliers from a file: seen first, then taken over to be checked (rules 2.9, 3.10)."""

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
from omloop.coding.auditfile import is_xml, suppliers_in
from omloop.coding.table_form import TableForm
from omloop.organisations.middleware import MemberRequest
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right
from omloop.payees.importing import AccountsChanged, Import, Told, plan_accounts, rows_of, take_over

SHOWN = 200


class AccountsForm(TableForm):
    """Suppliers with their accounts, as a table or an auditfile."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].label = _("File (CSV, or an auditfile: XAF 3.2)")

    def text_of(self, data: bytes) -> str:
        """The table in a file."""
        return suppliers_in(data) if is_xml(data) else super().text_of(data)

    def rows_of(self, text: str) -> list[Told]:
        """The accounts that it tells."""
        return rows_of(text)

    def tell_headings(self) -> str:
        """What a table of accounts needs."""
        return _("No columns were found. Put headings in the first row: name, VAT number, KvK number, IBAN.")


@require_http_methods(["GET", "HEAD", "POST"])
def import_accounts(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """What a file would add, and taking it over when that was seen."""
    place = find_place(request.member, organisation_id, Right.BOOK)
    if request.method != "POST":
        return _show(request, place, AccountsForm())
    form = AccountsForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, place, form, status=422)
    rows = form.cleaned_data["rows"]
    if "seen" not in request.POST:
        return _show(request, place, form, plan_accounts(organisation_id=place.id, rows=rows))
    who: dict[str, Any] = {"organisation_id": place.id, "actor": request.member, "now": timezone.now()}
    try:
        with transaction.atomic():
            plan = take_over(rows=rows, seen=request.POST["seen"], **who)
    except AccountsChanged as changed:
        form.add_error(None, _("Something else would change now than you saw. Look at it again."))
        return _show(request, place, form, changed.plan, status=409)
    messages.success(request, _("%(new)d accounts were taken over, to be checked.") % {"new": len(plan.new)})
    return redirect("bank_accounts", place.id)


def _show(
    request: MemberRequest,
    place: Organisation,
    form: AccountsForm,
    plan: Import | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "plan": plan, "shown": plan.new[:SHOWN] if plan else []}
    context["text"] = form.cleaned_data["text"] if plan else ""
    template = "payments/import_accounts.html"
    return show(request, place, "bank_accounts", context, template=template, status=status)
