"""The button beside a ledger account by which its invoices become confidential (rules 2.12)."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from omloop.coding.refusals import UnknownCode
from omloop.coding.secrecy import mark_account, unmark_account
from omloop.organisations.middleware import MemberRequest


@require_POST
def set_confidential(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """Mark an account, or take the mark away; for who may see what becomes confidential by it."""
    if organisation_id not in request.member.rights:
        raise Http404
    code, actor, now = request.POST.get("code", ""), request.member, timezone.now()
    try:
        if "ends" in request.POST:
            unmark_account(organisation_id=organisation_id, code=code, actor=actor, now=now)
            said = _("What is coded on %(code)s from now on is as any invoice.")
        else:
            mark_account(organisation_id=organisation_id, code=code, actor=actor, now=now)
            said = _("What is coded on %(code)s from now on is confidential.")
    except UnknownCode as unknown:
        raise Http404 from unknown
    messages.success(request, said % {"code": code})
    return redirect("chart_of", organisation_id, "accounts")
