"""The pages before one has a place: registering, "where do I belong?", and an invitation.

They run outside a member's scope: what they need they open themselves, for the person has no place there.
"""

from typing import Any, TypeVar
from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.account.utils import perform_login
from allauth.core.internal import ratelimit
from allauth.decorators import rate_limit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from procrastinate.contrib.django import app

from omloop.audit.actors import Actor
from omloop.joining.answers import sentence_for
from omloop.joining.forms import AddressForm, EnvironmentNameForm, NewAccountForm
from omloop.joining.models import JoinRequest
from omloop.joining.newcomers import ask_by_domain, is_placed, make_own_environment, outlook_of
from omloop.joining.refusals import JoiningRefused
from omloop.joining.requests import ASKERS, withdraw_request
from omloop.people.models import Person
from omloop.people.registration import address_of
from omloop.people.services import AddressTaken, is_taken
from omloop.tenancy import directory
from omloop.tenancy.scope import tenant_scope

View = TypeVar("View")
OPEN = "GET", "HEAD", "POST"


def outside_scope(view: View) -> View:
    """Mark a view that opens the scopes it needs itself."""
    view.in_member_scope = False  # type: ignore[attr-defined]
    return view


@outside_scope
@login_not_required
@require_http_methods(OPEN)
@rate_limit(action="signup")  # type: ignore[untyped-decorator] # allauth ships no types
def register(request: HttpRequest) -> HttpResponse:
    """Ask for an address and mail there; the page says the same whoever has an account (rules 1.2)."""
    if request.user.is_authenticated:
        return redirect("welcome")
    if not get_adapter().is_open_for_signup(request):
        return render(request, "account/signup_closed.html", status=403)
    form = AddressForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "account/signup.html", {"form": form}, status=status)
    _mail_link(request, form.cleaned_data["email"])
    return redirect("account_email_verification_sent")


@outside_scope
@login_not_required
@never_cache
@require_http_methods(OPEN)
def finish_registration(request: HttpRequest, token: str) -> HttpResponse:
    """Name and password of who followed the link: only now there is an account, and he is signed in."""
    address = address_of(token)
    if address is None:
        return render(request, "joining/link_expired.html", status=410)
    if request.user.is_authenticated:
        messages.info(request, _("You are signed in. Sign out first to make another account."))
        return redirect("welcome")
    if is_taken(address):
        return _has_account(request)
    form = NewAccountForm(request.POST or None, address=address)
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "joining/new_account.html", {"form": form, "address": address}, status=status)
    return _make_account(request, form)


@outside_scope
@require_safe
def welcome(request: HttpRequest) -> HttpResponse:
    """Where do I belong? For who has no place: whom he asked, and what else he can do."""
    person = person_of(request)
    if is_placed(person):
        return redirect("worklist")
    return _welcome(request, person, None)


@outside_scope
@require_POST
def make_environment(request: HttpRequest) -> HttpResponse:
    """An environment of one's own, by who has no place yet."""
    person, form = person_of(request), EnvironmentNameForm(request.POST)
    if is_placed(person):
        return redirect("worklist")
    if not form.is_valid():
        return _welcome(request, person, form)
    made = make_own_environment(
        person,
        name=form.cleaned_data["name"],
        domain=request.POST.get("domain", ""),
        actor=actor_of(request),
        now=timezone.now(),
    )
    if made is None:
        messages.warning(
            request, _("A colleague was just before you: that environment has been asked to let you in.")
        )
        return redirect("welcome")
    messages.success(request, _("The environment is there, and you are its administrator."))
    return redirect("environment_page", made.id)


@outside_scope
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Ask the environments of my domains to let me in."""
    ask_by_domain(person_of(request), actor=actor_of(request), now=timezone.now())
    return redirect("welcome")


@outside_scope
@require_POST
def withdraw_my_request(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Take my question back."""
    person = person_of(request)
    try:
        with tenant_scope(person.id, [], directory.environments_of(ASKERS, person.id)):
            if not JoinRequest.objects.filter(id=request_id, person=person).exists():
                raise Http404
            withdraw_request(request_id=request_id, actor=actor_of(request), now=timezone.now())
    except JoiningRefused as refused:
        messages.warning(request, sentence_for(refused))
    else:
        messages.success(request, _("You have withdrawn your request."))
    return redirect("welcome")


def sign_in(request: HttpRequest, person: Person, address: str) -> HttpResponse:
    """Sign a person in who just proved his address and made his account."""
    answer: HttpResponse = perform_login(request, person, redirect_url=address, signup=True)
    return answer


def actor_of(request: HttpRequest, person: Person | None = None) -> Actor:
    """The person of this request, acting for himself."""
    who = person or person_of(request)
    return Actor(kind="person", person_id=who.id, origin=request.META.get("REMOTE_ADDR", ""))


def person_of(request: HttpRequest) -> Person:
    """Who is signed in."""
    person = request.user
    assert isinstance(person, Person)  # noqa: S101 - strangers don't get past the sign-in
    return person


def _mail_link(request: HttpRequest, email: str) -> None:
    """One mail in three minutes to one address, however often it is asked."""
    if ratelimit.consume(request, app="allauth.account", action="confirm_email", key=email, limit_get=True):
        task = app.configure_task("people.send_registration_link", allow_unknown=False)
        task.defer(email=email, language=(get_language() or "nl")[:2])


def _make_account(request: HttpRequest, form: NewAccountForm) -> HttpResponse:
    try:
        person = form.save(language=(get_language() or "nl")[:2])
    except AddressTaken:
        return _has_account(request)
    ask_by_domain(person, actor=actor_of(request, person), now=timezone.now())
    return sign_in(request, person, reverse("welcome"))


def _has_account(request: HttpRequest) -> HttpResponse:
    messages.info(request, _("You have an account already. Sign in with it."))
    return redirect("account_login")


def _welcome(request: HttpRequest, person: Person, form: EnvironmentNameForm | None) -> HttpResponse:
    outlook = outlook_of(person, now=timezone.now())
    context: dict[str, Any] = {
        "outlook": outlook,
        "form": form or EnvironmentNameForm(initial={"name": outlook.proposed_name}),
        "today": timezone.localdate(),
    }
    return render(request, "joining/welcome.html", context, status=422 if form else 200)
