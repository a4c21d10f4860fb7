"""The accounts of suppliers: which wait for a check, how one was checked, and by whom (rules 2.9)."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from omloop.booking.pages import done, find_place, show
from omloop.invoices.models import Invoice
from omloop.organisations.middleware import MemberRequest
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right
from omloop.payees import services
from omloop.payees.models import SupplierAccount
from omloop.payees.queries import CONFIRMED, TO_CHECK, TO_CONFIRM, accounts_in
from omloop.payees.refusals import CheckRefused
from omloop.payments.forms import CheckForm

SHOWN = 200
STATES = {
    TO_CHECK: gettext_lazy("To check"),
    TO_CONFIRM: gettext_lazy("To confirm"),
    CONFIRMED: gettext_lazy("Confirmed"),
}


@require_safe
def bank_accounts(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """The accounts of an organisation's suppliers, beginning with those that nobody checked."""
    place = find_place(request.member, organisation_id)
    words, state = request.GET.get("q", "").strip()[:80], request.GET.get("state", TO_CHECK)
    if state not in STATES:
        raise Http404
    rows = accounts_in(place.id, state, words)
    context = {
        "rows": list(rows[:SHOWN]),
        "count": rows.count(),
        "states": STATES,
        "state": state,
        "q": words,
    }
    return show(request, place, "bank_accounts", context, template="payments/bank_accounts.html")


@require_http_methods(["GET", "HEAD", "POST"])
def bank_account(request: MemberRequest, organisation_id: UUID, account_id: UUID) -> HttpResponse:
    """One account: its check, what waits for it, and the form that records a check."""
    place, account = _find(request, organisation_id, account_id)
    if request.method != "POST":
        return _page(request, place, account, CheckForm(initial={"checked_on": timezone.localdate()}))
    form = CheckForm(request.POST)
    if form.is_valid():
        who: dict[str, Any] = {"actor": request.member, "now": timezone.now()}
        said = _("Recorded. A colleague who books confirms it; until then nothing is paid on this account.")
        act = lambda: services.record_check(account.id, **form.cleaned_data, **who)  # noqa: E731
        if done(request, act, said, refused=CheckRefused):
            return redirect("bank_account", place.id, account.id)
    return _page(request, place, account, form, status=422)


@require_POST
def confirm_account(request: MemberRequest, organisation_id: UUID, account_id: UUID) -> HttpResponse:
    """A second person confirms what was recorded."""
    place, account = _find(request, organisation_id, account_id)
    who: dict[str, Any] = {"actor": request.member, "now": timezone.now()}
    said = _("Confirmed: what asks to be paid on this account can be paid.")
    done(request, lambda: services.confirm_check(account.id, **who), said, refused=CheckRefused)
    return redirect("bank_account", place.id, account.id)


@require_POST
def end_account_check(request: MemberRequest, organisation_id: UUID, account_id: UUID) -> HttpResponse:
    """The check counts no more."""
    place, account = _find(request, organisation_id, account_id)
    who: dict[str, Any] = {"actor": request.member, "now": timezone.now()}
    reason = request.POST.get("reason", "")[:2000]
    said = _("Nothing is paid on this account until it is checked anew.")
    done(request, lambda: services.end_check(account.id, reason=reason, **who), said, refused=CheckRefused)
    return redirect("bank_account", place.id, account.id)


def _find(
    request: MemberRequest, organisation_id: UUID, account_id: UUID
) -> tuple[Organisation, SupplierAccount]:
    place = find_place(request.member, organisation_id, Right.BOOK if request.method == "POST" else None)
    account = accounts_in(place.id).filter(id=account_id).first()
    if account is None:
        raise Http404
    return place, account


def _page(
    request: MemberRequest, place: Organisation, account: SupplierAccount, form: CheckForm, status: int = 200
) -> HttpResponse:
    checks = account.checks.select_related("recorded_by", "confirmed_by", "ended_by").order_by("-id")
    found = list(checks)
    open_check = next((each for each in found if each.ended_at is None), None)
    others = accounts_in(place.id, CONFIRMED).filter(supplier=account.supplier).exclude(id=account.id)
    invoices = Invoice.objects.filter(payees__account=account).order_by("-received_at", "id")
    context = {
        "account": account,
        "check": open_check,
        "earlier": [each for each in found if each.ended_at],
        "others": list(others),
        "invoices": list(invoices[:SHOWN]),
        "is_mine": open_check is not None and open_check.recorded_by_id == request.member.person_id,
        "form": form,
    }
    return show(
        request, place, "bank_accounts", context, template="payments/bank_account.html", status=status
    )
