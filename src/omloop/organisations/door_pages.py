"""What a person is shown where his session does not get in, and the way that does (rules 1.9)."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from omloop.organisations.doors import Door, SessionOver, door_of
from omloop.organisations.members import Member, member_scope
from omloop.organisations.ways import ways_into
from omloop.people.models import Person
from omloop.web.views import is_ours, outside_member_scope

ABOUT_ONESELF = ("account_", "mfa_")
"""How addresses begin, by name, that are about a person's own account: allauth's, known and to come."""
OWN_PAGES = ("my_sign_in", "link_identity", "unlink_identity")
ALWAYS_OPEN = ("account_logout", "choose_language", "choose_theme")


class BehindDoors(Exception):
    """What is asked for is in an environment that is shut to this session; `is_missing`: or nowhere."""

    def __init__(self, *, is_missing: bool) -> None:
        super().__init__("shut to this session")
        self.is_missing = is_missing


def closed_by_provider(request: HttpRequest, door: Door | None) -> bool:
    """Whether a session that a provider opened asks for the account itself.

    The account reaches further than that provider's environment: whoever can assert somebody there must not
    add a key, read recovery codes or link another provider.
    """
    return door is not None and door.identity_id is not None and _is_about_oneself(request)


def is_all_shut(request: HttpRequest, member: Member) -> bool:
    """Whether nothing is open to this session, and it asks for something."""
    name = _name(request)
    is_own = _is_about_oneself(request) or name in ALWAYS_OPEN
    return not (member.rights or member.belongs_to or is_own)


@outside_member_scope
@require_safe
def doors(request: HttpRequest) -> HttpResponse:
    """Which environments are shut to this session, with the way in."""
    return _show(request, request.GET.get("next", ""), 200)


def behind_doors(request: HttpRequest, behind: BehindDoors) -> HttpResponse:
    """403, or 404 where it may be somewhere else; with the way in."""
    next_address = request.get_full_path() if request.method == "GET" else ""
    return _show(request, next_address, 404 if behind.is_missing else 403)


def account_closed(request: HttpRequest) -> HttpResponse:
    """403: the account itself is for who came in by its own means."""
    return render(request, "organisations/account_closed.html", status=403)


def end_session(request: HttpRequest, over: SessionOver) -> HttpResponse:
    """Signed out, and before the door again."""
    logout(request)
    messages.info(request, _("You were signed out: how you sign in was changed. Sign in once more to go on."))
    address = reverse("entrance", args=[over.environment_id])
    return redirect(f"{address}?{urlencode({'next': request.get_full_path()})}")


def _show(request: HttpRequest, next_address: str, status: int) -> HttpResponse:
    person, now = request.user, timezone.now()
    assert isinstance(person, Person)  # noqa: S101 - strangers don't get past the sign-in
    try:
        with member_scope(person, now=now, door=door_of(request.session)) as member:
            shut = member.shut
    except SessionOver as over:
        return end_session(request, over)
    context = {
        "ways": ways_into(shut, person.id, now=now),
        "by_provider": member.identity_id is not None,
        "next": next_address if is_ours(request, next_address) else "/",
        "is_missing": status == 404,
    }
    return render(request, "organisations/doors.html", context, status=status)


def _is_about_oneself(request: HttpRequest) -> bool:
    name = _name(request)
    return name in OWN_PAGES or (name.startswith(ABOUT_ONESELF) and name not in ALWAYS_OPEN)


def _name(request: HttpRequest) -> str:
    match = request.resolver_match
    return (match.url_name or "") if match else ""
