"""The page *Gebruikers*: who is here, inviting, and somebody's role (rules 1.3, 1.9)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from omloop.environments.models import EnvironmentRole
from omloop.environments.refusals import EnvironmentRefused
from omloop.environments.services import change_role
from omloop.joining.answers import sentence_for
from omloop.joining.authorisations import answerable
from omloop.joining.entrance import OPEN, person_of
from omloop.joining.environment_page import attempt, find_environment
from omloop.joining.forms import InvitationForm, RoleForm
from omloop.joining.invitations import invite, invite_again, may_invite, offer_of, withdraw_invitation
from omloop.joining.models import Invitation
from omloop.joining.queries import may_invite_anywhere, open_invitations, people_of
from omloop.joining.refusals import JoiningRefused
from omloop.organisations.members import Member, RightMissing
from omloop.organisations.middleware import MemberRequest
from omloop.organisations.partners import end_place
from omloop.organisations.rights import Right
from omloop.people.models import Person
from omloop.web.views import page_to_return_to


@require_safe
def people(request: MemberRequest) -> HttpResponse:
    """Everybody in my environments and organisations."""
    member, now = request.member, timezone.now()
    _demand_people(member)
    context = {
        "authorisations": answerable(member),
        "rows": people_of(member, now=now),
        "invitations": open_invitations(member, member.environments, now=now),
        "has_roles": bool(member.environments),
        "has_places": bool(member.where(Right.MANAGE_MEMBERS)),
        "is_in_many": len(member.environments) > 1,
        "may_invite": may_invite_anywhere(member),
        "transfers": bool(member.where(Right.TRANSFER)),
        "me": member.person_id,
        "today": timezone.localdate(),
    }
    return render(request, "joining/people.html", context)


@require_http_methods(OPEN)
def new_invitation(request: MemberRequest) -> HttpResponse:
    """Invite somebody by e-mail; `?organisation=` or `?environment=` says where to begin."""
    _demand_people(request.member)
    if not may_invite_anywhere(request.member):
        raise RightMissing(Right.MANAGE_MEMBERS, min(request.member.rights))
    form = InvitationForm(request.POST or None, member=request.member, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid() and _invite(request, form):
        address = form.cleaned_data["email"]
        messages.success(request, _("The invitation for %(address)s is on its way.") % {"address": address})
        return redirect("people")
    status = 422 if request.method == "POST" else 200
    return render(request, "joining/new_invitation.html", {"form": form}, status=status)


@require_POST
def withdraw(request: MemberRequest, invitation_id: UUID) -> HttpResponse:
    """Take an invitation back."""
    found = _find(request.member, invitation_id)
    return attempt(
        request,
        lambda: withdraw_invitation(invitation_id=found.id, actor=request.member, now=timezone.now()),
        _("Withdrawn: the link does not work any more."),
        redirect(page_to_return_to(request)),
    )


@require_POST
def send_again(request: MemberRequest, invitation_id: UUID) -> HttpResponse:
    """Mail an invitation once more."""
    found = _find(request.member, invitation_id)
    return attempt(
        request,
        lambda: invite_again(invitation_id=found.id, actor=request.member, now=timezone.now()),
        _("Sent again; the link of the earlier mail stops working."),
        redirect(page_to_return_to(request)),
    )


@require_http_methods(OPEN)
def role(request: MemberRequest, environment_id: UUID, person_id: UUID) -> HttpResponse:
    """Somebody's role in an environment."""
    place = find_environment(request.member, environment_id)
    held = EnvironmentRole.objects.at(timezone.now()).filter(environment=place, person_id=person_id)
    found = get_object_or_404(held.select_related("person"))
    initial = {"role": found.role, "adds_organisations": found.adds_organisations}
    form = RoleForm(request.POST or None, initial=initial, label_suffix="")
    if request.method == "POST" and form.is_valid() and _change(request, form, found):
        messages.success(request, _("The role is saved, and works from now on."))
        return redirect("people")
    context: dict[str, Any] = {"form": form, "held": found, "environment": place}
    context["is_own"] = found.person_id == request.member.person_id
    return render(request, "joining/role.html", context, status=422 if request.method == "POST" else 200)


@require_POST
def end(request: MemberRequest, environment_id: UUID, person_id: UUID) -> HttpResponse:
    """Take somebody's place away, or leave oneself."""
    is_leaving = person_id == request.member.person_id
    if is_leaving and environment_id not in request.member.belongs_to:
        raise Http404
    if not is_leaving:
        find_environment(request.member, environment_id)
        get_object_or_404(Person, id=person_id)
    return attempt(
        request,
        lambda: end_place(
            environment_id=environment_id, person_id=person_id, actor=request.member, now=timezone.now()
        ),
        _("You have left the environment.") if is_leaving else _("The place in the environment has ended."),
        redirect("my_settings" if is_leaving else "people"),
    )


def _demand_people(member: Member) -> None:
    """Administrators of an environment, and who manages members somewhere, have this page."""
    if member.environments or member.where(Right.MANAGE_MEMBERS):
        return
    if not member.rights and not member.belongs_to:
        raise Http404
    raise RightMissing(Right.MANAGE_MEMBERS, min([*member.rights, *member.belongs_to]))


def _find(member: Member, invitation_id: UUID) -> Invitation:
    """404 when it is to an environment where I have no place; the service says whether I may."""
    found: Invitation = get_object_or_404(Invitation, id=invitation_id)
    if not may_invite(member, found.environment_id, offer_of(found)):
        member.demand_administrator(found.environment_id)
    return found


def _invite(request: MemberRequest, form: InvitationForm) -> bool:
    try:
        invite(
            environment_id=form.environment_id,
            email=form.cleaned_data["email"],
            offer=form.offer,
            language=person_of(request).language,
            actor=request.member,
            now=timezone.now(),
        )
    except (JoiningRefused, EnvironmentRefused) as refused:
        form.add_error(None, sentence_for(refused))
        return False
    return True


def _change(request: MemberRequest, form: RoleForm, found: EnvironmentRole) -> bool:
    try:
        change_role(
            environment_id=found.environment_id,
            person_id=found.person_id,
            role=form.cleaned_data["role"],
            adds_organisations=form.cleaned_data["adds_organisations"],
            actor=request.member,
            now=timezone.now(),
        )
    except EnvironmentRefused as refused:
        form.add_error(None, sentence_for(refused))
        return False
    return True
