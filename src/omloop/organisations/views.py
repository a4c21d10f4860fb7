"""The group of companies, and the page of one of them."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from omloop.organisations.forms import SettingsForm, parent_rows, save_parents
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.organisations.policies import may_make_key
from omloop.organisations.queries import (
    Change,
    activations_of,
    changes_of,
    find_organisation,
    group_of,
    keys_of,
    members_of,
    numbers_of,
    possible_parents,
    shares_of,
    states_of,
)
from omloop.organisations.rights import Right


@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    """The group as a tree: one's own organisations, and by name all of an environment one administers."""
    member = member_of(request)
    context = {
        "nodes": group_of(member, now=timezone.now()),
        "may_add": bool(member.adds_to),
        "belongs": bool(member.belongs_to),
        "administers": bool(member.environments),
    }
    return render(request, "organisations/organisations.html", context)


@require_safe
def organisation(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """One organisation; who is no member of it sees its name, its place and its state."""
    member, now = member_of(request), timezone.now()
    found = find_organisation(member, organisation_id)
    is_member = organisation_id in member.rights
    context = {
        "organisation": found,
        "state": states_of([organisation_id])[organisation_id],
        "is_member": is_member,
        "manages": member.can(Right.MANAGE_SETTINGS, organisation_id),
        "sees_books": any(member.can(right, organisation_id) for right in (Right.BOOK, Right.EXPORT)),
        "manages_members": member.can(Right.MANAGE_MEMBERS, organisation_id),
        "reads_reports": any(
            member.can(right, organisation_id) for right in (Right.VIEW_ALL, Right.MANAGE_MEMBERS)
        ),
        "sees_scheme": any(
            member.can(right, organisation_id) for right in (Right.CIRCULATE, Right.MANAGE_SCHEMES)
        ),
        "moves": member.can(Right.MOVE, organisation_id),
        "administers": found.environment_id in member.environments,
        "nodes": [node for node in group_of(member, now=now) if organisation_id in node.ids()],
        "activations": activations_of(organisation_id),
        "numbers": numbers_of(organisation_id, now=now) if is_member else [],
        "members": members_of(found, now=now) if is_member else [],
        "keys": keys_of(organisation_id, member) if is_member else [],
        "makes_keys": may_make_key(member, organisation_id),
        "today": timezone.localdate(),
    }
    return render(request, "organisations/organisation.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_settings(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Name, address, kind, time zone and currency."""
    found = managed(request, organisation_id)
    form = SettingsForm(request.POST if request.method == "POST" else None, organisation=found)
    if request.method == "POST" and form.save(actor=member_of(request), now=timezone.now()):
        messages.success(request, _("The settings are saved."))
        return redirect("organisation", organisation_id)
    context = {"organisation": found, "form": form, "changes": _changes(organisation_id)}
    status = 422 if form.is_bound else 200
    return render(request, "organisations/settings.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_parents(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Who owns it, with which share."""
    found, member = managed(request, organisation_id), member_of(request)
    sent = request.POST if request.method == "POST" else None
    rows = parent_rows(sent, shares_of(found.id), possible_parents(member, found))
    refused = ""
    if sent is not None and rows.is_valid():
        refused = save_parents(rows, organisation=found, actor=member, now=timezone.now())
        if not refused:
            messages.success(request, _("The place in the group is saved. Nobody's rights have changed."))
            return redirect("organisation", organisation_id)
    context = {"organisation": found, "rows": rows, "refused": refused}
    return render(request, "organisations/parents.html", context, status=200 if sent is None else 422)


def _changes(organisation_id: UUID) -> list[tuple[Change, list[tuple[str, str, str]]]]:
    """Each change with the label of every field, what it was and what it became."""
    labels = {name: str(field.label) for name, field in SettingsForm.base_fields.items()}
    kinds = {str(value): str(label) for value, label in Organisation.Kind.choices}

    def shown(name: str, value: str) -> str:
        return kinds.get(value, value) if name == "kind" else value

    return [
        (
            change,
            [
                (labels.get(name, name), shown(name, was), shown(name, now))
                for name, (was, now) in change.fields.items()
            ],
        )
        for change in changes_of(organisation_id)
    ]


def managed(request: HttpRequest, organisation_id: UUID) -> Organisation:
    """The organisation, for whom manages its settings; Http404 or RightMissing for others."""
    found = find_organisation(member_of(request), organisation_id)
    member_of(request).demand(Right.MANAGE_SETTINGS, organisation_id)
    return found


def member_of(request: HttpRequest) -> Member:
    """Who acts in this request."""
    member: Member = request.member  # type: ignore[attr-defined]
    return member
