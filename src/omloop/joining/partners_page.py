"""The page of an environment's partners: its code, requests both ways, who came by them (rules 1.8)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from omloop.environments.models import Environment, Partnership
from omloop.environments.partnerships import answer_partner, ask_partner, renew_code, withdraw_partner
from omloop.environments.refusals import EnvironmentRefused
from omloop.joining.answers import sentence_for
from omloop.joining.entrance import OPEN
from omloop.joining.environment_page import attempt, find_environment
from omloop.joining.partner_forms import CodeForm
from omloop.joining.queries import partner_members, partnerships_of
from omloop.organisations.middleware import MemberRequest
from omloop.organisations.models import Membership
from omloop.organisations.partners import end_partnership, left_alone, memberships_by
from omloop.organisations.refusals import LastAdministrator
from omloop.organisations.structure import show_structure_of

STATE = Partnership.State


@require_safe
def partners(request: MemberRequest, environment_id: UUID) -> HttpResponse:
    """Who our partners are, who asks, and who is a member here by that."""
    return _page(request, find_environment(request.member, environment_id), CodeForm(label_suffix=""))


@require_POST
def renew_partner_code(request: MemberRequest, environment_id: UUID) -> HttpResponse:
    """Make a code, or another one."""
    found = find_environment(request.member, environment_id)
    renew_code(environment_id=found.id, actor=request.member, now=timezone.now())
    messages.success(request, _("This is the code now. One that you had before works no more."))
    return redirect("partners", found.id)


@require_POST
def ask(request: MemberRequest, environment_id: UUID) -> HttpResponse:
    """Ask another environment, by its code."""
    found, form = find_environment(request.member, environment_id), CodeForm(request.POST, label_suffix="")
    if not form.is_valid():
        return _page(request, found, form)
    code = form.cleaned_data["code"]
    try:
        asked = ask_partner(environment_id=found.id, code=code, actor=request.member, now=timezone.now())
    except EnvironmentRefused as refused:
        form.add_error("code", sentence_for(refused))
        return _page(request, found, form)
    said = _("You are partners: the other side had asked already.")
    if asked.state == STATE.OPEN:
        said = _("Asked. The administrators of the other side got a mail.")
    messages.success(request, said)
    return redirect("partners", found.id)


@require_POST
def answer(request: MemberRequest, environment_id: UUID, partnership_id: UUID) -> HttpResponse:
    """Accept or decline who asks; or take one's own request back."""
    found = find_environment(request.member, environment_id)
    sides = {"withdraw": "asking_id"}
    what = request.POST.get("answer", "")
    asked = get_object_or_404(Partnership, id=partnership_id, **{sides.get(what, "asked_id"): found.id})
    who: dict[str, Any] = {"partnership_id": asked.id, "actor": request.member, "now": timezone.now()}
    then = redirect("partners", found.id)
    if what == "withdraw":
        return attempt(request, lambda: withdraw_partner(**who), _("You have withdrawn your request."), then)
    if what == "accept":
        said = _("You are partners. Now people of one can be made members at the other.")
        return attempt(request, lambda: answer_partner(**who, is_accepted=True), said, then)
    said = _("Declined. A mail that says so is on its way.")
    return attempt(request, lambda: answer_partner(**who, is_accepted=False), said, then)


@require_http_methods(OPEN)
def end(request: MemberRequest, environment_id: UUID, partnership_id: UUID) -> HttpResponse:
    """What ending a partnership brings about, and ending it."""
    found = find_environment(request.member, environment_id)
    ours = Partnership.objects.filter(Q(asking=found) | Q(asked=found), state=STATE.ACCEPTED)
    held = get_object_or_404(ours, id=partnership_id)
    partner = held.partner_name(found.id)
    if request.method == "POST":
        try:
            end_partnership(
                partnership_id=held.id, environment_id=found.id, actor=request.member, now=timezone.now()
            )
        except LastAdministrator as refused:
            messages.error(request, sentence_for(refused))
        else:
            messages.success(request, _("The partnership with %(partner)s has ended.") % {"partner": partner})
            return redirect("partners", found.id)
    status = 422 if request.method == "POST" else 200
    context = {"environment": found, "partner": partner, **_effect(held, found)}
    return render(request, "joining/end_partnership.html", context, status=status)


def _effect(held: Partnership, found: Environment) -> dict[str, Any]:
    """Who loses what: here by organisation, at the partner by the people of ours alone."""
    memberships = memberships_by(held)
    here = [each for each in memberships if each.organisation.environment_id == found.id]
    there: dict[str, list[Membership]] = {}
    for each in memberships:
        if each.organisation.environment_id != found.id:
            there.setdefault(each.person.name, []).append(each)
    alone = left_alone(held)
    return {
        "here": here,
        "there": [(name, len(places)) for name, places in there.items()],
        "alone_here": [each for each in alone if each.organisation.environment_id == found.id],
        "alone_there": sorted(
            {each.person.name for each in alone if each.organisation.environment_id != found.id}
        ),
    }


def _page(request: MemberRequest, found: Environment, form: CodeForm) -> HttpResponse:
    show_structure_of(found.id, request.member)
    rows = [(each, each.partner_name(found.id)) for each in partnerships_of(found.id)]
    context = {
        "environment": found,
        "code": f"{found.partner_code[:4]}-{found.partner_code[4:]}" if found.partner_code else "",
        "form": form,
        "received": [row for row in rows if row[0].state == STATE.OPEN and row[0].asked_id == found.id],
        "sent": [row for row in rows if row[0].state == STATE.OPEN and row[0].asking_id == found.id],
        "partners": [row for row in rows if row[0].state == STATE.ACCEPTED],
        "past": [row for row in rows if row[0].state not in (STATE.OPEN, STATE.ACCEPTED)],
        "members": partner_members(found.id, now=timezone.now()),
        "today": timezone.localdate(),
    }
    return render(request, "joining/partners.html", context, status=422 if form.is_bound else 200)
