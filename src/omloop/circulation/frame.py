"""What the page frame shows of the worklist: how much waits."""

from django.http import HttpRequest
from django.utils import timezone

from omloop.circulation.worklist import Count, count
from omloop.organisations.members import Member

NOTHING = Count(0)


def waiting(request: HttpRequest) -> dict[str, Count]:
    """Context processor: `waiting.count`, and `waiting.capped` when there are more; nothing for strangers."""
    member: Member | None = getattr(request, "member", None)
    if member is None:
        return {"waiting": NOTHING}
    return {"waiting": count(member, today=timezone.localdate())}
