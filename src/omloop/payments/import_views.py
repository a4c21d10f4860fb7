"""Accounts of suppliers from a file: seen first, then taken over to be checked (rules 2.9, 3.10)."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from omloop.booking.pages import find_place, show
from omloop.coding.auditfile import is_xml, suppliers_in
from omloop.coding.sheets import NoCodes, NoTable, text_of
from omloop.coding.wording import tell_no_table
from omloop.organisations.middleware import MemberRequest
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right
from omloop.payees.importing import AccountsChanged, Import, plan_accounts, rows_of, take_over

SHOWN = 200


class AccountsForm(forms.Form):
    """An auditfile, a CSV file, or rows that were copied from a spreadsheet."""

    file = forms.FileField(label=gettext_lazy("File (CSV, or an auditfile: XAF 3.2)"), required=False)
    text = forms.CharField(
        label=gettext_lazy("Or paste the rows from your spreadsheet"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "class": "input code", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """Its text and its rows; a file comes before what is pasted."""
        said = super().clean() or {}
        try:
            text = _text(said["file"].read()) if said.get("file") else said.get("text", "")
            rows = rows_of(text) if text.strip() else []
        except NoCodes as problem:
            raise forms.ValidationError(
                _("No columns were found. Put headings in the first row: name, VAT number, KvK number, IBAN.")
            ) from problem
        except NoTable as problem:
            raise forms.ValidationError(tell_no_table(problem)) from problem
        if not rows:
            raise forms.ValidationError(_("Choose a file, or paste rows."))
        return {**said, "text": text, "rows": rows}


def _text(data: bytes) -> str:
    return suppliers_in(data) if is_xml(data) else text_of(data)


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
