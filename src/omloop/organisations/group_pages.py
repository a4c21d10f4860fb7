"""The pages of an organisation's groups, and the switch of segregation of duties (rules 1.4, 1.11)."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from omloop.organisations import groups as services
from omloop.organisations.members import Member
from omloop.organisations.models import Group, GroupMember, GroupRight, Organisation
from omloop.organisations.policies import administrators_of
from omloop.organisations.refusals import GroupInUse, GroupNameTaken, OwnRights, RightsRefused
from omloop.organisations.rights import DefaultGroup, Right
from omloop.organisations.segregation import risks_in_words, set_segregation
from omloop.people.models import names_of


class GroupForm(forms.Form):
    """A name and the rights of a group."""

    name = forms.CharField(label=gettext_lazy("Name of the group"), max_length=120)
    rights = forms.MultipleChoiceField(
        label=gettext_lazy("Rights of the group"),
        choices=Right.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose what people in this group may do.")},
    )


@require_safe
def groups(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """The groups of an organisation, what they may do, and how many people stand in each."""
    place = _managed(request, organisation_id)
    found = list(Group.objects.filter(organisation=place, ended_at=None).order_by("id"))
    rights, people = _rights_of(place), _count_of(place)
    rows = [
        {
            "group": group,
            "name": group_label(group),
            "rights": [right.label for right in Right if right.value in rights.get(group.id, ())],
            "people": people.get(group.id, 0),
            "risks": risks_in_words(rights.get(group.id, ())),
        }
        for group in found
    ]
    sole = len(administrators_of([place.id])[place.id]) == 1
    sees_scheme = _member(request).can(Right.MANAGE_SCHEMES, place.id)
    context = {"organisation": place, "rows": rows, "is_sole": sole, "sees_scheme": sees_scheme}
    return render(request, "organisations/groups.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_group(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """A group of the organisation's own."""
    return _edit(request, _managed(request, organisation_id), None)


@require_http_methods(["GET", "HEAD", "POST"])
def group(request: HttpRequest, organisation_id: UUID, group_id: UUID) -> HttpResponse:
    """Another name or other rights for a group of one's own; a default one is not edited."""
    place = _managed(request, organisation_id)
    return _edit(request, place, _own_group(place, group_id))


@require_POST
def end_group(request: HttpRequest, organisation_id: UUID, group_id: UUID) -> HttpResponse:
    """End a group in which nobody stands."""
    place = _managed(request, organisation_id)
    try:
        services.end_group(group=_own_group(place, group_id), actor=_member(request), now=timezone.now())
    except GroupInUse as used:
        names = ", ".join(sorted(names_of(set(used.person_ids)).values()))
        text = ngettext(
            "%(names)s still stands in this group, so it goes on. Give another group first.",
            "%(names)s still stand in this group, so it goes on. Give them another group first.",
            len(used.person_ids),
        )
        messages.error(request, text % {"names": names})
    else:
        messages.success(request, _("The group is ended. What it was stays known."))
    return redirect("groups", organisation_id)


@require_POST
def switch_segregation(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Let a sole administrator change his own rights too, or not any more (rules 1.11)."""
    place = _managed(request, organisation_id)
    is_on = request.POST.get("is_on") == "yes"
    try:
        set_segregation(organisation_id=place.id, is_on=is_on, actor=_member(request), now=timezone.now())
    except RightsRefused:
        messages.error(request, _("Two people administer this organisation, so they check each other."))
    else:
        messages.success(
            request,
            _("Segregation of duties is on.")
            if is_on
            else _("Segregation of duties is off, for all to see."),
        )
    return redirect("groups", organisation_id)


def group_label(found: Group) -> str:
    """What a group is called: the default ones in the reader's language."""
    return str(DefaultGroup(found.default).label) if found.default else str(found.name)


def _edit(request: HttpRequest, place: Organisation, found: Group | None) -> HttpResponse:
    held = sorted(_rights_of(place).get(found.id, ())) if found else []
    initial: dict[str, Any] = {"name": found.name, "rights": held} if found else {}
    form = GroupForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid() and _save(request, place, found, form):
        messages.success(request, _("The group is saved and holds from the next click on."))
        return redirect("groups", place.id)
    context = {"organisation": place, "group": found, "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "organisations/group.html", context, status=status)


def _save(request: HttpRequest, place: Organisation, found: Group | None, form: GroupForm) -> bool:
    chosen = {**form.cleaned_data, "actor": _member(request), "now": timezone.now()}
    try:
        if found is None:
            services.make_group(organisation_id=place.id, **chosen)
        else:
            services.change_group(group=found, **chosen)
    except GroupNameTaken:
        form.add_error("name", _("Another group has this name. Choose another one."))
        return False
    except OwnRights:
        form.add_error(
            "rights", _("You stand in this group yourself: another administrator changes its rights.")
        )
        return False
    return True


def _managed(request: HttpRequest, organisation_id: UUID) -> Organisation:
    """An organisation of which the one who asks manages the members; 404 and 403 else."""
    member = _member(request)
    place = get_object_or_404(Organisation, id=organisation_id)
    if place.id not in member.rights and place.environment_id not in member.belongs_to:
        raise Http404
    member.demand(Right.MANAGE_MEMBERS, organisation_id)
    return place


def _own_group(place: Organisation, group_id: UUID) -> Group:
    return get_object_or_404(Group, id=group_id, organisation=place, default="", ended_at=None)


def _rights_of(place: Organisation) -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = {}
    rows = GroupRight.objects.at(timezone.now()).filter(organisation=place)
    for group_id, right in rows.values_list("group_id", "right"):
        found.setdefault(group_id, set()).add(right)
    return found


def _count_of(place: Organisation) -> dict[UUID, int]:
    found: dict[UUID, int] = {}
    for group_id in (
        GroupMember.objects.at(timezone.now()).filter(organisation=place).values_list("group_id", flat=True)
    ):
        found[group_id] = found.get(group_id, 0) + 1
    return found


def _member(request: HttpRequest) -> Member:
    member: Member = request.member  # type: ignore[attr-defined]
    return member
