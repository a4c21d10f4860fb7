"""How a person signs in: his links to the providers of his environments (rules 1.9)."""

from uuid import UUID

from allauth.account.internal.flows.reauthentication import (
    is_reauthentication_required,
    raise_if_reauthentication_required,
)
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from omloop.audit.actors import Actor
from omloop.environments.entrance import show_refused
from omloop.environments.identities import unlink
from omloop.environments.openid import ProviderRefused
from omloop.environments.sign_in import begin
from omloop.organisations.doors import door_of
from omloop.organisations.members import member_scope
from omloop.organisations.ways import Way, ways_of
from omloop.people.models import Person
from omloop.tenancy.scope import tenant_scope
from omloop.web.views import is_ours, outside_member_scope

SENSITIVE = "allauth.socialaccount"
"""Linking asks for the password or key again, when that is some minutes ago."""


@outside_member_scope
@require_safe
def my_sign_in(request: HttpRequest) -> HttpResponse:
    """Passkeys and steps, and the providers by which I can also come in."""
    person, now = _person(request), timezone.now()
    ways = ways_of(person.id, now=now)
    with member_scope(person, now=now, door=door_of(request.session)) as member:
        request.member = member  # type: ignore[attr-defined] # for the frame of the page
        return render(request, "organisations/my_sign_in.html", {"ways": ways})


@outside_member_scope
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link_identity(request: HttpRequest, environment_id: UUID) -> HttpResponse:
    """Ask once more, then go to the provider to be linked."""
    way, asked = _way(request, environment_id), request.POST or request.GET
    next_address = asked.get("next", "") if is_ours(request, asked.get("next", "")) else ""
    context = {"provider": way.provider, "way": way, "next": next_address, "stays": asked.get("stays", "")}
    if request.method != "POST":
        raise_if_reauthentication_required(request, app=SENSITIVE)
        return render(request, "organisations/link_identity.html", context)
    if is_reauthentication_required(request, app=SENSITIVE):
        return redirect(request.get_full_path())
    try:
        context["address"] = begin(
            request,
            way.provider,
            next_address=next_address,
            linking=_person(request).id,
            stays=bool(context["stays"]),
        )
    except ProviderRefused as refused:
        return show_refused(request, way.provider, refused)
    return render(request, "environments/onward.html", context)


@outside_member_scope
@require_POST
def unlink_identity(request: HttpRequest, environment_id: UUID) -> HttpResponse:
    """Come in by this provider no longer."""
    way, person = _way(request, environment_id), _person(request)
    actor = Actor(kind="person", person_id=person.id, origin=request.META.get("REMOTE_ADDR", ""))
    with tenant_scope(person.id, [], [environment_id]):
        unlink(environment_id=environment_id, person_id=person.id, actor=actor, now=timezone.now())
    messages.success(request, _("Unlinked: %(name)s lets you in no longer.") % {"name": way.provider.name})
    return redirect("my_sign_in")


def _way(request: HttpRequest, environment_id: UUID) -> Way:
    """The way into one of my environments; 404 for another, or one without a provider."""
    for way in ways_of(_person(request).id, now=timezone.now()):
        if way.provider.environment_id == environment_id:
            return way
    raise Http404


def _person(request: HttpRequest) -> Person:
    person = request.user
    assert isinstance(person, Person)  # noqa: S101 - strangers don't get past the sign-in
    return person
