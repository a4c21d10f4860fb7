"""The matrix of people and organisations: look, prepare, see the effect, save, turn back (rules 6.1)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from omloop.audit.models import INSTALLATION
from omloop.organisations.chips import Speech
from omloop.organisations.humans import belonging
from omloop.organisations.members import Member, NotAdministrator
from omloop.organisations.models import Organisation, RightsDraft
from omloop.organisations.refusals import FromPartner, LastAdministrator, RightsRefused
from omloop.people.models import Person
from omloop.relocation.moves.asking import answer_asked, asked_of
from omloop.relocation.rights.drafts import (
    ChangedMeanwhile,
    NothingToSave,
    discard_draft,
    draft_place,
    draft_reversal,
    draft_role,
    open_draft,
    plan_of,
    save_draft,
)
from omloop.relocation.rights.forms import PlaceForm, RoleForm, groups_of
from omloop.relocation.rights.matrix import matrix_of
from omloop.relocation.rights.reach import EnvironmentUnknown, Reach, reach_of
from omloop.relocation.rights.telling import lines_of, tell_changes


@require_safe
def rights(request: HttpRequest) -> HttpResponse:
    """To the matrix of the environment that one administers, or where one manages members."""
    member: Member = request.member  # type: ignore[attr-defined]
    managed = Organisation.objects.filter(id__in=member.where("manage_members"))
    places = set(managed.values_list("environment_id", flat=True)) & member.belongs_to
    found = sorted(member.environments) or sorted(places)
    if not found:
        raise NotAdministrator(next(iter(sorted(member.belongs_to)), INSTALLATION))
    return redirect("rights_matrix", found[0])


@require_safe
def rights_matrix(request: HttpRequest, environment_id: UUID) -> HttpResponse:
    """Everybody and every organisation, with the open draft and its effect."""
    return render(request, "relocation/rights.html", rights_context(request, reach(request, environment_id)))


@vary_on_headers("HX-Request")
@require_http_methods(["GET", "HEAD", "POST"])
def rights_cell(
    request: HttpRequest, environment_id: UUID, person_id: UUID, organisation_id: UUID
) -> HttpResponse:
    """One cell: the groups, limits and last days that a person is to have in an organisation."""
    found, person = reach(request, environment_id), _somebody(request, environment_id, person_id)
    if not found.knows(organisation_id):
        raise Http404
    found.actor.demand("manage_members", organisation_id)
    plan = plan_of(found, _draft(found), now=timezone.now())
    key = (person.id, organisation_id)
    groups = groups_of(organisation_id)
    sent = request.POST if request.method == "POST" else None
    form = PlaceForm(sent, groups=groups, held=plan.shown.place(key))
    if sent is not None and form.is_valid():
        draft_place(found, key, form.place(), now=timezone.now())
        return _back_to_matrix(request, found, key)
    organisation = found.organisation(organisation_id)
    speech = Speech({group.id: group for group in groups}, plan.before.carried)
    context = {
        "form": form,
        "person": person,
        "organisation": organisation,
        "environment": found.environment,
        "held": speech.chips(plan.before.place(key)),
        "is_own": person.id == found.actor.person_id and organisation.checks_segregation,
    }
    return _cell_answer(request, "relocation/cell.html", "relocation/parts/cell.html", context)


@vary_on_headers("HX-Request")
@require_http_methods(["GET", "HEAD", "POST"])
def rights_role(request: HttpRequest, environment_id: UUID, person_id: UUID) -> HttpResponse:
    """The first column: a person's role in the environment."""
    found, person = reach(request, environment_id), _somebody(request, environment_id, person_id)
    found.actor.demand_administrator(environment_id)
    plan = plan_of(found, _draft(found), now=timezone.now())
    role = plan.shown.roles.get(person.id)
    if role is None:
        raise Http404
    form = RoleForm(request.POST if request.method == "POST" else None, initial={"role": role})
    if request.method == "POST" and form.is_valid():
        draft_role(found, person.id, form.cleaned_data["role"], now=timezone.now())
        return _back_to_matrix(request, found, (person.id, None))
    context = {
        "form": form,
        "person": person,
        "environment": found.environment,
        "is_own": person.id == found.actor.person_id,
    }
    return _cell_answer(request, "relocation/role.html", "relocation/parts/role.html", context)


@require_POST
def save_rights(request: HttpRequest, environment_id: UUID) -> HttpResponse:
    """Save the draft, keep it for later, or throw it away."""
    found = reach(request, environment_id)
    draft = _draft(found)
    if draft is None:
        return redirect("rights_matrix", environment_id)
    what = request.POST.get("what", "")
    if what == "discard":
        discard_draft(draft)
        messages.success(request, _("The draft is gone. Nothing of it ever held."))
        return redirect("rights_matrix", environment_id)
    if what == "keep":
        messages.success(request, _("The draft is kept for you. Nothing has changed yet."))
        return redirect("rights_matrix", environment_id)
    return _save(request, found, draft)


def _save(request: HttpRequest, found: Reach, draft: RightsDraft) -> HttpResponse:
    try:
        save_draft(found, draft, fingerprint=request.POST.get("fingerprint", ""), now=timezone.now())
    except RightsRefused as refused:
        messages.error(request, refusal_in_words(refused))
        return render(request, "relocation/rights.html", rights_context(request, found), status=422)
    return redirect("saved_rights", found.environment.id, draft.id)


