"""The wizard that splits an environment: parties, the choice, the check (rules 6.1)."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from omloop.people.models import Person
from omloop.relocation.rights.drafts import open_draft, plan_of
from omloop.relocation.rights.reach import Reach
from omloop.relocation.rights.standing import read_standing
from omloop.relocation.rights.telling import lines_of, tell_changes
from omloop.relocation.rights.views import reach, rights_context
from omloop.relocation.split.forms import PartiesForm
from omloop.relocation.split.services import Party, keep_parties, parties_of, propose


@require_http_methods(["GET", "HEAD", "POST"])
def split(request: HttpRequest, environment_id: UUID) -> HttpResponse:
    """Step 1: name the parties and divide organisations and people over them."""
    found = _administered(request, environment_id)
    form = _form(request, found)
    if request.method == "POST" and form.is_valid():
        keep_parties(found, form.parties(), now=timezone.now())
        return redirect("split_choice", environment_id)
    context = {
        "environment": found.environment,
        "form": form,
        "organisations": len(found.organisations),
        "people": len(form.people),
    }
    return render(request, "relocation/split.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def split_choice(request: HttpRequest, environment_id: UUID) -> HttpResponse:
    """Step 2: rights per organisation, or an environment of its own; then arrange it."""
    found = _administered(request, environment_id)
    draft = open_draft(environment_id, _author(found))
    if draft is None or not draft.parties:
        return redirect("split", environment_id)
    if request.method == "POST" and request.POST.get("option") == "move":
        return redirect(_move_address(found, parties_of(draft)[1]))
    if request.method == "POST":
        propose(found, draft, now=timezone.now())
        return redirect(f"{reverse('split_choice', args=[environment_id])}?option=rights#rights")
    context: dict[str, Any] = {"environment": found.environment, "parties": parties_of(draft)}
    context["option"] = request.GET.get("option", "")
    if context["option"] == "rights":
        context |= rights_context(request, found)
    return render(request, "relocation/choice.html", context)


@require_safe
def split_check(request: HttpRequest, environment_id: UUID) -> HttpResponse:
    """Step 3: all changes and their effect; from here they are saved."""
    found = _administered(request, environment_id)
    draft = open_draft(environment_id, _author(found))
    if draft is None or not draft.parties:
        return redirect("split", environment_id)
    plan = plan_of(found, draft, now=timezone.now())
    if not plan.savable:
        messages.info(request, _("There is nothing to check yet: the draft changes nothing."))
        return redirect(f"{reverse('split_choice', args=[environment_id])}?option=rights")
    related = ("person", "organisation", "group")
    told = draft.changes.filter(id__in=[change.id for change in plan.savable]).select_related(*related)
    context = {
        "environment": found.environment,
        "plan": plan,
        "lines": lines_of(found, plan.effects),
        "told": tell_changes(list(told.order_by("person__name", "organisation__name", "id"))),
        "parties": parties_of(draft),
    }
    return render(request, "relocation/check.html", context)


def _administered(request: HttpRequest, environment_id: UUID) -> Reach:
    """Splitting is for administrators of the environment; 404 and 403 for others."""
    found = reach(request, environment_id)
    found.actor.demand_administrator(environment_id)
    return found


def _form(request: HttpRequest, found: Reach) -> PartiesForm:
    now = timezone.now()
    standing = read_standing(found.environment.id, found.organisations, now=now)
    people = {person for person, _place in standing.places} | set(standing.roles)
    return PartiesForm(
        request.POST if request.method == "POST" else None,
        organisations=found.organisations,
        people=list(Person.objects.filter(id__in=people).order_by("name", "id")),
        standing=standing,
        parties=parties_of(open_draft(found.environment.id, _author(found))),
    )


def _move_address(found: Reach, party: Party) -> str:
    """Where the organisations of a party move to an environment of its own, filled in as was chosen."""
    chosen = [("organisation", str(each)) for each in party.organisations]
    chosen += [("name", party.name), ("administrator", str(party.administrator))]
    return f"{reverse('new_move', args=[found.environment.id])}?{urlencode(chosen)}"


def _author(found: Reach) -> UUID:
    assert found.actor.person_id is not None  # noqa: S101 - a page is asked for by a person
    return found.actor.person_id
