"""Agreeing, as an administrator of an organisation, that it goes to another installation (rules 6.4)."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from omloop.organisations.middleware import MemberRequest
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right
from omloop.relocation.between.agreement import agree_to_leave, agreements, withdraw_agreement
from omloop.relocation.between.journal import Departure
from omloop.tenancy.scope import current_scope


@require_http_methods(["GET", "HEAD", "POST"])
def leaving(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """What leaving means and who agrees; a POST agrees. While it leaves, every member sees that it does."""
    organisation, now = _member_of(request, organisation_id), timezone.now()
    is_leaving = organisation_id in current_scope().standing_still
    if not is_leaving:
        request.member.demand(Right.MOVE, organisation_id)
    if request.method == "POST":
        agree_to_leave(organisation_id, actor=request.member, now=now)
        messages.success(request, _("You agree that %(name)s goes.") % {"name": organisation.name})
        return redirect("leaving", organisation_id)
    agreed = list(agreements(organisation_id, now=now).select_related("person"))
    begun = Departure.objects.filter(organisation_id=organisation_id, cancelled_at=None).first()
    context = {
        "organisation": organisation,
        "agreed": agreed,
        "is_mine": any(each.person_id == request.member.person_id for each in agreed),
        "begun": begun if is_leaving else None,
    }
    return render(request, "relocation/leaving.html", context)


@require_POST
def withdraw_leaving(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """Take one's agreement back, as long as nothing has begun."""
    organisation = _member_of(request, organisation_id)
    withdraw_agreement(organisation_id, actor=request.member, now=timezone.now())
    messages.success(request, _("%(name)s stays: you no longer agree.") % {"name": organisation.name})
    return redirect("leaving", organisation_id)


def _member_of(request: MemberRequest, organisation_id: UUID) -> Organisation:
    """His organisation; another one is as if it were not there, and so is one of his environment only."""
    found: Organisation | None = Organisation.objects.filter(id=organisation_id).first()
    if found is None or organisation_id not in request.member.rights:
        raise Http404
    return found