@require_http_methods(["GET", "HEAD", "POST"])
def saved_rights(request: HttpRequest, environment_id: UUID, draft_id: UUID) -> HttpResponse:
    """What a saved draft changed, and the way back: a draft that reverses it."""
    found = reach(request, environment_id)
    saved = get_object_or_404(
        RightsDraft, id=draft_id, environment_id=environment_id, author_id=found.actor.person_id
    )
    if saved.saved_at is None:
        raise Http404
    if request.method == "POST":
        draft_reversal(found, saved, now=timezone.now())
        messages.success(request, _("This is the draft of the way back. Nothing has changed yet."))
        return redirect("rights_matrix", environment_id)
    changes = list(saved.changes.select_related("person", "organisation", "group"))
    context = {
        "environment": found.environment,
        "saved": saved,
        "done": tell_changes([change for change in changes if change.done_at]),
        "asked": tell_changes([change for change in changes if change.done_at is None]),
    }
    return render(request, "relocation/saved.html", context)


@require_POST
def answer_rights(request: HttpRequest, environment_id: UUID) -> HttpResponse:
    """Confirm or refuse what others ask about their own rights (rules 1.11)."""
    found = reach(request, environment_id)
    confirm = request.POST.get("answer") == "confirm"
    try:
        ids = {UUID(text) for text in request.POST.getlist("change")}
        count = answer_asked(found, ids, confirm=confirm, now=timezone.now())
    except ValueError as refused:
        messages.error(request, refusal_in_words(refused))
    except RightsRefused as refused:
        messages.error(request, refusal_in_words(refused))
    else:
        said = (
            ngettext(
                "%(count)d change is confirmed and holds.", "%(count)d changes are confirmed and hold.", count
            )
            if confirm
            else ngettext("%(count)d change is refused.", "%(count)d changes are refused.", count)
        )
        messages.success(request, said % {"count": count})
    return redirect("rights_matrix", environment_id)


def reach(request: HttpRequest, environment_id: UUID) -> Reach:
    """How far the one who asks reaches there; 404 for strangers, 403 for who only belongs there."""
    member: Member = request.member  # type: ignore[attr-defined]
    try:
        return reach_of(member, environment_id)
    except EnvironmentUnknown as unknown:
        raise Http404 from unknown


def rights_context(request: HttpRequest, found: Reach) -> dict[str, Any]:
    """What the matrix and its effect are made from."""
    plan = plan_of(found, _draft(found), now=timezone.now())
    asked = asked_of(found)
    return {
        "environment": found.environment,
        "reach": found,
        "plan": plan,
        "matrix": matrix_of(found, plan),
        "lines": lines_of(found, plan.effects),
        "asked": tell_changes(asked),
        "asked_ids": [change.id for change in asked],
    }


def refusal_in_words(refused: Exception) -> str:
    """What happened, why, and what to do next (rules 7.6)."""
    match refused:
        case ChangedMeanwhile():
            return _(
                "Somebody changed these rights meanwhile, so nothing was saved. Look at the effect again."
            )
        case FromPartner():
            return _(
                "Somebody of a partner becomes a member of another organisation by invitation, so that he "
                "agrees. Nothing was saved."
            )
        case NothingToSave():
            return _("There is nothing to save: everything is already so.")
        case LastAdministrator():
            return _("Nobody would administer a place any more, so nothing was saved. Name an administrator.")
        case _:
            return _("This can't be done any more, so nothing was saved. Look at the rights as they are now.")


def _draft(found: Reach) -> RightsDraft | None:
    assert found.actor.person_id is not None  # noqa: S101 - a page is asked for by a person
    return open_draft(found.environment.id, found.actor.person_id)


def _somebody(request: HttpRequest, environment_id: UUID, person_id: UUID) -> Person:
    """A person with a place in the environment, as far as the one who asks sees it."""
    if not belonging(environment_id, {person_id}, now=timezone.now()):
        raise Http404
    return get_object_or_404(Person, id=person_id)


def _cell_answer(request: HttpRequest, page: str, part: str, context: dict[str, Any]) -> HttpResponse:
    """The page of a cell; for htmx the part alone, beneath the matrix."""
    status = 422 if request.method == "POST" else 200
    if not request.htmx:  # type: ignore[attr-defined]
        return render(request, page, context, status=status)
    answer = render(request, part, context, status=status)
    # A boosted link would put its own address in the bar, but the reader is still at the matrix.
    answer["HX-Push-Url"] = "false"
    if request.method == "POST":
        answer["HX-Retarget"], answer["HX-Reswap"] = "#cell", "innerHTML"
    return answer


def _back_to_matrix(request: HttpRequest, found: Reach, key: tuple[UUID, UUID | None]) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        is_wizard = "/split/" in (request.htmx.current_url or "")  # type: ignore[attr-defined]
        context = {**rights_context(request, found), "edited": key, "is_wizard": is_wizard}
        return render(request, "relocation/parts/rights.html", context)
    return redirect(f"{reverse('rights_matrix', args=[found.environment.id])}#rights")
