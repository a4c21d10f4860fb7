"""Where booking stands under an organisation: who may come, the tabs, and the periods (rules 3.11)."""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from omloop.booking.models import Closing, FixedAccounts
from omloop.booking.periods import close, reopen
from omloop.booking.refusals import BookingRefused
from omloop.booking.services import fix_accounts
from omloop.booking.states import sees_books
from omloop.coding.models import IS_CURRENT, LedgerAccount
from omloop.organisations.members import Member, RightMissing
from omloop.organisations.middleware import MemberRequest
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right

TABS = {
    "booking": gettext_lazy("To book"),
    "exports": gettext_lazy("Exports"),
    "payments": gettext_lazy("Payments"),
    "payment_files": gettext_lazy("Payment files"),
    "bank_accounts": gettext_lazy("Bank accounts"),
    "month_end": gettext_lazy("Month-end list"),
    "periods": gettext_lazy("Periods"),
    "creditors": gettext_lazy("Creditor numbers"),
    "booking_accounts": gettext_lazy("Fixed accounts"),
}
"""Those of payments stand in the room above, by the names of their addresses."""
ROLES = {
    "creditors": gettext_lazy("Creditors"),
    "vat": gettext_lazy("VAT to reclaim"),
    "suspense": gettext_lazy("Suspense, for what is pre-booked"),
    "accruals": gettext_lazy("Accruals, for the month-end list"),
}
CODES = {
    "administration": gettext_lazy("Organisation in the package"),
    "journal": gettext_lazy("Purchase journal in the package"),
    "memorial": gettext_lazy("Memorial journal in the package"),
}
FIRST_YEAR, LAST_YEAR = 2000, 2099


@dataclass(frozen=True)
class Month:
    """A month of the page, and its closing if it is closed."""

    first: date
    last: date
    closing: Closing | None


def find_place(member: Member, organisation_id: UUID, right: str | None = None) -> Organisation:
    """The organisation whose bookings he sees, or with this right; Http404 for a stranger, RightMissing."""
    place: Organisation | None = Organisation.objects.filter(id=organisation_id, id__in=member.rights).first()
    if place is None:
        raise Http404
    if organisation_id not in sees_books(member, right):
        raise RightMissing(right or Right.BOOK, organisation_id)
    return place


def show(
    request: MemberRequest,
    place: Organisation,
    tab: str,
    context: dict[str, Any],
    *,
    template: str = "",
    status: int = 200,
) -> HttpResponse:
    """A page under the tabs; its template is named after the tab, unless it is another one."""
    common = {
        "organisation": place,
        "tabs": TABS,
        "tab": tab,
        "title": TABS[tab],
        "books": request.member.can(Right.BOOK, place.id),
        "exports": request.member.can(Right.EXPORT, place.id),
        "manages": request.member.can(Right.MANAGE_SETTINGS, place.id),
        "sees_confidential": request.member.can(Right.VIEW_CONFIDENTIAL, place.id),
    }
    return render(request, template or f"booking/{tab}.html", common | context, status=status)


