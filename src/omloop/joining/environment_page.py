"""The page *Omgeving*: name, mail domains, who asks to join, who is invited (rules 1.2, 1.3)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from omloop.environments import services
from omloop.environments.models import Environment
from omloop.environments.refusals import EnvironmentRefused, NotAdministrator
from omloop.joining.answers import sentence_for
from omloop.joining.entrance import person_of
from omloop.joining.forms import DomainForm, EnvironmentNameForm, JoiningForm
from omloop.joining.models import JoinRequest
from omloop.joining.newcomers import proven_domains
from omloop.joining.queries import administered, domains_of, invitations_to, open_requests
from omloop.joining.refusals import JoiningRefused
from omloop.joining.requests import answer_request
from omloop.organisations.members import Member
from omloop.organisations.middleware import MemberRequest
from omloop.organisations.refusals import RightsRefused


@require_safe
def environment(request: MemberRequest) -> HttpResponse:
    """The environment that I administer; a list when there are more."""
    member = request.member
    if not member.belongs_to:
        raise Http404
    if not member.environments:
        raise NotAdministrator(min(member.belongs_to))
    if len(member.environments) == 1:
        return redirect("environment_page", min(member.environments))
    return render(request, "joining/environments.html", {"environments": administered(member)})


@require_safe
def environment_page(request: MemberRequest, environment_id: UUID) -> HttpResponse:
    """One environment, with its forms."""
    return _page(request, find_environment(request.member, environment_id))


@require_POST
def rename_environment(request: MemberRequest, environment_id: UUID) -> HttpResponse:
    """Another name."""
    found, form = find_environment(request.member, environment_id), EnvironmentNameForm(request.POST)
    if not form.is_valid():
        return _page(request, found, name_form=form)
    services.rename_environment(
        environment_id=found.id,
        name=form.cleaned_data["name"],
        actor=request.member,
        now=timezone.now(),
    )
    return _done(request, found, _("The name is saved."))


@require_POST
def set_joining(request: MemberRequest, environment_id: UUID) -> HttpResponse:
    """Whether people of a domain join at once."""
    found, form = find_environment(request.member, environment_id), JoiningForm(request.POST)
    form.is_valid()
    at_once = form.cleaned_data["joins_by_domain"]
    services.set_joining(
        environment_id=found.id, joins_by_domain=at_once, actor=request.member, now=timezone.now()
    )
    if at_once:
        return _done(request, found, _("From now on people of these domains join at once."))
    return _done(request, found, _("From now on people of these domains ask first."))


@require_POST
def add_domain(request: MemberRequest, environment_id: UUID) -> HttpResponse:
    """One more domain, of which I have a verified address."""
    found = find_environment(request.member, environment_id)
    form = DomainForm(request.POST, domains=_addable(request, found))
    if not form.is_valid():
        return _page(request, found, domain_form=form)
    try:
        services.add_domain(
            environment_id=found.id,
            domain=form.cleaned_data["domain"],
            proven=proven_domains(person_of(request)),
            person_id=person_of(request).id,
            actor=request.member,
            now=timezone.now(),
        )
    except EnvironmentRefused as refused:
        form.add_error("domain", sentence_for(refused))
        return _page(request, found, domain_form=form)
    return _done(request, found, _("The domain is added. Its people can ask to join."))


@require_POST
def remove_domain(request: MemberRequest, environment_id: UUID, domain_id: UUID) -> HttpResponse:
    """A domain less; who is in stays."""
    found = find_environment(request.member, environment_id)
    services.remove_domain(
        environment_id=found.id, domain_id=domain_id, actor=request.member, now=timezone.now()
    )
    return _done(request, found, _("The domain is removed. Who is in stays in."))


@require_POST
def answer(request: MemberRequest, environment_id: UUID, request_id: UUID) -> HttpResponse:
    """Let somebody in who asks, or not."""
    found = find_environment(request.member, environment_id)
    asked = get_object_or_404(JoinRequest, id=request_id, environment=found)
    is_accepted = request.POST.get("answer") == "accept"
    return attempt(
        request,
        lambda: answer_request(
            request_id=asked.id, is_accepted=is_accepted, actor=request.member, now=timezone.now()
        ),
        _("Accepted. A mail that says so is on its way.")
        if is_accepted
        else _("Declined. A mail that says so is on its way."),
        redirect("environment_page", found.id),
    )


def find_environment(member: Member, environment_id: UUID) -> Environment:
    """An environment that I administer; 404 when I have no place there, 403 when I am no administrator."""
    if environment_id not in member.belongs_to:
        raise Http404
    member.demand_administrator(environment_id)
    found: Environment = Environment.objects.get(id=environment_id)
    return found


def attempt(
    request: MemberRequest, change: Callable[[], object], done: str, then: HttpResponse
) -> HttpResponse:
    """Make a change that can be refused, say what became of it, and go on."""
    try:
        change()
    except (EnvironmentRefused, JoiningRefused, RightsRefused) as refused:
        messages.warning(request, sentence_for(refused))
    else:
        messages.success(request, done)
    return then


def _done(request: MemberRequest, found: Environment, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("environment_page", found.id)


def _addable(request: MemberRequest, found: Environment) -> list[str]:
    """My domains that the environment doesn't hold yet."""
    held = {each.domain for each in domains_of(found.id, now=timezone.now())}
    return [domain for domain in proven_domains(person_of(request)) if domain not in held]


def _page(request: MemberRequest, found: Environment, **bound: forms.Form) -> HttpResponse:
    now, addable = timezone.now(), _addable(request, found)
    context: dict[str, Any] = {
        "environment": found,
        "name_form": EnvironmentNameForm(initial={"name": found.name}),
        "joining_form": JoiningForm(initial={"joins_by_domain": found.joins_by_domain}),
        "domain_form": DomainForm(domains=addable),
        "addable": addable,
        "domains": domains_of(found.id, now=now),
        "requests": open_requests(found.id),
        "invitations": invitations_to(found.id, now=now),
        "today": timezone.localdate(),
        **bound,
    }
    return render(request, "joining/environment.html", context, status=422 if bound else 200)
