"""Asking a partner for an authorisation, and answering who asks (rules 1.8)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from omloop.environments.models import Partnership
from omloop.environments.refusals import PartnerRefused
from omloop.joining.answers import sentence_for
from omloop.joining.authorisations import (
    accept_authorisation,
    answerable,
    ask_authorisation,
    decline_authorisation,
    withdraw_authorisation,
)
from omloop.joining.entrance import OPEN
from omloop.joining.environment_page import attempt
from omloop.joining.models import AuthorisationRequest
from omloop.joining.partner_forms import AnswerForm, AuthorisationForm
from omloop.joining.queries import partners_of
from omloop.joining.refusals import JoiningRefused
from omloop.organisations.members import Member
from omloop.organisations.middleware import MemberRequest
from omloop.organisations.refusals import RightsRefused


@require_http_methods(OPEN)
def authorisations(request: MemberRequest) -> HttpResponse:
    """What I asked of partners, and asking."""
    if not request.member.belongs_to:
        raise Http404
    partners = _partners(request.member)
    form = AuthorisationForm(request.POST or None, partners=partners)
    if request.method == "POST" and form.is_valid() and _ask(request, form):
        messages.success(request, _("Asked. Whoever manages the members there gets a mail, and answers."))
        return redirect("authorisations")
    mine = AuthorisationRequest.objects.filter(person_id=request.member.person_id)
    context = {
        "form": form,
        "has_partners": bool(partners),
        "rows": [
            (each, each.partnership.name_of(each.asked_id))
            for each in mine.select_related("partnership").order_by("-asked_at", "-id")
        ],
        "today": timezone.localdate(),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "joining/authorisations.html", context, status=status)


@require_POST
def withdraw(request: MemberRequest, authorisation_id: UUID) -> HttpResponse:
    """Take my question back."""
    mine = AuthorisationRequest.objects.filter(person_id=request.member.person_id)
    found = get_object_or_404(mine, id=authorisation_id)
    return attempt(
        request,
        lambda: withdraw_authorisation(request_id=found.id, actor=request.member, now=timezone.now()),
        _("You have withdrawn your request."),
        redirect("authorisations"),
    )


@require_http_methods(OPEN)
def answer(request: MemberRequest, authorisation_id: UUID) -> HttpResponse:
    """Make who asks a member, in the groups that I choose; or decline."""
    places = {each.id: (each, place) for each, place in answerable(request.member)}
    if authorisation_id not in places:
        raise Http404
    found, place = places[authorisation_id]
    who: dict[str, Any] = {"request_id": found.id, "organisation_id": place.id, "actor": request.member}
    if request.POST.get("answer") == "decline":
        said = _("Declined. A mail that says so is on its way.")
        return attempt(
            request, lambda: decline_authorisation(**who, now=timezone.now()), said, redirect("people")
        )
    form = AnswerForm(request.POST or None, organisation_id=place.id, wished=found.groups)
    if request.method == "POST" and form.is_valid():
        try:
            accept_authorisation(**who, groups=form.cleaned_data["groups"], now=timezone.now())
        except (JoiningRefused, PartnerRefused, RightsRefused) as refused:
            form.add_error(None, sentence_for(refused))
        else:
            messages.success(request, _("%(name)s is a member from now on.") % {"name": found.person.name})
            return redirect("people")
    context = {
        "asked": found,
        "place": place,
        "partner": found.partnership.partner_name(found.asked_id),
        "form": form,
        "today": timezone.localdate(),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "joining/answer_authorisation.html", context, status=status)


def _partners(member: Member) -> list[tuple[UUID, Partnership]]:
    """As one of which of my environments I can ask which partner."""
    mine = sorted(member.belongs_to)
    return [(place, each) for each in partners_of(mine) for place in mine if each.is_between(place)]


def _ask(request: MemberRequest, form: AuthorisationForm) -> bool:
    environment_id, partnership = form.side
    try:
        ask_authorisation(
            partnership_id=partnership.id,
            environment_id=environment_id,
            kvk=form.cleaned_data["kvk"],
            groups=form.cleaned_data["groups"],
            remark=form.cleaned_data["remark"],
            actor=request.member,
            now=timezone.now(),
        )
    except (JoiningRefused, PartnerRefused) as refused:
        form.add_error(None, sentence_for(refused))
        return False
    return True