def done(
    request: MemberRequest,
    act: Callable[[], object],
    said: str,
    *,
    refused: type[ValueError] = BookingRefused,
) -> bool:
    """Whether it was done; what was refused is told at the top of the next page."""
    try:
        with transaction.atomic():
            act()
    except refused as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, said)
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def periods(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """The months of a year: which are closed, closing them, and opening one again with a reason."""
    place = find_place(request.member, organisation_id, Right.BOOK if request.method == "POST" else None)
    year = _year(request.POST.get("year") or request.GET.get("year"))
    if request.method == "POST":
        _change(request, place, year)
        return redirect(f"{request.path}?year={year}")
    rows = Closing.objects.filter(organisation=place, month__year=year).select_related(
        "closed_by", "reopened_by"
    )
    found = list(rows.order_by("id"))
    closed = {each.month: each for each in found if each.ended_at is None}
    firsts = [date(year, number, 1) for number in range(1, 13)]
    months = [Month(first, _last_of(first), closed.get(first)) for first in firsts]
    reopened = [each for each in found if each.ended_at]
    context = {"year": year, "months": months, "reopened": reopened, "all_closed": len(closed) == 12}
    return show(request, place, "periods", context)


def _change(request: MemberRequest, place: Organisation, year: int) -> None:
    who: dict[str, Any] = {"organisation_id": place.id, "actor": request.member, "now": timezone.now()}
    if "reopen" in request.POST:
        month, reason = _month(request.POST["reopen"]), request.POST.get("reason", "")
        done(request, lambda: reopen(month=month, reason=reason, **who), _("The month is open again."))
    elif "close" in request.POST:
        month = _month(request.POST["close"])
        done(request, lambda: close(months=[month], **who), _("The month is closed."))
    else:
        whole = [date(year, number, 1) for number in range(1, 13)]
        done(request, lambda: close(months=whole, **who), _("The year is closed."))


def _month(text: str) -> date:
    try:
        return date.fromisoformat(text).replace(day=1)
    except ValueError:
        raise Http404 from None


def _year(text: str | None) -> int:
    if not text:
        return timezone.localdate().year
    if not text.isdecimal() or not FIRST_YEAR <= int(text) <= LAST_YEAR:
        raise Http404
    return int(text)


def _last_of(first: date) -> date:
    return first.replace(day=monthrange(first.year, first.month)[1])


class AccountsForm(forms.Form):
    """Which ledger account is booked against, for each role, and codes by which the package knows us."""

    def __init__(self, place: Organisation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = LedgerAccount.objects.filter(IS_CURRENT, organisation=place).order_by("code")
        choices = [("", _("choose")), *((str(each.id), str(each)) for each in rows)]
        for role, label in ROLES.items():
            self.fields[role] = forms.ChoiceField(label=label, choices=choices)
        for name, label in CODES.items():
            is_needed = name != "administration"
            widget = forms.TextInput({"class": "input"})
            self.fields[name] = forms.CharField(label=label, max_length=16, required=is_needed, widget=widget)
        self.fields["administration"].help_text = _("Its code there; empty where the package has one only.")

    def accounts(self) -> dict[str, UUID]:
        """What was chosen, by role."""
        return {role: UUID(self.cleaned_data[role]) for role in ROLES}

    def codes(self) -> dict[str, str]:
        """What was typed, by name."""
        return {name: self.cleaned_data[name] for name in CODES}


@require_http_methods(["GET", "HEAD", "POST"])
def booking_accounts(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """What creditors, VAT, suspense and accruals are booked on; by who manages settings."""
    place = place_of_settings(request.member, organisation_id)
    now: FixedAccounts | None = FixedAccounts.objects.filter(organisation=place).first()
    initial = {role: str(getattr(now, f"{role}_id")) for role in ROLES} if now else {}
    initial |= {name: getattr(now or FixedAccounts(), name) for name in CODES}
    form = AccountsForm(place, request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST":
        request.member.demand(Right.MANAGE_SETTINGS, place.id)
        if form.is_valid():
            who: dict[str, Any] = {"organisation_id": place.id, "actor": request.member}
            who |= {"accounts": form.accounts(), "codes": form.codes(), "now": timezone.now()}
            done(request, lambda: fix_accounts(**who), _("The accounts are saved."))
            return redirect(request.path)
    return show(request, place, "booking_accounts", {"form": form}, status=422 if form.errors else 200)


def place_of_settings(member: Member, organisation_id: UUID) -> Organisation:
    """Whoever manages settings comes here without seeing what is booked."""
    if member.can(Right.MANAGE_SETTINGS, organisation_id):
        place: Organisation = Organisation.objects.get(id=organisation_id)
        return place
    return find_place(member, organisation_id)
