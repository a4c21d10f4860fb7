"""How people of an environment sign in: the page of its administrators (rules 1.9)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from omloop.environments.identities import unlink
from omloop.environments.models import Environment, Identity, SignInProvider
from omloop.environments.provider_form import ProviderForm
from omloop.environments.providers import demand_provider, provider_of, remove_provider, stop_demanding
from omloop.environments.refusals import NoProvider, NotByProvider
from omloop.environments.sign_in import redirect_address


@require_http_methods(["GET", "HEAD", "POST"])
def environment_sign_in(request: HttpRequest, environment_id: UUID) -> HttpResponse:
    """The provider, how it knows Omloop, whether it is demanded, and who is linked."""
    environment, member = _environment(request, environment_id), _member(request)
    provider = provider_of(environment_id)
    form = ProviderForm(request.POST or None, provider=provider)
    if request.method == "POST" and form.save(
        environment_id=environment_id, actor=member, now=timezone.now()
    ):
        messages.success(request, _("The provider is saved. Sign in with it once, to try it."))
        return redirect("environment_sign_in", environment_id)
    context = _context(request, environment, provider) | {"form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "environments/sign_in.html", context, status=status)


@require_POST
def demand(request: HttpRequest, environment_id: UUID) -> HttpResponse:
    """Make the provider the only way in, or let other ways in again."""
    _environment(request, environment_id)
    member, now = _member(request), timezone.now()
    try:
        if request.POST.get("demanded"):
            demand_provider(
                environment_id=environment_id, identity_id=member.identity_id, actor=member, now=now
            )
            messages.success(request, _("From now on the provider is the only way in."))
        else:
            stop_demanding(environment_id=environment_id, actor=member, now=now)
            messages.success(request, _("Other ways in are open again."))
    except NotByProvider:
        messages.error(
            request, _("First sign in with the provider yourself, so that you know it lets you in.")
        )
    except NoProvider as missing:
        raise Http404 from missing
    return redirect("environment_sign_in", environment_id)


@require_POST
def remove(request: HttpRequest, environment_id: UUID) -> HttpResponse:
    """Take the provider away."""
    _environment(request, environment_id)
    try:
        remove_provider(environment_id=environment_id, actor=_member(request), now=timezone.now())
    except NoProvider as missing:
        raise Http404 from missing
    messages.success(request, _("The provider is removed, with everybody's links to it."))
    return redirect("environment_sign_in", environment_id)


@require_POST
def unlink_person(request: HttpRequest, environment_id: UUID, person_id: UUID) -> HttpResponse:
    """Undo somebody's link: the sessions that it opened end."""
    _environment(request, environment_id)
    unlink(environment_id=environment_id, person_id=person_id, actor=_member(request), now=timezone.now())
    messages.success(request, _("Unlinked: the provider lets this person in no longer."))
    return redirect("environment_sign_in", environment_id)


def _environment(request: HttpRequest, environment_id: UUID) -> Environment:
    """The environment, for its administrators; 404 for who has no place in it, 403 for who has another."""
    member = _member(request)
    if environment_id not in member.belongs_to:
        raise Http404
    member.demand_administrator(environment_id)
    environment: Environment = get_object_or_404(Environment, id=environment_id)
    return environment


def _context(
    request: HttpRequest, environment: Environment, provider: SignInProvider | None
) -> dict[str, Any]:
    member, now = _member(request), timezone.now()
    linked = Identity.objects.at(now).filter(environment=environment).select_related("person")
    return {
        "environment": environment,
        "provider": provider,
        "redirect_address": redirect_address(request, environment.id),
        "linked": list(linked.order_by("person__name", "id")),
        "is_by_provider": member.identity_id is not None,
        "me": member.person_id,
    }


def _member(request: HttpRequest) -> Any:
    """The member of the request; its class stands in a room above."""
    return request.member  # type: ignore[attr-defined]
