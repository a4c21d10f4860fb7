"""Every request of a known person runs in his scope: one transaction, his organisations, his rights."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.utils import ProgrammingError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from omloop.organisations.keys import holder_of
from omloop.organisations.members import Member, NotAdministrator, RightMissing, member_scope
from omloop.organisations.models import ConnectionKey
from omloop.organisations.moved import moved_away
from omloop.people.middleware import ACCOUNT_QUESTIONS, answer_account_question
from omloop.people.models import Person
from omloop.tenancy.walls import is_standstill
from omloop.web.errors import gone, standing_still


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
        now = timezone.now()
        person, scope = _who(request)
        if person is None or not getattr(view, "in_member_scope", True):
            return None
        try:
            with member_scope(person, now=now, origin=request.META.get("REMOTE_ADDR", ""), **scope) as member:
                request.member = member  # type: ignore[attr-defined]
                response: HttpResponseBase = view(request, *args, **kwargs)
                if hasattr(response, "render"):
                    response = response.render()
                # What runs at the commit (a message, a mail) is outside: no member there, no lists.
                request.member = None  # type: ignore[attr-defined]
                return response
        except Http404:
            if moved := moved_away("person", person.id):
                return gone(request, [(each.name, each.moved_to) for each in moved])
            raise
        except ProgrammingError as error:
            if not is_standstill(error):
                raise
            return standing_still(request)
        except ACCOUNT_QUESTIONS as question:
            return answer_account_question(request, question)
        except (RightMissing, NotAdministrator) as missing:
            raise PermissionDenied(str(missing)) from missing


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
    return (person, {}) if isinstance(person, Person) else (None, {})
