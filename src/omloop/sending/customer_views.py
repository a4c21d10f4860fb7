"""The customers of an organisation: its address book, and what one of them was sent (rules 2.7)."""

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
from omloop.sending.customer_form import CustomerForm
from omloop.sending.customer_page import customer_page, statement
from omloop.sending.customers import add_customer, change_customer, end_customer
from omloop.sending.importing import customers_in, import_customers
from omloop.sending.models import Customer
from omloop.sending.queries import customers_of, places_of


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


@require_safe
def customer(request: MemberRequest, organisation_id: UUID, customer_id: UUID) -> HttpResponse:
    """What is known of a customer, and what he was sent."""
    organisation = _place(request.member, organisation_id)
    page = customer_page(_customer(organisation_id, customer_id), request.member)
    context = {"organisation": organisation, "page": page, "today": timezone.localdate()}
    return render(request, "sending/customer.html", context)


@require_POST
def customer_statement(request: MemberRequest, organisation_id: UUID, customer_id: UUID) -> HttpResponse:
    """What he was sent, as CSV."""
    _place(request.member, organisation_id)
    made = statement(_customer(organisation_id, customer_id), actor=request.member, now=timezone.now())
    answer = HttpResponse(made, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="statement.csv"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def edit_customer(request: MemberRequest, organisation_id: UUID, customer_id: UUID) -> HttpResponse:
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
            found = add_customer(organisation_id=organisation.id, known=known, actor=actor, now=now)
        messages.success(request, _("The customer is saved."))
        return redirect("customer", organisation.id, found.id)
    context = {"organisation": organisation, "form": form, "customer": found}
    return render(request, "sending/edit_customer.html", context, status=422 if form.is_bound else 200)


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
