"""The list of what waits for recognition, page by page."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404

from omloop.intake.models import Document
from omloop.invoices.queries import NoSuchPlace, Place, page_of, pictures_to
from omloop.organisations.members import Member
from omloop.organisations.rights import Right
from omloop.recognition.models import Recognition


@dataclass(frozen=True)
class WaitingRow:
    """A document, and where its words come from; empty before it is read."""

    document: Document
    source: str


@dataclass(frozen=True)
class WaitingList:
    """A page of what waits, newest first."""

    rows: list[WaitingRow]
    next: Place | None
    is_first: bool

    @classmethod
    def read(cls, member: Member, asked: Mapping[str, str]) -> "WaitingList":
        """Read the page that `asked` (organisation, after) names, in a fixed number of queries."""
        places = member.where(Right.ADD)
        chosen = {place for place in places if str(place) == asked.get("organisation")} or places
        documents, following = page_of(pictures_to(member), chosen, _place(asked))
        read = Recognition.objects.filter(document__in=documents).values_list("document_id", "source")
        sources: dict[UUID, str] = dict(read)
        rows = [WaitingRow(each, sources.get(each.id, "")) for each in documents]
        return cls(rows, following, is_first="after" not in asked)


def _place(asked: Mapping[str, str]) -> Place | None:
    if not asked.get("after"):
        return None
    try:
        return Place.parse(asked["after"])
    except NoSuchPlace:
        raise Http404 from None
