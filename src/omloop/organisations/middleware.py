"""Every request of a known person runs in his scope: one transaction, his organisations, his rights."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.utils import ProgrammingError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from omloop.organisations.door_pages import (
    BehindDoors,
    account_closed,
    behind_doors,
    closed_by_provider,
    end_session,
    is_all_shut,
)
from omloop.organisations.doors import SessionOver, door_of
from omloop.organisations.holding import ClosedMeanwhile
from omloop.organisations.keys import holder_of
from omloop.organisations.members import Member, NotAdministrator, RightMissing, member_scope
from omloop.organisations.models import ConnectionKey
from omloop.people.middleware import ACCOUNT_QUESTIONS, answer_account_question
from omloop.people.models import Person
from omloop.tenancy.walls import is_standstill
from omloop.web.errors import standing_still


class MemberRequest(HttpRequest):
    """A request inside a member's scope; with a connection key it is one of that key."""

    member: Member
    connection_key: ConnectionKey


class MemberScope:
    """Wraps the view, not the other middleware: what it raises rolls back, what it returns is committed.

    Pages are rendered inside, so that a template can still read. A request with a connection key sees
    the key's organisation only.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        person, scope = _who(request)
        if person is None:
            return None
        if closed_by_provider(request, scope.get("door")):
            return account_closed(request)
        if not getattr(view, "in_member_scope", True):
            return None
        try:
            return _within(request, person, scope, lambda: view(request, *args, **kwargs))
        except ProgrammingError as error:
            if not is_standstill(error):
                raise
            return standing_still(request)
        except ClosedMeanwhile:
            return standing_still(request)
        except ACCOUNT_QUESTIONS as question:
            return answer_account_question(request, question)
        except (RightMissing, NotAdministrator) as missing:
            raise PermissionDenied(str(missing)) from missing
        except SessionOver as over:
            return end_session(request, over)
        except BehindDoors as behind:
            return behind_doors(request, behind)


def _within(
    request: HttpRequest, person: Person, scope: dict[str, Any], view: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    """The view's answer, made in the person's scope; raises BehindDoors when a door may be why not."""
    now, origin = timezone.now(), request.META.get("REMOTE_ADDR", "")
    with member_scope(person, now=now, origin=origin, **scope) as member:
        if member.shut and is_all_shut(request, member):
            raise BehindDoors(is_missing=False)
        request.member = member  # type: ignore[attr-defined]
        try:
            response = view()
        except Http404 as missing:
            raise (BehindDoors(is_missing=True) if member.shut else missing) from missing
        if hasattr(response, "render"):
            response = response.render()
        # What runs at the commit (a message, a mail) is outside: no member there, no lists.
        request.member = None  # type: ignore[attr-defined]
        return response


def _who(request: HttpRequest) -> tuple[Person | None, dict[str, Any]]:
    text = request.headers.get("Authorization", "")
    if text.startswith("Bearer "):
        found = holder_of(text.removeprefix("Bearer "))
        if found is None:
            return None, {}
        key, holder = found
        request.user = holder
        request.connection_key = key  # type: ignore[attr-defined]
        return holder, {"only": key.organisation_id, "key": key.name}
    person = request.user
    return (person, {"door": door_of(request.session)}) if isinstance(person, Person) else (None, {})
