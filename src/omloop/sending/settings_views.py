"""How an organisation sends: its settings and number series, and its address book (rules 2.7)."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from omloop.coding.sheets import MOST_BYTES
from omloop.organisations.members import Member
from omloop.organisations.middleware import MemberRequest
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right
from omloop.organisations.views import managed
from omloop.sending.customer_form import CustomerForm
from omloop.sending.customers import add_customer, change_customer, end_customer
from omloop.sending.forms import SeriesForm, SettingsForm
from omloop.sending.importing import customers_in, import_customers
from omloop.sending.models import Customer
from omloop.sending.queries import customers_of, places_of
from omloop.sending.refusals import SendingRefused
from omloop.sending.seller import change_settings, settings_of
from omloop.sending.series import add_series, end_series, series_of
from omloop.sending.wording import tell_refusal


@require_http_methods(["GET", "HEAD", "POST"])
def sending_settings(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """How the organisation stands on its invoices, and its number series."""
    organisation = managed(request, organisation_id)
    form = SettingsForm(
        request.POST if request.method == "POST" else None, settings=settings_of(organisation_id)
    )
    if form.is_bound and form.is_valid():
        change_settings(
            organisation_id=organisation_id,
            settings=form.cleaned_data,
            actor=request.member,
            now=timezone.now(),
        )
        messages.success(request, _("The settings are saved."))
        return redirect("sending_settings", organisation_id)
    return _show_settings(request, organisation, form, SeriesForm())


@require_POST
def add_number_series(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """Add a number series."""
    organisation, form = managed(request, organisation_id), SeriesForm(request.POST)
    if form.is_valid():
        try:
            add_series(
                organisation_id=organisation_id,
                kind=form.cleaned_data["kind"],
                prefix=form.cleaned_data["letters"],
                is_per_year=form.cleaned_data["is_per_year"],
                first_number=form.cleaned_data["first_number"],
                actor=request.member,
                now=timezone.now(),
            )
            return redirect("sending_settings", organisation_id)
        except SendingRefused as refusal:
            form.add_error("letters", tell_refusal(refusal))
    return _show_settings(request, organisation, SettingsForm(settings=settings_of(organisation_id)), form)


@require_POST
def end_number_series(request: MemberRequest, organisation_id: UUID, series_id: UUID) -> HttpResponse:
    """Give no more numbers of a series."""
    managed(request, organisation_id)
    try:
        end_series(
            series_id=series_id, organisation_id=organisation_id, actor=request.member, now=timezone.now()
        )
    except SendingRefused as refusal:
        messages.warning(request, tell_refusal(refusal))
    return redirect("sending_settings", organisation_id)


@require_safe
def customers(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """The address book."""
    organisation = _place(request.member, organisation_id)
    return _show_customers(request, organisation)


@require_POST
def import_list(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """Bring customers in from a list; with a mistake in it nothing changes."""
    organisation = _place(request.member, organisation_id, to_change=True)
    upload = request.FILES.get("list")
    listed = customers_in(upload.read(MOST_BYTES + 1) if upload else b"")
    if listed.problems:
        return _show_customers(request, organisation, listed.problems)
    new, changed = import_customers(
        organisation_id=organisation_id, known=listed.known, actor=request.member, now=timezone.now()
    )
    told = _("%(new)s customers are new, %(changed)s have changed.")
    messages.success(request, told % {"new": new, "changed": changed})
    return redirect("customers", organisation_id)


@require_http_methods(["GET", "HEAD", "POST"])
def new_customer(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """Add a customer."""
    return _edit(request, _place(request.member, organisation_id, to_change=True), None)


@require_http_methods(["GET", "HEAD", "POST"])
def customer(request: MemberRequest, organisation_id: UUID, customer_id: UUID) -> HttpResponse:
    """Change a customer."""
    organisation = _place(request.member, organisation_id, to_change=True)
    return _edit(request, organisation, _customer(organisation_id, customer_id))


@require_POST
def remove_customer(request: MemberRequest, organisation_id: UUID, customer_id: UUID) -> HttpResponse:
    """Take a customer out of the address book."""
    _place(request.member, organisation_id, to_change=True)
    end_customer(_customer(organisation_id, customer_id), actor=request.member, now=timezone.now())
    messages.success(request, _("The customer is out of the address book; his invoices stay."))
    return redirect("customers", organisation_id)


def _edit(request: MemberRequest, organisation: Organisation, found: Customer | None) -> HttpResponse:
    form = CustomerForm(request.POST if request.method == "POST" else None, customer=found)
    if form.is_bound and form.is_valid():
        known, actor, now = form.cleaned_data, request.member, timezone.now()
        if found:
            change_customer(found, known=known, actor=actor, now=now)
        else:
            add_customer(organisation_id=organisation.id, known=known, actor=actor, now=now)
        messages.success(request, _("The customer is saved."))
        return redirect("customers", organisation.id)
    context = {"organisation": organisation, "form": form, "customer": found}
    return render(request, "sending/customer.html", context, status=422 if form.is_bound else 200)


def _show_customers(
    request: MemberRequest, organisation: Organisation, problems: Sequence[str] = ()
) -> HttpResponse:
    searched = request.GET.get("q", "").strip()
    found = customers_of(organisation.id)
    context = {
        "organisation": organisation,
        "customers": found.filter(name__icontains=searched) if searched else found,
        "searched": searched,
        "problems": problems,
        "sends": request.member.can(Right.SEND, organisation.id),
    }
    return render(request, "sending/customers.html", context, status=422 if problems else 200)


def _show_settings(
    request: MemberRequest, organisation: Organisation, form: SettingsForm, adding: SeriesForm
) -> HttpResponse:
    context = {
        "organisation": organisation,
        "form": form,
        "adding": adding,
        "series": series_of(organisation.id),
        "year": timezone.localdate().year,
    }
    status = 422 if form.is_bound or adding.is_bound else 200
    return render(request, "sending/settings.html", context, status=status)


def _place(member: Member, organisation_id: UUID, *, to_change: bool = False) -> Organisation:
    """The organisation, for who sees its sales invoices; to change the address book, for who sends."""
    if organisation_id not in places_of(member) - member.sees_until.keys():
        raise Http404
    if to_change:
        member.demand(Right.SEND, organisation_id)
    found: Organisation = Organisation.objects.get(id=organisation_id)
    return found


def _customer(organisation_id: UUID, customer_id: UUID) -> Customer:
    found = customers_of(organisation_id).filter(id=customer_id).first()
    if found is None:
        raise Http404
    return found
