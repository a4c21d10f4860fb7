"""Going from one invoice of the worklist to the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from omloop.circulation.reading.worklist import Count


@dataclass(frozen=True)
class Pager:
    """The neighbours of an invoice in the list; `position` counts from 1 and is None where it is unknown."""

    position: int | None
    count: int | None
    previous: str
    next: str


def pager_among(
    entries: Sequence[tuple[UUID, str]],
    invoice_id: UUID | None,
    *,
    count: Count | None,
    following: str = "",
) -> Pager | None:
    """The neighbours of an invoice among these (id, address); None when it is not there.

    `following` is the address after the last. `count` is how long the list is, when these are its start.
    """
    at = next((n for n, (key, _) in enumerate(entries) if key == invoice_id), None)
    if at is None:
        return None
    is_counted = count is not None and not count.capped
    return Pager(
        position=at + 1 if is_counted else None,
        count=count.count if count is not None and is_counted else None,
        previous=entries[at - 1][1] if at else "",
        next=entries[at + 1][1] if at + 1 < len(entries) else following,
    )
