"""Planning somebody's last working day: what will happen, beforehand (rules 4.9)."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from omloop.environments.models import Environment, EnvironmentRole
from omloop.joining.environment_page import find_environment
from omloop.organisations.last_days import environment_day, last_day_of, plan_last_day, withdraw_last_day
from omloop.organisations.middleware import MemberRequest
from omloop.organisations.models import Membership
from omloop.organisations.refusals import LastDayIsPast, OwnRights, RightsRefused
from omloop.organisations.rights import Right
from omloop.organisations.structure import show_structure_of
from omloop.people.models import Person
from omloop.standins.forms import day_field
from omloop.transfers.last_days import left_behind


class LastDayForm(forms.Form):
    """The last day on which he works here."""

    last_on = day_field(gettext_lazy("Last working day"), gettext_lazy("Choose the last working day."))


@require_http_methods(["GET", "HEAD", "POST"])
def last_day(request: MemberRequest, environment_id: UUID, person_id: UUID) -> HttpResponse:
    """What this person would leave behind, and the day to plan."""
    place, person = _find(request, environment_id, person_id)
    planned = last_day_of(environment_id, person_id)
    form = LastDayForm(
        request.POST or None, label_suffix="", initial={"last_on": planned and planned.last_on}
    )
    if request.method == "POST" and form.is_valid() and _plan(request, form, environment_id, person_id):
        said = _("Planned: the day after, %(name)s can't act here any more.")
        messages.success(request, said % {"name": person.name})
        return redirect("last_day", person_id, environment_id)
    today = environment_day(environment_id, timezone.now())
    last_on = planned.last_on if planned else today
    is_alone, left = left_behind(environment_id, person_id, request.member, last_on=last_on)
    context: dict[str, Any] = {"environment": place, "person": person, "planned": planned, "form": form}
    context |= {"is_alone": is_alone, "left": left, "today": today}
    context |= {"is_own": person_id == request.member.person_id}
    context |= {"transfers": bool(request.member.where(Right.TRANSFER))}
    return render(request, "transfers/last_day.html", context, status=422 if form.is_bound else 200)


@require_POST
def withdraw(request: MemberRequest, environment_id: UUID, person_id: UUID) -> HttpResponse:
    """He stays after all."""
    _place, person = _find(request, environment_id, person_id)
    try:
        withdraw_last_day(
            environment_id=environment_id, person_id=person_id, actor=request.member, now=timezone.now()
        )
    except RightsRefused as refused:
        messages.error(request, _in_words(refused))
    else:
        messages.success(request, _("Withdrawn: %(name)s stays.") % {"name": person.name})
    return redirect("last_day", person_id, environment_id)


def _find(request: MemberRequest, environment_id: UUID, person_id: UUID) -> tuple[Environment, Person]:
    """The environment that I administer, and a person with a place in it or in an organisation of it."""
    place = find_environment(request.member, environment_id)
    person = get_object_or_404(Person, id=person_id)
    if not _has_place(request, environment_id, person_id):
        raise Http404
    return place, person


def _has_place(request: MemberRequest, environment_id: UUID, person_id: UUID) -> bool:
    places, now = show_structure_of(environment_id, request.member), timezone.now()
    roles = EnvironmentRole.objects.at(now).filter(environment_id=environment_id, person_id=person_id)
    members = Membership.objects.at(now).filter(organisation_id__in=places, person_id=person_id)
    return bool(roles.exists() or members.exists())


def _plan(request: MemberRequest, form: LastDayForm, environment_id: UUID, person_id: UUID) -> bool:
    last_on: date = form.cleaned_data["last_on"]
    try:
        plan_last_day(
            environment_id=environment_id,
            person_id=person_id,
            last_on=last_on,
            actor=request.member,
            now=timezone.now(),
        )
    except RightsRefused as refused:
        form.add_error("last_on" if isinstance(refused, LastDayIsPast) else None, _in_words(refused))
        return False
    return True


def _in_words(refused: RightsRefused) -> str:
    match refused:
        case OwnRights():
            return _("Nobody does this to himself: another administrator does.")
        case LastDayIsPast():
            return _("This day is over. Choose a day from today on, or deactivate this person at once.")
        case _:
            return _("Nothing has changed: it was already so.")
