"""What the page frame shows of notices: how many are unread."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from omloop.notifications.notices import MOST, unread
from omloop.organisations.members import Member


@dataclass(frozen=True)
class Bell:
    """How many notices are unread; `text` is as the bell shows it, and is empty when there are none."""

    unread: int = 0

    @property
    def text(self) -> str:
        """No more than two digits: "99+"."""
        return "99+" if self.unread >= MOST else str(self.unread or "")


def bell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `bell`, counted once, and only when a template asks."""
    return {"bell": SimpleLazyObject(partial(bell_of, request))}


def bell_of(request: HttpRequest) -> Bell:
    """The bell of this request's member; silent for strangers and outside a scope."""
    member: Member | None = getattr(request, "member", None)
    return Bell(unread(member)) if member else Bell()
