"""What the page frame shows of the worklist: how much waits."""

from functools import partial
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from omloop.circulation.reading.worklist import Count, count
from omloop.organisations.members import Member

NOTHING = Count(0)


def waiting(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `worklist_count`, which is counted when a page asks for it."""
    return {"worklist_count": SimpleLazyObject(partial(waiting_for, request))}


def waiting_for(request: HttpRequest) -> Count:
    """How much waits for this request's member; nothing for strangers and outside a scope."""
    member: Member | None = getattr(request, "member", None)
    if member is None:
        return NOTHING
    return count(member, today=timezone.localdate())
