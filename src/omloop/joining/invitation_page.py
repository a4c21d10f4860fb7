"""The page behind the link of an invitation: looking changes nothing, accepting is a button (rules 1.9)."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from omloop.environments.refusals import PartnerRefused
from omloop.joining.answers import sentence_for
from omloop.joining.entrance import OPEN, actor_of, outside_scope, sign_in
from omloop.joining.forms import NewAccountForm
from omloop.joining.invitations import LINKS, accept_invitation, find_invitation, refuse_unusable
from omloop.joining.models import Invitation
from omloop.joining.refusals import JoiningRefused
from omloop.organisations.rights import DefaultGroup
from omloop.people.models import Person
from omloop.people.services import AddressTaken, is_taken, verified_addresses
from omloop.tenancy import directory
from omloop.tenancy.scope import tenant_scope


@outside_scope
@login_not_required
@never_cache
@require_http_methods(OPEN)
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """See an invitation, and accept it: signed in with that address, or with a new account for it."""
    now = timezone.now()
    found = _find(token)
    try:
        refuse_unusable(found, now)
        if request.method == "POST":
            return _accept(request, found, token, now)
    except (JoiningRefused, PartnerRefused) as refused:
        return _unusable(request, found, refused)
    return _show(request, found, token, _new_account(request, found))


def _find(token: str) -> Invitation:
    """The invitation of this link; one that never was, or was replaced by a newer mail, is not found."""
    with tenant_scope(None, [], directory.environments_of(LINKS, token)):
        found = find_invitation(token)
    if found is None:
        raise Http404
    return found


def _accept(request: HttpRequest, found: Invitation, token: str, now: datetime) -> HttpResponse:
    person = request.user
    if isinstance(person, Person):
        return _come_in(request, found, person, now)
    form = _new_account(request, found)
    if form is None:
        return redirect(_sign_in_address(token))
    if not form.is_valid():
        return _show(request, found, token, form)
    try:
        person = form.save(language=(get_language() or "nl")[:2])
    except AddressTaken:
        return redirect(_sign_in_address(token))
    _come_in(request, found, person, now)
    return sign_in(request, person, reverse("worklist"))


def _come_in(request: HttpRequest, found: Invitation, person: Person, now: datetime) -> HttpResponse:
    """One transaction: what is refused leaves nothing behind."""
    places = [found.organisation_id] if found.organisation_id else []
    with tenant_scope(person.id, places, [found.environment_id]):
        accept_invitation(
            invitation_id=found.id,
            person=person,
            verified=verified_addresses(person),
            actor=actor_of(request, person),
            now=now,
        )
    said = _("You now have a place in %(environment)s.") % {"environment": found.environment.name}
    if found.partnership and found.organisation:
        said = _("You are now a member of %(organisation)s.") % {"organisation": found.organisation.name}
    messages.success(request, said)
    return redirect("worklist")


def _new_account(request: HttpRequest, found: Invitation) -> NewAccountForm | None:
    """The form for who has no account and is not signed in."""
    if request.user.is_authenticated or found.partnership_id or is_taken(found.email):
        return None
    return NewAccountForm(request.POST or None, address=found.email)


def _show(request: HttpRequest, found: Invitation, token: str, form: NewAccountForm | None) -> HttpResponse:
    person = request.user if isinstance(request.user, Person) else None
    context: dict[str, Any] = {
        "invitation": found,
        "partner": found.partnership.partner_name(found.environment_id) if found.partnership else "",
        "groups": [_label(name) for name in found.groups],
        "form": form,
        "person": person,
        "is_his": person is not None and found.email in verified_addresses(person),
        "sign_in": _sign_in_address(token),
        "today": timezone.localdate(),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "joining/invitation.html", context, status=status)


def _unusable(request: HttpRequest, found: Invitation, refused: Exception) -> HttpResponse:
    context = {"invitation": found, "why": sentence_for(refused)}
    return render(request, "joining/invitation_over.html", context, status=410)


def _label(name: str) -> str:
    return str(DefaultGroup(name).label) if name in DefaultGroup.values else name


def _sign_in_address(token: str) -> str:
    return f"{reverse('account_login')}?{urlencode({'next': reverse('invitation', args=[token])})}"
